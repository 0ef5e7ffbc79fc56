# SPDX-License-Identifier: MIT
"""Processing restrictions: version, usage control, dates (EMV Book 3 section 10.4)."""

from pos.cards.dates import sortable
from pos.compat import const

_ISSUER_COUNTRY = const(0x5F28)  # tags
_COUNTRY = const(0x9F1A)
_DATE = const(0x9A)
_CARD_VERSION = const(0x9F08)
_EFFECTIVE = const(0x5F25)
_USAGE_CONTROL = const(0x9F07)
_VERSION = const(0x9F09)
_EXPIRY = const(0x5F24)
_TYPE = const(0x9C)
_OTHER_VERSION = const(0x80)  # TVR byte 2
_EXPIRED = const(0x40)
_NOT_YET = const(0x20)
_NOT_ALLOWED = const(0x10)
_NOT_ATM = const(0x01)  # application usage control byte 1, and pairs of domestic and international:
_CASH, _GOODS_SERVICES = (0x80, 0x40), (0x28, 0x14)
_CASHBACK = (0x80, 0x40)  # byte 2
_CASH_TYPES = (0x01, 0x17)  # transaction type 9C: cash, cash advance
_WITH_CASHBACK = const(0x09)


def _allowed(control, kind, domestic):
    """`domestic` is None when the issuer's country is not known: then only the place counts."""
    if not control[0] & _NOT_ATM:
        return False
    if domestic is None:
        return True
    abroad = 0 if domestic else 1
    if kind == _WITH_CASHBACK and not control[1] & _CASHBACK[abroad]:
        return False
    return bool(control[0] & (_CASH if kind in _CASH_TYPES else _GOODS_SERVICES)[abroad])


def _domestic(data):
    country = data.get(_ISSUER_COUNTRY)
    return None if country is None else country == data.get(_COUNTRY)


def check(data):
    """Set what applies in byte 2 of the TVR; nothing of it ends the transaction by itself."""
    today = sortable(data.get(_DATE))
    version, begins, control = data.get(_CARD_VERSION), data.get(_EFFECTIVE), data.get(_USAGE_CONTROL)
    found = 0
    if version is not None and version != data.get(_VERSION):
        found |= _OTHER_VERSION
    if begins is not None and sortable(begins) > today:
        found |= _NOT_YET
    if sortable(data.get(_EXPIRY)) < today:
        found |= _EXPIRED
    if control is not None and not _allowed(control, data.get(_TYPE)[0], _domestic(data)):
        found |= _NOT_ALLOWED
    data.tvr[1] |= found
