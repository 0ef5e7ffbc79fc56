# SPDX-License-Identifier: MIT
"""Decisions, voids and refunds name a record by its number, which another device may have given too (F6, F16).

They are taken only when it is shown that the books hold that record of the same device (docs/host.md).
"""

from collections.abc import Collection

from pos.codec import records as kinds
from suanpan.host.cursors import Cursor
from suanpan.host.entry import Entry
from suanpan.host.envelope import Batch
from suanpan.host.fold import DECISIONS
from suanpan.host.schema import Identity

_OF_SALES = (kinds.VOID.kind, kinds.REFUND.kind)


def spoken_of(one: Entry) -> Identity | None:
    """The record without which `one` means nothing: a decision's intent, the sale of a void or refund."""
    if one.kind in _OF_SALES:
        return one.terminal, one.fields["original_epoch"], one.fields["original_seq"]
    return one.subject if one.kind in DECISIONS else None


def vouched(one: Entry, batch: Batch, brought: Collection[int], cursor: Cursor) -> bool:
    """Is what `one` speaks of, and of an intent all that is held behind it, of the device that speaks?

    It has brought the bodies in this message, has receipts for them, or gave the numbers itself in this power-on.
    """
    about = spoken_of(one)
    if about is None:
        return True
    _, epoch, seq = about
    if epoch != one.epoch:
        return False
    held, own = cursor.sequence, cursor.lineage.since_of(batch.nonce)
    shown, stands = seq <= batch.cumulative or seq in brought, held.may_hold(seq)
    if one.kind in _OF_SALES:  # decided at once: nothing that comes later can meet it
        return shown or seq >= own or not stands
    if not shown and not (seq >= own and stands):
        return False
    between = held.stored(max(seq, batch.cumulative) + 1, min(one.seq, own) - 1)
    return all(number in brought for number in between)
