# SPDX-License-Identifier: MIT
"""What the host has committed, per terminal and epoch: the content of a receipt (DESIGN.md invariant 4).

Cumulative: every seq from 1 up to it is stored. Ranges: what is stored above it, urgent records that overtook.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from suanpan.host.schema import cursors, records
from suanpan.host.statements import upsert

MAX_RANGES = 32  # a receipt must fit a small device's input buffer


def advance(
    connection: Connection, terminal: str, epoch: int, fresh: set[int]
) -> tuple[int, list[tuple[int, int]]]:
    """Move the cursor over what is now contiguous; returns (cumulative, ranges), ranges of `fresh` seqs first."""
    here = (cursors.c.terminal == terminal) & (cursors.c.epoch == epoch)
    before = connection.execute(select(cursors.c.cumulative).where(here)).scalar() or 0
    above = (records.c.terminal == terminal) & (records.c.epoch == epoch) & (records.c.seq > before)
    seqs = connection.execute(select(records.c.seq).where(above).order_by(records.c.seq)).scalars()
    ranges = runs(seqs)
    cumulative = before
    if ranges and ranges[0][0] == before + 1:
        cumulative = ranges.pop(0)[1]
    if cumulative != before:
        upsert(connection, cursors, [{"terminal": terminal, "epoch": epoch, "cumulative": cumulative}])
    return cumulative, _most_wanted(ranges, fresh)


def runs(seqs: Iterable[int]) -> list[tuple[int, int]]:
    """Ascending numbers as (low, high) of each unbroken run."""
    found: list[tuple[int, int]] = []
    for seq in seqs:
        if found and seq == found[-1][1] + 1:
            found[-1] = (found[-1][0], seq)
        else:
            found.append((seq, seq))
    return found


def _most_wanted(ranges: list[tuple[int, int]], fresh: set[int]) -> list[tuple[int, int]]:
    if len(ranges) <= MAX_RANGES:
        return ranges
    waiting = [(low, high) for low, high in ranges if any(low <= seq <= high for seq in fresh)]
    others = [pair for pair in ranges if pair not in waiting]
    return sorted((waiting + others)[:MAX_RANGES])
