# SPDX-License-Identifier: MIT
"""How many delivered sales a journal keeps: the size of its flash decides, nothing else (docs/journal.md)."""

from typing import NamedTuple

from pos import lookup
from pos.codec import records
from pos.journal.cursor import SMALLEST_CURSOR
from pos.journal.journal import Journal
from pos.journal.layout import BLOCK, HEADER, frame_size

_LARGEST = frame_size(records.SALE.size)
# One slip, and two receipts: for the request, and for what followed.
SALE_BYTES = (
    _LARGEST + frame_size(records.OUTCOME.size) + frame_size(records.PRINT.size) + 2 * SMALLEST_CURSOR
)
_NOT_HELD = 2  # blocks: the one that is written to may be empty, the next one is erased ahead


class Held(NamedTuple):
    """Transactions that are in a journal, and the time of the oldest (Unix seconds, 0 without any)."""

    transactions: int
    since_s: int


def held(journal: Journal) -> Held:
    times = [found.at_s for found in lookup.transactions(journal)]
    return Held(len(times), min((at_s for at_s in times if at_s), default=0))


def kept_sales(blocks: int) -> int:
    """The newest sales that a journal of `blocks` blocks always holds, delivered or not."""
    whole = BLOCK - HEADER - (_LARGEST - 16)  # a frame that does not fit leaves the rest of its block
    return (blocks - _NOT_HELD) * whole // SALE_BYTES
