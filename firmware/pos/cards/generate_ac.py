# SPDX-License-Identifier: MIT
"""GENERATE AC, first and second, with or without CDA (EMV Book 3 sections 6.5.5 and 9, Book 2 section 6.6)."""

from hashlib import sha1

from pos.cards import apdu, dol, tlv
from pos.cards.action import AAC, ARQC, TC
from pos.cards.errors import CardError
from pos.compat import const
from pos.crypto.compare import equal

_CID = const(0x9F27)  # tags
_ATC = const(0x9F36)
_CRYPTOGRAM = const(0x9F26)
_ISSUER_DATA = const(0x9F10)
_TC_HASH = const(0x98)
_TDOL = const(0x97)
_SIGNED = const(0x9F4B)
_UNPREDICTABLE_NUMBER = const(0x9F37)
_DYNAMIC_NUMBER = const(0x9F4C)
PHONE_INFORMATION = const(0xDF4B)  # Book C-2: POS cardholder interaction information
_FORMAT1 = const(0x80)
_FORMAT2 = const(0x77)
CDOL1 = const(0x8C)
CDOL2 = const(0x8D)
_COMBINED = const(0x10)  # P1: the answer is to be signed
_KIND = const(0xC0)  # of the cryptogram information data
_DEFAULT_TDOL = const(0x80)  # TVR byte 5
_CARD_RISK = const(0x20)  # TSI byte 1
_NOT_AUTHENTICATED = const(0x80)  # TVR byte 1
# What a card may make of a request: it can only be stricter (Book 3 section 9.3).
_STRICTER = {TC: (TC, ARQC, AAC), ARQC: (ARQC, AAC), AAC: (AAC,)}
_FIELDS = (
    (_CID, 1, 1, True),
    (_ATC, 2, 2, True),
    (_CRYPTOGRAM, 8, 8, True),
    (_ISSUER_DATA, 0, 32, False),
    (PHONE_INFORMATION, 0, 16, False),
)
_OF_ANSWER = (_CID, _ATC, _CRYPTOGRAM, _ISSUER_DATA, PHONE_INFORMATION, _SIGNED)


async def generate(card, data, key, kind, list_tag=CDOL1):
    """AAC, ARQC or TC as the card decides when `kind` is asked of it; CardError when the answer is none.

    `key` is the card's when CDA is to be done: without a good signature `data.genuine` falls, and the TVR says so.
    """
    values = _values(data, data.get(list_tag))
    data.told.append(values)
    combined = key is not None and kind != AAC
    sent = apdu.command(0x80, 0xAE, kind | (_COMBINED if combined else 0), 0, values, 0)
    response = await apdu.exchange(card, sent)
    if response.sw != apdu.OK:
        raise CardError("refused")
    answer = apdu.template(response.data, _FORMAT1, _FORMAT2)
    given = _take(data, answer, key if combined else None)
    data.tsi[0] |= _CARD_RISK
    if given not in (_STRICTER[kind] if list_tag == CDOL1 else (kind, AAC)):
        raise CardError("malformed")
    return given


async def end_refund(card, data):
    """A refund ends with an AAC, which refuses nothing: neither card nor cardholder was to be verified."""
    data.tvr[0] |= _NOT_AUTHENTICATED
    await generate(card, data, None, AAC)


def _values(data, cdol):
    if dol.names(cdol, _TC_HASH):
        _hash_certificate(data)
    return dol.build(cdol, data)


def _hash_certificate(data):
    """TC hash value over what the TDOL lists: Book 3 section 9.2.2."""
    tdol = data.get(_TDOL)
    if tdol is None:
        tdol = data.application.tdol
        data.tvr[4] |= _DEFAULT_TDOL
    data.put(_TC_HASH, sha1(dol.build(tdol, data)).digest())


def _take(data, answer, key):
    """Kind of cryptogram of an answer of format 1 (80) or 2 (77), with its fields put into the data."""
    fields = _fields(answer)
    kind = (fields.get(_CID) or b"\xff")[0] & _KIND
    if key is not None and kind != AAC:
        _verify(data, answer, fields, key)
    data.take(_FIELDS, fields.get)
    return kind


def _fields(answer):
    if answer[0] == _FORMAT2:
        return {tag: tlv.value(answer, tag) for tag in _OF_ANSWER}
    value = tlv.value(answer, _FORMAT1)
    rest = value[11:]
    return {_CID: value[:1], _ATC: value[1:3], _CRYPTOGRAM: value[3:11], _ISSUER_DATA: rest or None}


def _verify(data, answer, fields, key):
    """CDA: the cryptogram comes out of the signature; one that does not hold leaves 8 zeros in its place."""
    from pos.cards import oda
    from pos.cards.certificates import NotAuthentic

    try:
        if fields.get(_SIGNED) is None:
            raise NotAuthentic()
        dynamic = oda.signed_dynamic(key, fields[_SIGNED], data.get(_UNPREDICTABLE_NUMBER))
        at = 1 + dynamic[0]
        told = bytes(fields[_CID] or b"") + dynamic[at + 1 : at + 9] + _transaction_hash(data, answer)
        if not equal(told, dynamic[at : at + 29]):
            raise NotAuthentic()
        data.put(_DYNAMIC_NUMBER, dynamic[1:at])
        fields[_CRYPTOGRAM] = dynamic[at + 1 : at + 9]
        oda.performed(data)
    except NotAuthentic:
        fields[_CRYPTOGRAM] = fields.get(_CRYPTOGRAM) or bytes(8)
        oda.failed(data)
        data.genuine = False


def _transaction_hash(data, answer):
    """Over all that was told to the card, and its answer but the signature: Book 2 section 6.6.2."""
    digest = sha1(b"".join(data.told))
    body, begin = tlv.value(answer, _FORMAT2), 0
    for tag, at, length in tlv.parse(body):
        if tag != _SIGNED:
            digest.update(body[begin : at + length])
        begin = at + length
    return digest.digest()
