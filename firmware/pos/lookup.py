# SPDX-License-Identifier: MIT
"""Finds transactions in the journal by what stands on a slip (DOMAIN.md M8), without loading the journal.

A record's fields lie at fixed places (docs/records.md): they are compared there, and only what fits is decoded.
"""

from pos.codec import records
from pos.codec.field_types import place
from pos.domain import transaction as tx

NUMBERS = ("trace", "voucher", "amount")
_INTENTS = (records.SALE, records.VOID)
_FOLLOWING = (records.OUTCOME, records.REVERSAL, records.PRINT, records.ICC)


def transactions(journal, from_s=0, to_s=0xFFFFFFFF, last_four="", **numbers):
    """Transactions, newest first, for which all of it holds; one pass, which goes on when the next is asked for.

    from_s, to_s: Unix seconds of the intent, both included; last_four: of the account number;
    numbers: trace, voucher, amount in minor units. ValueError for another name.
    """
    wanted = _Wanted(from_s, to_s, last_four, numbers)
    own = _places(records.SALE, ("epoch", "seq"))  # the same in every intent
    of = _places(records.OUTCOME, ("of_epoch", "of_seq"))  # and in all that follows one
    following = {}  # identity: what followed an intent that is still to come, the newest first
    taken_back = []  # what approved voids took back; a void stands behind its original
    for _, record in journal.scan(newest_first=True):
        schema = records.schema_of(record)
        if schema in _FOLLOWING:
            following.setdefault(_identity(record, of), []).append(bytes(record))
        elif schema in _INTENTS:
            behind = following.pop(_identity(record, own), [])
            fits = wanted.fits(schema, record)
            if fits or schema is records.VOID:
                found = _whole([bytes(record)] + behind[::-1], taken_back)
                if fits:
                    yield found


def transaction(journal, identity):
    """The transaction (epoch, seq) with all that followed it, or None when it is not held any more."""
    epoch, seq = identity
    following = []
    for number, record in journal.scan(from_seq=seq if epoch == journal.epoch else 0):
        if number == seq or records.schema_of(record) in _FOLLOWING:
            fields = records.as_dict(record)
            if tx.identity(fields) == identity:
                following.append(fields)
    return tx.fold(following) if following else None


def _whole(encoded, taken_back):
    """The transaction of an intent; the original of an approved void is noted, and marked when it comes."""
    found = tx.fold([records.as_dict(record) for record in encoded])
    if found.kind == "void" and found.state == tx.APPROVED:
        taken_back.append(found.original)
    if found.state == tx.APPROVED and (found.epoch, found.seq) in taken_back:
        found.to(tx.VOIDED)
    return found


class _Wanted:
    """What an intent must hold."""

    def __init__(self, from_s, to_s, last_four, numbers):
        for name in numbers:
            if name not in NUMBERS:
                raise ValueError("cannot look for " + name)
        self._span, self._last_four, self._numbers = (from_s, to_s), last_four.encode(), numbers
        names = ("at_s", "pan_masked") + NUMBERS
        self._places = {
            schema: {name: place(schema.fields, name) for name, _ in schema.fields if name in names}
            for schema in _INTENTS
        }

    def fits(self, schema, record):
        """Is `record` an intent that holds all of it?"""
        places = self._places.get(schema)
        if places is None:
            return False
        for name, number in self._numbers.items():
            if _number(record, places[name]) != number:
                return False
        if not self._span[0] <= _number(record, places["at_s"]) <= self._span[1]:
            return False
        return not self._last_four or _text(record, places.get("pan_masked")).endswith(self._last_four)


def _places(schema, names):
    return [place(schema.fields, name) for name in names]


def _identity(record, places):
    return tuple([_number(record, at) for at in places])


def _number(record, at):
    return int.from_bytes(bytes(record[at[0] : at[1]]), "big")


def _text(record, at):
    """Bytes of a text field without its padding; empty where the record has none."""
    return bytes(record[at[0] : at[1]]).rstrip(b"\0") if at else b""
