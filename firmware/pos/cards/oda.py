# SPDX-License-Identifier: MIT
"""Offline data authentication: which way, and its result (EMV Book 3 section 10.3, Book 2 sections 5 and 6)."""

from pos.cards import apdu, certificates, dol, tlv
from pos.cards.certificates import NotAuthentic
from pos.cards.errors import CardError
from pos.compat import const

_AIP = const(0x82)  # tags
_CAPABILITIES = const(0x9F33)
_SIGNED_STATIC = const(0x93)
_AUTHENTICATION_CODE = const(0x9F45)
_FORMAT1 = const(0x80)
_FORMAT2 = const(0x77)
_SIGNED_DYNAMIC = const(0x9F4B)
_DYNAMIC_NUMBER = const(0x9F4C)
_DDOL = const(0x9F49)
_UNPREDICTABLE_NUMBER = const(0x9F37)
_CDA = const(0x01)  # AIP byte 1
_DDA = const(0x20)
_SDA = const(0x40)
_CAN_CDA = const(0x08)  # terminal capabilities byte 3
_CAN_DDA = const(0x40)
_CAN_SDA = const(0x80)
_NOT_PERFORMED = const(0x80)  # TVR byte 1
_SDA_FAILED = const(0x40)
_MISSING = const(0x20)
_DDA_FAILED = const(0x08)
_CDA_FAILED = const(0x04)
_SDA_SELECTED = const(0x02)
_PERFORMED = const(0x80)  # TSI byte 1
_STATIC = const(3)  # formats of signed data
_DYNAMIC = const(5)


def method(data):
    """The strongest way that both sides know: AIP bit of CDA, DDA or SDA; 0 for none."""
    aip, capabilities = data.get(_AIP)[0], data.get(_CAPABILITIES)[2]
    for of_card, of_terminal in ((_CDA, _CAN_CDA), (_DDA, _CAN_DDA), (_SDA, _CAN_SDA)):
        if aip & of_card and capabilities & of_terminal:
            return of_card
    return 0


async def authenticate(card, data, ca_key):
    """Do SDA or DDA, or get the card's key ready for CDA; the key, or None. The TVR holds the result.

    `ca_key(rid, index)` gives (modulus, exponent) of a key that may be used, or None.
    """
    way = method(data)
    if not way:
        data.tvr[0] |= _NOT_PERFORMED
        return None
    if way == _SDA:
        data.tvr[0] |= _SDA_SELECTED
    try:
        key = await _authenticated(card, data, way, ca_key)
    except NotAuthentic as error:
        failed(data, way, error.missing)
        return None
    finally:
        if way != _CDA:
            performed(data)
    return key if way == _CDA else None


def failed(data, way=_CDA, missing=False):
    """Note a failure; for CDA authentication then counts as performed."""
    data.tvr[0] |= {_CDA: _CDA_FAILED, _DDA: _DDA_FAILED, _SDA: _SDA_FAILED}[way]
    if missing:
        data.tvr[0] |= _MISSING
    performed(data)


def performed(data):
    data.tsi[0] |= _PERFORMED


async def _authenticated(card, data, way, ca_key):
    issuer = certificates.issuer_key(data, ca_key)
    if way == _SDA:
        return _static(data, issuer)
    key = certificates.card_key(data, issuer)
    if way == _DDA:
        await _dynamic(card, data, key)
    return key


def _static(data, issuer):
    """Signed static application data: Book 2 section 5.4."""
    (signed,) = certificates.wanted(data, _SIGNED_STATIC)
    said = certificates.recover(issuer, signed, _STATIC, 2)
    certificates.check_hash(said, *certificates.signed_by_issuer(data))
    data.put(_AUTHENTICATION_CODE, said[3:5])


def signed_dynamic(key, signed, *parts):
    """ICC dynamic data of a dynamic signature over `parts`: Book 2 sections 6.5.2 and 6.6.2."""
    said = certificates.recover(key, signed, _DYNAMIC, 2)
    if said[3] > len(said) - 25:
        raise NotAuthentic()
    certificates.check_hash(said, *parts)
    dynamic = said[4 : 4 + said[3]]
    if not dynamic or not 2 <= dynamic[0] <= 8 or len(dynamic) <= dynamic[0]:
        raise NotAuthentic()
    return dynamic


async def _dynamic(card, data, key):
    """INTERNAL AUTHENTICATE with what the DDOL, or the terminal's own, asks for: Book 2 section 6.5.1."""
    try:
        asked = dol.build(_ddol(data), data)
        response = await apdu.exchange(card, apdu.command(0x00, 0x88, 0, 0, asked, 0))
        if response.sw != apdu.OK:
            raise NotAuthentic()
        answer = apdu.template(response.data, _FORMAT1, _FORMAT2)
    except CardError as error:
        if error.reason != "malformed":
            raise
        raise NotAuthentic() from None
    signed = tlv.value(answer, _FORMAT1 if answer[0] == _FORMAT1 else _SIGNED_DYNAMIC)
    if signed is None:
        raise NotAuthentic(missing=True)
    dynamic = signed_dynamic(key, signed, asked)
    data.put(_DYNAMIC_NUMBER, dynamic[1 : 1 + dynamic[0]])


def _ddol(data):
    """A list without the unpredictable number makes a signature that could be an old one (Book 2 section 6.5.1)."""
    ddol = data.get(_DDOL) or data.application.ddol
    if not dol.names(ddol, _UNPREDICTABLE_NUMBER):
        raise NotAuthentic()
    return ddol
