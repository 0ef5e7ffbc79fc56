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


class GenerateAc:
    """Both cryptograms of one transaction; `key` is the card's when CDA is to be done.

    `genuine` falls when a signature over one of them does not hold.
    """

    def __init__(self, card, data, key=None):
        self._card, self._data, self._key = card, data, key
        self.genuine = True
        self._told = [data.pdol_values]  # what CDA signs besides the answer

    async def ask(self, kind, list_tag=CDOL1):
        """AAC, ARQC or TC as the card decides; CardError when the answer is none. A failed CDA is in the TVR."""
        values = self._values(self._data.get(list_tag))
        self._told.append(values)
        combined = self._key is not None and kind != AAC
        sent = apdu.command(0x80, 0xAE, kind | (_COMBINED if combined else 0), 0, values, 0)
        response = await apdu.exchange(self._card, sent)
        if response.sw != apdu.OK:
            raise CardError("refused")
        answer = apdu.template(response.data, _FORMAT1, _FORMAT2)
        given = self._take(answer, combined)
        self._data.tsi[0] |= _CARD_RISK
        allowed = _STRICTER[kind] if list_tag == CDOL1 else (kind, AAC)
        if given not in allowed:
            raise CardError("malformed")
        return given

    def _values(self, cdol):
        if dol.names(cdol, _TC_HASH):
            self._hash_certificate()
        return dol.build(cdol, self._data)

    def _hash_certificate(self):
        """TC hash value over what the TDOL lists: Book 3 section 9.2.2."""
        data = self._data
        tdol = data.get(_TDOL)
        if tdol is None:
            tdol = data.application.tdol
            data.tvr[4] |= _DEFAULT_TDOL
        data.put(_TC_HASH, sha1(dol.build(tdol, data)).digest())

    def _take(self, answer, combined):
        """Kind of cryptogram of an answer of format 1 (80) or 2 (77), with its fields put into the data."""
        fields = self._fields(answer)
        kind = (fields.get(_CID) or b"\xff")[0] & _KIND
        if combined and kind != AAC:
            self._verify(answer, fields)
        self._data.take(_FIELDS, fields.get)
        return kind

    def _fields(self, answer):
        if answer[0] == _FORMAT2:
            return {tag: tlv.value(answer, tag) for tag in _OF_ANSWER}
        value = tlv.value(answer, _FORMAT1)
        rest = value[11:]
        return {_CID: value[:1], _ATC: value[1:3], _CRYPTOGRAM: value[3:11], _ISSUER_DATA: rest or None}

    def _verify(self, answer, fields):
        """CDA: the cryptogram comes out of the signature; one that does not hold leaves 8 zeros in its place."""
        from pos.cards import oda
        from pos.cards.certificates import NotAuthentic

        try:
            if fields.get(_SIGNED) is None:
                raise NotAuthentic()
            dynamic = oda.signed_dynamic(self._key, fields[_SIGNED], self._data.get(_UNPREDICTABLE_NUMBER))
            at = 1 + dynamic[0]
            told = bytes(fields[_CID] or b"") + dynamic[at + 1 : at + 9] + self._transaction_hash(answer)
            if not equal(told, dynamic[at : at + 29]):
                raise NotAuthentic()
            self._data.put(_DYNAMIC_NUMBER, dynamic[1:at])
            fields[_CRYPTOGRAM] = dynamic[at + 1 : at + 9]
            oda.performed(self._data)
        except NotAuthentic:
            fields[_CRYPTOGRAM] = fields.get(_CRYPTOGRAM) or bytes(8)
            oda.failed(self._data)
            self.genuine = False

    def _transaction_hash(self, answer):
        """Over all that was told to the card, and its answer but the signature: Book 2 section 6.6.2."""
        digest = sha1(b"".join(self._told))
        body, begin = tlv.value(answer, _FORMAT2), 0
        for tag, at, length in tlv.parse(body):
            if tag != _SIGNED:
                digest.update(body[begin : at + length])
            begin = at + length
        return digest.digest()
