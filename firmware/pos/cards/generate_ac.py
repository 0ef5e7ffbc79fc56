# SPDX-License-Identifier: MIT
"""GENERATE AC, first and second, with or without CDA (EMV Book 3 sections 6.5.5 and 9, Book 2 section 6.6)."""

from hashlib import sha1

from pos.cards import apdu, dol, oda, tlv
from pos.cards.action import AAC, ARQC, TC
from pos.cards.certificates import NotAuthentic
from pos.cards.errors import CardError
from pos.compat import const
from pos.crypto.compare import equal

CDOL1, CDOL2 = const(0x8C), const(0x8D)
_COMBINED = const(0x10)  # P1: the answer is to be signed
_KIND = const(0xC0)  # of the cryptogram information data
_DEFAULT_TDOL = const(0x80)  # TVR byte 5
_CARD_RISK = const(0x20)  # TSI byte 1
# What a card may make of a request: it can only be stricter (Book 3 section 9.3).
_STRICTER = {TC: (TC, ARQC, AAC), ARQC: (ARQC, AAC), AAC: (AAC,)}
# The last one is what a phone says to its holder (Book C-2 annex A.1: POS cardholder interaction information).
_FIELDS = (
    (0x9F27, 1, 1, True),
    (0x9F36, 2, 2, True),
    (0x9F26, 8, 8, True),
    (0x9F10, 0, 32, False),
    (0xDF4B, 0, 16, False),
)


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
        answer = apdu.template(response.data, 0x80, 0x77)
        given = self._take(answer, combined)
        self._data.tsi[0] |= _CARD_RISK
        allowed = _STRICTER[kind] if list_tag == CDOL1 else (kind, AAC)
        if given not in allowed:
            raise CardError("malformed")
        return given

    def _values(self, cdol):
        if dol.names(cdol, 0x98):
            self._hash_certificate()
        return dol.build(cdol, self._data)

    def _hash_certificate(self):
        """TC hash value over what the TDOL lists: Book 3 section 9.2.2."""
        data = self._data
        tdol = data.get(0x97)
        if tdol is None:
            tdol = data.application.tdol
            data.tvr[4] |= _DEFAULT_TDOL
        data.put(0x98, sha1(dol.build(tdol, data)).digest())

    def _take(self, answer, combined):
        """Kind of cryptogram of an answer of format 1 (80) or 2 (77), with its fields put into the data."""
        fields = self._fields(answer)
        kind = (fields.get(0x9F27) or b"\xff")[0] & _KIND
        if combined and kind != AAC:
            self._verify(answer, fields)
        self._data.take(_FIELDS, fields.get)
        return kind

    def _fields(self, answer):
        if answer[0] == 0x77:
            return {tag: tlv.value(answer, tag) for tag in (0x9F27, 0x9F36, 0x9F26, 0x9F10, 0x9F4B, 0xDF4B)}
        value = tlv.value(answer, 0x80)
        rest = value[11:]
        return {0x9F27: value[:1], 0x9F36: value[1:3], 0x9F26: value[3:11], 0x9F10: rest or None}

    def _verify(self, answer, fields):
        """CDA: the cryptogram comes out of the signature; one that does not hold leaves 8 zeros in its place."""
        try:
            if fields.get(0x9F4B) is None:
                raise NotAuthentic()
            dynamic = oda.signed_dynamic(self._key, fields[0x9F4B], self._data.get(0x9F37))
            at = 1 + dynamic[0]
            if len(dynamic) < at + 29 or dynamic[at : at + 1] != fields[0x9F27]:
                raise NotAuthentic()
            if not equal(self._transaction_hash(answer), dynamic[at + 9 : at + 29]):
                raise NotAuthentic()
            self._data.put(0x9F4C, dynamic[1:at])
            fields[0x9F26] = dynamic[at + 1 : at + 9]
            self._data.tsi[0] |= 0x80
        except NotAuthentic:
            fields[0x9F26] = fields.get(0x9F26) or bytes(8)
            oda.failed(self._data)
            self.genuine = False

    def _transaction_hash(self, answer):
        """Over all that was told to the card, and its answer but the signature: Book 2 section 6.6.2."""
        digest = sha1(b"".join(self._told))
        body, begin = tlv.value(answer, 0x77), 0
        for tag, at, length in tlv.parse(body):
            if tag != 0x9F4B:
                digest.update(body[begin : at + length])
            begin = at + length
        return digest.digest()
