# SPDX-License-Identifier: MIT
"""Finds transactions in the journal by what stands on a slip (DOMAIN.md M8), without loading the journal.

A record's fields lie at fixed places (docs/records.md): they are compared there, and only what fits is decoded.
"""

from pos.codec import records
from pos.codec.field_types import place
from pos.compat import const, sleep_ms
from pos.domain import transaction as tx

NUMBERS = ("trace", "voucher", "amount")
_INTENTS = (records.SALE, records.VOID, records.REFUND)
_LOOK_BACK = 100  # declined attempts that may lie between now and the last approved sale
_DECISIONS = (records.OUTCOME, records.REVERSAL)
_FOLLOWING = _DECISIONS + (records.PRINT, records.ICC)
_LAST_S = 0xFFFFFFFF
_AT_ONCE = const(4)  # records, before the others of the loop have their turn


def transactions(journal, from_s=0, to_s=_LAST_S, last_four="", **numbers):
    """Transactions, newest first, for which all of it holds; one pass, which goes on when the next is asked for.

    from_s, to_s: Unix seconds of the intent, both included; last_four: of the account number;
    numbers: trace, voucher, amount in minor units. ValueError for another name.
    """
    for found in _steps(journal, _Wanted(from_s, to_s, last_four, numbers)):
        if found is not None:
            yield found


def _steps(journal, wanted):
    """Transactions that fit, newest first; in between, after every few records, None."""
    own = _places(records.SALE, ("epoch", "seq"))  # the same in every intent
    of = _places(records.OUTCOME, ("of_epoch", "of_seq"))  # and in all that follows one
    following = {}  # identity: what followed an intent that is still to come, the newest first
    back = _Back()  # voids and refunds stand behind their original
    for looked_at, (_, record) in enumerate(journal.scan(newest_first=True)):
        schema = records.schema_of(record)
        if schema in _FOLLOWING:
            following.setdefault(_identity(record, of), []).append(bytes(record))
        elif schema in _INTENTS:
            behind = following.pop(_identity(record, own), [])
            fits = wanted.fits(schema, record)
            if fits or schema is not records.SALE:
                found = tx.fold(map(records.as_dict, [bytes(record)] + behind[::-1]))
                back.note(found)
                if fits:
                    yield found
        if looked_at % _AT_ONCE == 0:
            yield None


def transaction(journal, identity):
    """The transaction (epoch, seq) up to its decision, or None when it is not held any more."""
    epoch, seq = identity
    following = []
    for number, record in journal.scan(from_seq=seq if epoch == journal.epoch else 0):
        schema = records.schema_of(record)
        if number == seq or schema in _FOLLOWING:
            fields = records.as_dict(record)
            if tx.identity(fields) == identity:
                following.append(fields)
                if schema in _DECISIONS:
                    break
    return tx.fold(following) if following else None


def newest_approved(journal, kinds):
    """Newest approved transaction of `kinds` that no void has taken back, or None."""
    for looked_at, found in enumerate(transactions(journal)):
        if looked_at == _LOOK_BACK:
            return None
        if found.kind in kinds and found.state == tx.APPROVED:
            return found
    return None


async def sale_of(journal, voucher):
    """The newest sale of this voucher number, or None; one of an earlier epoch may be another device's at the host.

    The whole journal may have to be read: the others have their turn meanwhile.
    """
    for found in _steps(journal, _Wanted(0, _LAST_S, "", {"voucher": voucher})):
        if found is None:
            await sleep_ms(0)
        elif found.kind == "sale":
            return found if found.epoch == journal.epoch else None
    return None


class _Back:
    """What came back of the originals that are still to come, the newest first."""

    def __init__(self):
        self._voided, self._refunded = [], {}

    def note(self, found):
        """Keep what a void or refund takes of its original; mark an original."""
        own = found.epoch, found.seq
        if found.kind == "void" and found.state == tx.APPROVED:
            self._voided.append(found.original)
        elif found.kind == "refund":
            self._refunded[found.original] = self._refunded.get(found.original, 0) + found.may_give()
        elif found.kind == "sale":
            found.refunded = self._refunded.pop(own, 0)
        if found.state == tx.APPROVED and own in self._voided:
            found.to(tx.VOIDED)


class _Wanted:
    """What an intent must hold."""

    def __init__(self, from_s, to_s, last_four, numbers):
        for name in numbers:
            if name not in NUMBERS:
                raise ValueError("cannot look for " + name)
        self._span, self._last_four, self._numbers = (from_s, to_s), last_four.encode(), numbers
        self._at_s = place(records.SALE.fields, "at_s")  # these are the same in every intent
        self._places = {name: place(records.SALE.fields, name) for name in numbers}
        self._masked = {}
        if last_four:
            self._masked = {one: place(one.fields, "pan_masked") for one in (records.SALE, records.REFUND)}

    def fits(self, schema, record):
        """Is `record` an intent that holds all of it?"""
        for name, number in self._numbers.items():
            if _number(record, self._places[name]) != number:
                return False
        if not self._span[0] <= _number(record, self._at_s) <= self._span[1]:
            return False
        return not self._last_four or _text(record, self._masked.get(schema)).endswith(self._last_four)


def _places(schema, names):
    return [place(schema.fields, name) for name in names]


def _identity(record, places):
    return tuple([_number(record, at) for at in places])


def _number(record, at):
    return int.from_bytes(bytes(record[at[0] : at[1]]), "big")


def _text(record, at):
    """Bytes of a text field without its padding; empty where the record has none."""
    return bytes(record[at[0] : at[1]]).rstrip(b"\0") if at else b""
