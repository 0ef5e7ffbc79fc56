# SPDX-License-Identifier: MIT
"""Cardholder verification by the card's list of methods (EMV Book 3 section 10.5, Book 4 section 6.3.4)."""

from pos.cards.errors import CardError
from pos.compat import const

_AIP = const(0x82)  # tags
_CVM_RESULTS = const(0x9F34)
_CAPABILITIES = const(0x9F33)
_TYPE = const(0x9C)
_APPLICATION_CURRENCY = const(0x9F42)
_CURRENCY = const(0x5F2A)
_CVM_LIST = const(0x8E)
_WANTED = const(0x10)  # AIP byte 1
_DATA_MISSING = const(0x20)  # TVR byte 1
_FAILED = const(0x80)  # TVR byte 3
_UNRECOGNISED = const(0x40)
_NO_PIN_PAD = const(0x10)
_NOT_ENTERED = const(0x08)
_ONLINE_PIN = const(0x04)
_PERFORMED = const(0x40)  # TSI byte 1

_FAIL = const(0)
_PLAIN_PIN = const(1)
PIN_ONLINE = const(2)
_PLAIN_PIN_SIGNATURE = const(3)
_ENCIPHERED_PIN = const(4)
_ENCIPHERED_PIN_SIGNATURE = const(5)
_SIGNATURE = const(0x1E)
_NONE = const(0x1F)
# What the terminal must be able to do for a method: terminal capabilities byte 2.
_CAPABILITY = {_FAIL: 0, _PLAIN_PIN: 0x80, PIN_ONLINE: 0x40, _PLAIN_PIN_SIGNATURE: 0xA0, _ENCIPHERED_PIN: 0x10,
               _ENCIPHERED_PIN_SIGNATURE: 0x30, _SIGNATURE: 0x20, _NONE: 0x08}  # fmt: skip
_WITH_SIGNATURE = (_PLAIN_PIN_SIGNATURE, _ENCIPHERED_PIN_SIGNATURE, _SIGNATURE)
_ELSE_NEXT = const(0x40)  # of a rule: the next one counts when this one fails
_UNKNOWN = const(0)  # CVM results byte 3
UNSUCCESSFUL = const(1)
_SUCCESSFUL = const(2)

_CASH = (0x01, 0x17)  # transaction type
_CASHBACK = const(0x09)


def _supported(method, data):
    needed = _CAPABILITY.get(method)
    return needed is not None and data.get(_CAPABILITIES)[1] & needed == needed


def _against(rules, place, amount):
    """-1, 0 or 1: the amount against X (place 0) or Y (place 4) of the list."""
    limit = int.from_bytes(rules[place : place + 4], "big")
    return (amount > limit) - (amount < limit)


def _applies(condition, method, rules, data):
    """Condition codes: Book 3 annex C3. The terminal is attended, so cash is manual cash."""
    kind = data.get(_TYPE)[0]
    if condition == 0x00:
        return True
    if condition == 0x02:
        return kind not in _CASH and kind != _CASHBACK
    if condition == 0x03:
        return _supported(method, data)
    if condition in (0x04, 0x05):
        return kind in _CASH if condition == 0x04 else kind == _CASHBACK
    if 0x06 <= condition <= 0x09 and data.get(_APPLICATION_CURRENCY) == data.get(_CURRENCY):
        return _against(rules, 0 if condition < 0x08 else 4, data.amount) == (1 if condition & 1 else -1)
    return False


class _Verification:
    def __init__(self, card, data, terminal, desk):
        self._card, self._data, self._terminal, self._desk = card, data, terminal, desk
        self._bypassed = False

    async def perform(self, method):
        """CVM result of one method."""
        tvr = self._data.tvr
        if not _supported(method, self._data):
            if method < _SIGNATURE:
                tvr[2] |= _NO_PIN_PAD
            return UNSUCCESSFUL
        if method in (_FAIL, _NONE, _SIGNATURE):
            return {_FAIL: UNSUCCESSFUL, _NONE: _SUCCESSFUL, _SIGNATURE: _UNKNOWN}[method]
        if self._bypassed:
            return UNSUCCESSFUL
        if method == PIN_ONLINE:
            return await self._online()
        if not await self._offline(method in (_ENCIPHERED_PIN, _ENCIPHERED_PIN_SIGNATURE)):
            return UNSUCCESSFUL
        return _UNKNOWN if method in _WITH_SIGNATURE else _SUCCESSFUL

    async def _online(self):
        if await self._desk.online_pin():
            self._data.tvr[2] |= _ONLINE_PIN
            return _UNKNOWN
        return self._bypass()

    async def _offline(self, enciphered):
        from pos.cards import offline_pin

        verified = await offline_pin.verify(self._card, self._data, self._terminal, self._desk, enciphered)
        if verified is None:
            self._bypass()
        return verified

    def _bypass(self):
        """One PIN not entered stands for the other methods with a PIN too."""
        self._bypassed = True
        self._data.tvr[2] |= _NOT_ENTERED
        return UNSUCCESSFUL


async def verify(card, data, terminal, desk):
    """Go through the rules; tag 9F34, TVR and TSI hold the result.

    `desk.online_pin()` tells whether a PIN for the host was entered; `desk.offline_pin(tries)` gives a bytearray of
    digits, which is overwritten here, or None.
    """
    if not data.get(_AIP)[0] & _WANTED:
        return
    rules = data.get(_CVM_LIST) or b""
    if len(rules) <= 8:
        data.tvr[0] |= _DATA_MISSING
        return
    if len(rules) & 1:
        raise CardError("malformed")
    data.put(_CVM_RESULTS, await _by_rules(_Verification(card, data, terminal, desk), rules, data))
    data.tsi[0] |= _PERFORMED


async def _by_rules(verification, rules, data):
    """CVM results."""
    results = b"\x3f\x00\x01"
    for at in range(8, len(rules), 2):
        code, condition = rules[at], rules[at + 1]
        method = code & 0x3F
        if not _applies(condition, method, rules, data):
            continue
        if method not in _CAPABILITY:
            data.tvr[2] |= _UNRECOGNISED
        else:
            result = await verification.perform(method)
            if result != UNSUCCESSFUL:
                return bytes((code, condition, result))
            if _supported(method, data):
                results = bytes((code, condition, UNSUCCESSFUL))
        if not code & _ELSE_NEXT:
            break
    data.tvr[2] |= _FAILED
    return results
