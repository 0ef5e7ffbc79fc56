# SPDX-License-Identifier: MIT
"""Contactless applications with their limits, as data (EMV Contactless Book A section 5, Book C-2 annex A).

The list here is a start that an acquirer's own parameters replace. All amounts are in minor units.
"""

from collections import namedtuple

from pos.cards.aids import MASTERCARD_CODES, TDOL
from pos.compat import const

MCHIP, QVSDC, QPBOC = const(2), const(3), const(7)  # kernel identifiers: Book B table 3-6

# ttq: static bits of tag 9F66, b"" for a kernel that has none and judges the limits itself. limit: from here on no
# contactless transaction; device_limit: the same where the cardholder's own device verifies; floor_limit: above it
# the host is asked; cvm_limit: from here on the cardholder is verified. zero_amount: allowed. status_check: one unit
# of currency always goes online. MCHIP counts an amount of exactly a limit as below.
ContactlessApplication = namedtuple(
    "ContactlessApplication",
    "aid kernel version ttq limit device_limit floor_limit cvm_limit zero_amount status_check"
    " tac_denial tac_online tac_default tdol",
)

_NO_LIMIT = const(1 << 30)
_FREE = const(100000)  # without PIN or signature up to here
# Byte 1: qVSDC, contact chip, PIN at the host, signature. Byte 3: verification on the cardholder's device.
_TTQ = b"\x36\x00\x40\x00"
_TTQ_PBOC = b"\x36\x00\x40\x80"  # fDDA version 01 too: JR/T 0025.12
_NONE = (bytes(5), bytes(5), bytes(5))  # the card alone decides


def _entry_point(aid, kernel, version, ttq):
    limits = (_NO_LIMIT, _NO_LIMIT, 0, _FREE + 1)
    return ContactlessApplication(aid, kernel, version, ttq, *limits, True, False, *_NONE, TDOL)


def _mchip(aid):
    limits = (_NO_LIMIT, _NO_LIMIT, 0, _FREE)
    return ContactlessApplication(aid, MCHIP, b"\x00\x02", b"", *limits, True, False, *MASTERCARD_CODES, TDOL)


def standard():
    """UnionPay, Visa, Mastercard, Maestro; floor limit 0, so all go online."""
    return (
        _entry_point(b"\xa0\x00\x00\x03\x33\x01\x01", QPBOC, b"\x00\x20", _TTQ_PBOC),
        _entry_point(b"\xa0\x00\x00\x00\x03\x10\x10", QVSDC, b"\x00\x96", _TTQ),
        _entry_point(b"\xa0\x00\x00\x00\x03\x20\x10", QVSDC, b"\x00\x96", _TTQ),
        _mchip(b"\xa0\x00\x00\x00\x04\x10\x10"),
        _mchip(b"\xa0\x00\x00\x00\x04\x30\x60"),
    )
