# SPDX-License-Identifier: MIT
"""What slip and host need of a chip card: the EMV lines of DOMAIN.md section 3, and its data as from a stripe."""

from binascii import hexlify
from collections import namedtuple

from pos.cards import tlv
from pos.compat import const

_CID = const(0x9F27)  # tags
_AID = const(0x84)
_PREFERRED_NAME = const(0x9F12)
_LABEL = const(0x50)
_CRYPTOGRAM = const(0x9F26)
_TVR = const(0x95)
_TSI = const(0x9B)
_ATC = const(0x9F36)
_SEQUENCE = const(0x5F34)
_PAN = const(0x5A)
_TRACK2 = const(0x57)
_EXPIRY = const(0x5F24)
_CVM_RESULTS = const(0x9F34)
# Methods that leave it to a signature, with a PIN or alone: EMV Book 3 annex C3.
_SIGNATURES = (0x03, 0x05, 0x1E)
_UNSUCCESSFUL = const(1)
# aid, cryptogram, tvr, tsi, atc: hexadecimal digits. kind: TC, ARQC or AAC. sequence: two digits or "".
ChipDetails = namedtuple("ChipDetails", "aid label kind cryptogram tvr tsi atc sequence")

_KINDS = {0x00: "AAC", 0x40: "TC", 0x80: "ARQC"}


class Kept:
    """What the `icc` record of a sale holds, as far as `details` and `signature_wanted` ask for it."""

    def __init__(self, data):
        self._data = data

    def get(self, tag):
        """Copy of a value, or None."""
        return tlv.value(self._data, tag)


def signature_wanted(data):
    """Did the method performed leave it to a signature on the slip?"""
    results = data.get(_CVM_RESULTS)
    return bool(results) and results[0] & 0x3F in _SIGNATURES and results[2] != _UNSUCCESSFUL


def _hex(value):
    return hexlify(value or b"").decode().upper()


def label(preferred, plain):
    """Preferred name (9F12) or label (50), as far as it is plain text of at most 16 characters."""
    for text in (preferred, plain):
        if text and len(text) <= 16 and all([0x20 <= byte < 0x7F for byte in text]):
            return bytes(text).decode()
    return ""


def details(data):
    """ChipDetails of a data set after its transaction."""
    information = data.get(_CID)
    return ChipDetails(
        _hex(data.get(_AID)),
        label(data.get(_PREFERRED_NAME), data.get(_LABEL)),
        _KINDS.get(information[0] & 0xC0, "") if information else "",
        _hex(data.get(_CRYPTOGRAM)),
        _hex(data.get(_TVR)),
        _hex(data.get(_TSI)),
        _hex(data.get(_ATC)),
        _hex(data.get(_SEQUENCE)),
    )


def account_number(data):
    """Digits of tag 5A; ValueError when it holds no account number (ISO/IEC 7812-1: 8 to 19 digits)."""
    digits = _hex(data.get(_PAN)).rstrip("F")
    if not digits.isdigit() or not 8 <= len(digits) <= 19:
        raise ValueError("no account number")
    return digits


def equivalent(data):
    """Tag 57 as the text of a track 2 without sentinels; "" when the card has none."""
    return _text(data.get(_TRACK2))


def parsed(value):
    """Track2 of a value of tag 57; ValueError when it is none."""
    from pos.cards.track import parse_track2

    return parse_track2(_text(value))


def _text(value):
    return _hex(value).rstrip("F").replace("D", "=")


def track2(data):
    """Track2 of tag 57, else of number and expiry alone; ValueError when it is none or of another number."""
    from pos.cards.track import Track2

    number, value = account_number(data), data.get(_TRACK2)
    if value is None:
        return Track2(number, _hex(data.get(_EXPIRY))[:4], "", "")
    found = parsed(value)
    if found.pan != number:
        raise ValueError("track 2: of another account number")
    return found
