# SPDX-License-Identifier: MIT
"""What an acquirer says of one card application, as a JSON object; docs/emv.md has the table of keys.

EMV Book 1 section 12.3.1, Book 3 section 10.6, Contactless Book A section 5, Book C-2 annex A. Amounts in minor units.
"""

import json
from binascii import unhexlify
from collections import namedtuple

from pos.cards import dol
from pos.cards.errors import CardError
from pos.compat import const

CONTACT, CONTACTLESS = "contact", "contactless"
MCHIP, QVSDC, QPBOC = const(2), const(3), const(7)  # kernel identifiers: Book B table 3-6
_MOST_AMOUNT = 999999999999  # tag 9F02 has twelve digits
_NO_LIMIT = 1000000000000
_BYTES, _WHOLE, _FLAG, _DAY = const(0), const(1), const(2), const(3)
_NOTHING = (b"", 0, False, "")  # of each kind: where a kernel has no such parameter

# partial: an AID of the card that only begins with `aid` counts too. Random selection: Book 3 section 10.6.2.
_CONTACT = (
    "aid partial version tac_denial tac_online tac_default floor_limit"
    " threshold target_percent most_percent ddol tdol"
)
# ttq: static bits of tag 9F66, b"" for a kernel that has none and judges the limits itself. limit: from here on no
# contactless transaction; device_limit: the same where the cardholder's own device verifies; floor_limit: above it
# the host is asked; cvm_limit: from here on the cardholder is verified. zero_amount: allowed. status_check: one unit
# of currency always goes online. MCHIP counts an amount of exactly a limit as below.
_CONTACTLESS = (
    "aid kernel version ttq limit device_limit floor_limit cvm_limit zero_amount status_check"
    " tac_denial tac_online tac_default tdol"
)
Application = namedtuple("Application", _CONTACT)  # type: ignore[misc]  # the same words fill it
ContactlessApplication = namedtuple("ContactlessApplication", _CONTACTLESS)  # type: ignore[misc]

# Key: (for whom, kind, least, most, default; None: must be there). For whom: C contact, M kernel MCHIP, E the others.
_KEYS = {
    "kernel": ("ME", _WHOLE, MCHIP, QPBOC, None),
    "aid": ("CME", _BYTES, 5, 16, None),
    "partial": ("C", _FLAG, 0, 1, True),
    "from": ("CME", _DAY, 0, 0, "00000000"),
    "until": ("CME", _DAY, 0, 0, "99999999"),
    "version": ("CME", _BYTES, 2, 2, None),
    "ttq": ("E", _BYTES, 4, 4, None),
    "tac_denial": ("CM", _BYTES, 5, 5, None),
    "tac_online": ("CM", _BYTES, 5, 5, None),
    "tac_default": ("CM", _BYTES, 5, 5, None),
    "floor_limit": ("CME", _WHOLE, 0, _MOST_AMOUNT, None),
    "threshold": ("C", _WHOLE, 0, _MOST_AMOUNT, 0),
    "target_percent": ("C", _WHOLE, 0, 99, 0),
    "most_percent": ("C", _WHOLE, 0, 99, 0),
    "limit": ("ME", _WHOLE, 0, _MOST_AMOUNT, _NO_LIMIT),
    "device_limit": ("ME", _WHOLE, 0, _MOST_AMOUNT, _NO_LIMIT),
    "cvm_limit": ("ME", _WHOLE, 0, _MOST_AMOUNT, None),
    "zero_amount": ("ME", _FLAG, 0, 1, True),
    "status_check": ("E", _FLAG, 0, 1, False),
    "ddol": ("C", _BYTES, 0, 252, b""),
    "tdol": ("CM", _BYTES, 0, 252, b""),
}


class ParameterError(Exception):
    """`field` is the key that is wrong, '' for the line as a whole; the text says what is."""

    def __init__(self, field, wrong):
        super().__init__(("%s %s" % (field, wrong)).strip())
        self.field = field


def values(line):
    """{key: value} of a line as bytes, with every default. ParameterError names the first key that is wrong."""
    try:
        given = json.loads(str(line, "utf-8"))
    except (ValueError, TypeError, RuntimeError):  # a list as a key; nested too deep
        given = None
    if not isinstance(given, dict):
        raise ParameterError("", "no JSON object in UTF-8")
    whom = _whom(given)
    for name in given:
        if name != "way" and whom not in _KEYS.get(name, ("",))[0]:
            raise ParameterError(name, "has no meaning here" if name in _KEYS else "is unknown")
    found = {name: _value(given, name, whom) for name in _KEYS}
    found["way"] = given["way"]
    _check_together(found, whom)
    return found


def _whom(given):
    if given.get("way") == CONTACT:
        return "C"
    if given.get("way") != CONTACTLESS:
        raise ParameterError("way", "must be %s or %s" % (CONTACT, CONTACTLESS))
    if given.get("kernel") not in (MCHIP, QVSDC, QPBOC):
        raise ParameterError("kernel", "must be %d, %d or %d" % (MCHIP, QVSDC, QPBOC))
    return "M" if given["kernel"] == MCHIP else "E"


def _value(given, name, whom):
    for_whom, kind, least, most, default = _KEYS[name]
    if whom not in for_whom:
        return _NOTHING[kind]
    if name in given:
        return _CHECKS[kind](name, given[name], least, most)
    if default is None:
        raise ParameterError(name, "is missing")
    return default


def _bytes(name, value, least, most):
    try:
        found = unhexlify(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or not least <= len(found) <= most:
        size = "%d" % most if least == most else "%d to %d" % (least, most)
        raise ParameterError(name, "must be %s bytes in hexadecimal digits" % size)
    return found


def _whole(name, value, least, most):
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ParameterError(name, "must be a whole number from %d to %d" % (least, most))
    return value


def _flag(name, value, least, most):
    if not isinstance(value, bool):
        raise ParameterError(name, "must be true or false")
    return value


def _day(name, value, least, most):
    good = isinstance(value, str) and len(value) == 8 and all([digit in "0123456789" for digit in value])
    if not good or not ("01" <= value[4:6] <= "12" and "01" <= value[6:] <= "31"):
        raise ParameterError(name, "must be a day as YYYYMMDD")
    return value


_CHECKS = (_bytes, _whole, _flag, _day)


def _check_together(found, whom):
    if found["until"] < found["from"]:
        raise ParameterError("until", "is before from")
    if found["threshold"] > found["floor_limit"]:
        raise ParameterError("threshold", "is above floor_limit")
    if found["most_percent"] < found["target_percent"]:
        raise ParameterError("most_percent", "is below target_percent")
    if whom == "E" and found["ttq"][0] & 0xA0 != 0x20:
        raise ParameterError("ttq", "must offer EMV mode and no mag-stripe mode: bits 20 and 80 of byte 1")
    for name in ("ddol", "tdol"):
        try:
            dol.entries(found[name])
        except CardError:
            raise ParameterError(name, "is no list of tags and lengths") from None


def row(found):
    """The Application or ContactlessApplication of a line's values."""
    if found["way"] == CONTACT:
        return Application(*[found[name] for name in _CONTACT.split()])
    return ContactlessApplication(*[found[name] for name in _CONTACTLESS.split()])
