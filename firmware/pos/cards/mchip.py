# SPDX-License-Identifier: MIT
"""Mastercard M/Chip contactless in EMV mode (EMV Contactless Book C-2 section 6); mag-stripe mode is refused.

No relay resistance, no recovery of torn transactions, no data exchange: a torn one is tapped again.
"""

from pos.cards import action, apdu, chip_details, cvm, initiate, oda, outcome, records, restrictions
from pos.cards.generate_ac import PHONE_INFORMATION, end_refund, generate
from pos.compat import const

_AIP = const(0x82)  # tags
_CAPABILITIES = const(0x9F33)
_RISK_DATA = const(0x9F1D)
_MOBILE_SUPPORT = const(0x9F7E)
_CVM_RESULTS = const(0x9F34)
_RESPONSE_CODE = const(0x8A)
_OWN_DEVICE = const(0x02)  # AIP byte 1
_VERIFY_HOLDER = const(0x10)
_EMV_MODE = const(0x80)  # AIP byte 2
_OVER_FLOOR = const(0x80)  # TVR byte 4
_NEEDED = (0x5F24, 0x5A, 0x8C)
# Terminal capabilities: CDA alone; PIN at the host and signature above the limit, no verification below.
_ABOVE = const(0x60)
_BELOW = const(0x08)
_CDA = const(0x08)
# Terminal risk management data: PIN at the host, signature, none, own device; mag-stripe mode not supported.
_WAYS = b"\x6c\x00\x80\x00\x00\x00\x00\x00"
_PHONE_BITS = b"\x00\x03\x0f"  # of POS cardholder interaction information: its holder has something to do


class _Later:
    """The PIN is entered after the tap."""

    async def online_pin(self):
        return True


async def run(card, data, terminal, show):
    """Outcome of the selected application."""
    row, amount = data.application, data.amount
    above = amount > row.cvm_limit and not data.refunds
    data.put(_CAPABILITIES, bytes((terminal.capabilities[0], _ABOVE if above else _BELOW, _CDA)))
    data.put(_RISK_DATA, _WAYS)
    data.put(_MOBILE_SUPPORT, b"\x01")
    response = await initiate.ask_options(card, data)
    if response.sw != apdu.OK:
        return outcome.select_next("refused")
    initiate.take_options(data, response.data)
    aip = data.get(_AIP)
    if not aip[1] & _EMV_MODE:
        return outcome.ended("unsupported")
    if amount > (row.device_limit if aip[0] & _OWN_DEVICE else row.limit):
        return outcome.select_next("limit")
    await records.read(card, data, _NEEDED)
    if data.refunds:
        return await _read_only(card, data, show)
    key = await oda.authenticate(card, data, terminal.ca_key)
    restrictions.check(data)
    verified = await _verified(data, above)
    if amount > row.floor_limit:
        data.tvr[3] |= _OVER_FLOOR
    return await _cryptogram(card, data, terminal, show, key, verified)


async def _read_only(card, data, show):
    """A refund: whatever the card or phone would want of a payer is not asked."""
    await end_refund(card, data)
    show(outcome.CARD_READ)
    return outcome.approved(outcome.NO_CVM)


async def _verified(data, above):
    """How the cardholder is verified: sections 6.5 and 6.6, CVM results in 9F34."""
    aip = data.get(_AIP)[0]
    if aip & _OWN_DEVICE:
        data.put(_CVM_RESULTS, b"\x01\0\2" if above else b"\x3f\0\2")
        return outcome.DEVICE if above else outcome.NO_CVM
    if not aip & _VERIFY_HOLDER:
        return outcome.NO_CVM
    await cvm.verify(None, data, None, _Later())
    results = data.get(_CVM_RESULTS)
    if results[0] & 0x3F == cvm.PIN_ONLINE and results[2] != cvm.UNSUCCESSFUL:
        return outcome.ONLINE_PIN
    return outcome.SIGNATURE if chip_details.signature_wanted(data) else outcome.NO_CVM


async def _cryptogram(card, data, terminal, show, key, verified):
    """GENERATE AC and what it means."""
    given = await generate(card, data, key, action.analyse(data, terminal.online))
    if given == action.AAC and _has_something_to_do(data.get(PHONE_INFORMATION)):
        return outcome.tap_again("see phone", outcome.SEE_PHONE)
    show(outcome.CARD_READ)
    if given == action.ARQC and data.genuine:
        return outcome.online(verified)
    approved = given == action.TC and data.genuine
    data.put(_RESPONSE_CODE, b"Y1" if approved else b"Z1")
    return outcome.approved(verified) if approved else outcome.declined()


def _has_something_to_do(information):
    if information is None or len(information) != len(_PHONE_BITS):
        return False
    return any([information[i] & _PHONE_BITS[i] for i in range(len(_PHONE_BITS))])
