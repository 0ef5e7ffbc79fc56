# SPDX-License-Identifier: MIT
"""What slip and host need of a chip card: the EMV lines of DOMAIN.md section 3, and its data as from a stripe."""

from binascii import hexlify
from collections import namedtuple

from pos.cards.track import Track2, parse_track2
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
# aid, cryptogram, tvr, tsi, atc: hexadecimal digits. kind: TC, ARQC or AAC. sequence: two digits or "".
ChipDetails = namedtuple("ChipDetails", "aid label kind cryptogram tvr tsi atc sequence")

_KINDS = {0x00: "AAC", 0x40: "TC", 0x80: "ARQC"}


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
    """Digits of tag 5A."""
    return _hex(data.get(_PAN)).rstrip("F")


def parsed(equivalent):
    """Track2 of a value of tag 57; ValueError when it is none."""
    return parse_track2(_hex(equivalent).rstrip("F").replace("D", "="))


def track2(data):
    """Track2 of tag 57, else of number and expiry alone; ValueError when it is none or of another number."""
    number, equivalent = account_number(data), data.get(_TRACK2)
    if equivalent is None:
        return Track2(number, _hex(data.get(_EXPIRY))[:4], "", "")
    found = parsed(equivalent)
    if found.pan != number:
        raise ValueError("track 2: of another account number")
    return found
