# SPDX-License-Identifier: MIT
"""What the books say about a refund before it is approved (DOMAIN.md M5): at most what was paid, to the same card."""

from dataclasses import replace

from sqlalchemy import Connection, Row

from pos.codec import records as kinds
from suanpan.host import entry, sale_request, standing
from suanpan.host.committed import Asked
from suanpan.host.entry import Entry
from suanpan.host.keys import TransactionKeys
from suanpan.host.schema import records
from suanpan.host.statements import ByIdentity, identity_of
from suanpan.host.verdict import BAD_AMOUNT, BAD_CARD, INVALID, NOT_FOUND, Verdict

_BODIES = ByIdentity(identity_of(records), (records.c.body,))


def refusal(keys: TransactionKeys, connection: Connection, asked: Asked) -> Verdict | None:
    """Why not: its original is not here (25), not approved, voided or in another currency (12), given back beyond what
    was paid (13), paid by another card (14). Unreadable as of sale_request.
    """
    one = asked.entry
    original = standing.original_of(connection, one)
    if original is None:
        return Verdict(NOT_FOUND)
    before = standing.others(connection, original, one)
    if not _may_be_refunded(connection, original, one) or any(row.kind == "void" for row in before):
        return Verdict(INVALID)
    if not 0 < one.fields["amount"] <= original.amount - sum(row.amount for row in before):
        return Verdict(BAD_AMOUNT)
    return None if _same_card(keys, connection, asked, original) else Verdict(BAD_CARD)


def _may_be_refunded(connection: Connection, original: Row, one: Entry) -> bool:
    fits = original.kind == "sale" and original.currency == one.fields["currency"]
    return fits and standing.stands(connection, original)


def _same_card(keys: TransactionKeys, connection: Connection, asked: Asked, original: Row) -> bool:
    """Both numbers in full: what a terminal keeps of the first one is masked. A payment code comes only once."""
    way = asked.entry.fields["entry"]
    if kinds.ENTRY_CODE in (way, original.entry):
        return way == original.entry
    paid = replace(asked, entry=_entry_of(connection, original))
    return sale_request.number(keys, connection, paid) == sale_request.number(keys, connection, asked)


def _entry_of(connection: Connection, original: Row) -> Entry:
    identity = (original.terminal, original.epoch, original.seq)
    return entry.read(original.terminal, _BODIES.rows(connection, [identity])[0].body)
