# SPDX-License-Identifier: MIT
"""A chip card's request as its issuer sees it: verifies the ARQC, answers with ARPC and scripts (EMV Book 2 section 8).

Keys by annex A1.3.1 and A1.4; which data is signed is as the virtual cards have it (boards/sim/chips/emv).
"""

import hmac
import warnings
from functools import cached_property

from cryptography.utils import CryptographyDeprecationWarning
from pyemv import ac, kd, sm

from boards.sim.chips.emv.cryptograms import ISSUER_AC, ISSUER_SMI
from pos.cards.tlv import build

# Cards compute with two-key TDES, whatever is thought of it elsewhere.
warnings.filterwarnings("ignore", ".*TripleDES", CryptographyDeprecationWarning, "pyemv")

_AMOUNT, _AIP, _ATC, _KIND, _CRYPTOGRAM = 0x9F02, 0x82, 0x9F36, 0x9F27, 0x9F26  # tags
_SEQUENCE, _CVM_RESULTS, _ISSUER_DATA, _SCRIPT_ID, _COMMAND = 0x5F34, 0x9F34, 0x91, 0x9F18, 0x86
_CARD_DATA = 0x9F10  # of any size
_SIZES = {_AMOUNT: 6, 0x9F03: 6, 0x9F1A: 2, 0x95: 5, 0x5F2A: 2, 0x9A: 3, 0x9C: 1, 0x9F37: 4, _AIP: 2, _ATC: 2}
_SIGNED = (*_SIZES, _CARD_DATA)
_ARQC = 0x80  # kind of cryptogram
_ONLINE_PIN = 0x02  # cardholder verification method: Book 3 annex C3
_EXTERNAL = 0x04  # AIP byte 1: EXTERNAL AUTHENTICATE, so ARPC by method 1
_APPROVES = bytes.fromhex("00820000")  # card status update of method 2; the offline counters begin again
_DECLINES = bytes(4)


class ChipRequest:
    """`number`: the PAN; `amount`: to pay; `data`: the request by tag. ValueError when that cannot be a card's."""

    def __init__(self, number: str, amount: int, data: dict[int, bytes]) -> None:
        sizes = {**_SIZES, _KIND: 1, _CRYPTOGRAM: 8}
        wrong = [tag for tag, size in sizes.items() if len(data.get(tag, b"")) != size]
        if wrong or _CARD_DATA not in data:
            raise ValueError(
                f"tag {(wrong or [_CARD_DATA])[0]:02X} of the chip's request is missing or malformed"
            )
        if not (number.isascii() and number.isdecimal()):
            raise ValueError("the account number has other signs than digits")
        self._number, self._amount, self._data = number, amount, data
        self.cryptogram = data[_CRYPTOGRAM]

    @cached_property
    def genuine(self) -> bool:
        """Is it the card's own request to pay this amount?"""
        data = self._data
        signed = b"".join(data[tag] for tag in _SIGNED)
        expected = ac.generate_ac(self._session_key, signed, ac.PaddingType.EMV)
        asks = data[_KIND][0] & 0xC0 == _ARQC and data[_AMOUNT].hex() == f"{self._amount:012}"
        return hmac.compare_digest(expected, self.cryptogram) and asks

    @property
    def with_pin(self) -> bool:
        """Does the terminal say that the cardholder has entered a PIN for the issuer?"""
        method = int.from_bytes(self._data.get(_CVM_RESULTS, b"")[:1])
        return method & 0x3F == _ONLINE_PIN

    def answer(self, code: str, approves: bool, scripts: list) -> bytes:
        """Tags 91, 71 and 72 for the card; a script is [template, command's header, its data] in hexadecimal."""
        told = build((_ISSUER_DATA, self._issuer_data(code.encode(), approves)))
        return told + b"".join(self._script(number, *one) for number, one in enumerate(scripts, 1))

    def _issuer_data(self, code: bytes, approves: bool) -> bytes:
        key = self._session_key
        if self._data[_AIP][0] & _EXTERNAL:
            return ac.generate_arpc_1(key, self.cryptogram, code) + code
        update = _APPROVES if approves else _DECLINES
        return ac.generate_arpc_2(key, self.cryptogram, update) + update

    def _script(self, number: int, template: str, header: str, content: str) -> bytes:
        data = bytes.fromhex(content)
        head = bytes.fromhex(header) + bytes((len(data) + 8,))  # with the MAC behind it
        key = kd.derive_common_sk(self._master(ISSUER_SMI), self.cryptogram)
        mac = sm.generate_command_mac(key, head + self._data[_ATC] + self.cryptogram + data)
        inside = build((_SCRIPT_ID, number.to_bytes(4)), (_COMMAND, head + data + mac))
        return build((int(template, 16), inside))

    @cached_property
    def _session_key(self) -> bytes:
        return kd.derive_common_sk(self._master(ISSUER_AC), self._data[_ATC] + bytes(6))

    def _master(self, issuer_key: bytes) -> bytes:
        sequence = self._data.get(_SEQUENCE, b"\0").hex()
        return kd.derive_icc_mk_b(issuer_key, self._number, sequence)  # up to 16 digits it is option A
