# SPDX-License-Identifier: MIT
"""Applications that the terminal accepts, with their parameters, as data (EMV Book 1 section 12.3.1).

The list here is a start that an acquirer's own parameters replace: its action codes are those commonly published.
"""

from collections import namedtuple

# partial: an AID of the card that only begins with `aid` counts too. Limits in minor units; percentages of random
# selection: Book 3 section 10.6.2.
Application = namedtuple(
    "Application",
    "aid partial version tac_denial tac_online tac_default floor_limit threshold target_percent most_percent ddol tdol",
)

_DDOL = b"\x9f\x37\x04"
TDOL = b"\x9f\x02\x06\x5f\x2a\x02\x9a\x03\x9c\x01\x95\x05\x9f\x37\x04"
_VISA = (b"\x00\x10\x00\x00\x00", b"\xd8\x40\x04\xf8\x00", b"\xd8\x40\x00\xa8\x00")
MASTERCARD_CODES = (b"\x04\x00\x00\x00\x00", b"\xf8\x50\xac\xf8\x00", b"\xfc\x50\xbc\xa0\x00")
_AMEX = (b"\x00\x10\x00\x00\x00", b"\xde\x00\xfc\x98\x00", b"\xdc\x50\xfc\x98\x00")
_JCB = (b"\x00\x10\x00\x00\x00", b"\xfc\x60\xac\xf8\x00", b"\xfc\x60\x24\x28\x00")
_DISCOVER = (b"\x00\x10\x00\x00\x00", b"\xfc\xe0\x9c\xf8\x00", b"\xdc\x00\x00\x20\x00")


def _row(aid, version, action_codes, partial=True):
    denial, online, default = action_codes
    return Application(aid, partial, version, denial, online, default, 0, 0, 0, 0, _DDOL, TDOL)


def standard():
    """UnionPay, Visa, Mastercard, Maestro, American Express, JCB, Discover; floor limit 0, so all go online."""
    return (
        _row(b"\xa0\x00\x00\x03\x33\x01\x01", b"\x00\x20", _VISA),
        _row(b"\xa0\x00\x00\x00\x03\x10\x10", b"\x00\x96", _VISA),
        _row(b"\xa0\x00\x00\x00\x03\x20\x10", b"\x00\x96", _VISA),
        _row(b"\xa0\x00\x00\x00\x04\x10\x10", b"\x00\x02", MASTERCARD_CODES),
        _row(b"\xa0\x00\x00\x00\x04\x30\x60", b"\x00\x02", MASTERCARD_CODES),
        _row(b"\xa0\x00\x00\x00\x25\x01", b"\x00\x01", _AMEX),
        _row(b"\xa0\x00\x00\x00\x65\x10\x10", b"\x02\x00", _JCB),
        _row(b"\xa0\x00\x00\x01\x52\x30\x10", b"\x00\x01", _DISCOVER),
    )
