# SPDX-License-Identifier: MIT
"""Which numbers of a terminal and epoch are stored: 1 to the highest, except gaps (DESIGN.md invariant 4).

From it follow the receipt (cumulative, and ranges of urgent records that overtook) and what is missing.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from operator import attrgetter

MAX_RANGES = 32  # a receipt must fit a small device's input buffer
MOST_GAPS = 1000  # an honest terminal has one for each batch and request in flight
_first = attrgetter("first")


@dataclass(frozen=True)
class Gap:
    """Of first..last `missing` never came; noticed at `since_s`; `told`: its alarm was raised.

    It is coarse when some of them did come: then only the records themselves say which.
    """

    first: int
    last: int
    since_s: int
    told: bool = False
    missing: int = 0

    @property
    def coarse(self) -> bool:
        return self.missing <= self.last - self.first

    def parts(self, seq: int) -> "list[Gap]":
        """What is left when `seq` has come."""
        if self.coarse:
            return [replace(self, missing=self.missing - 1)] if self.missing > 1 else []
        below, above = seq - self.first, self.last - seq
        left = replace(self, last=seq - 1, missing=below), replace(self, first=seq + 1, missing=above)
        return [part for part in left if part.missing]


@dataclass
class Sequence:
    """Numbers 1..highest are stored, except those in `gaps` (ascending)."""

    highest: int = 0
    gaps: list[Gap] = field(default_factory=list)
    merged: int = 0  # gaps that became coarse for want of room

    def may_hold(self, seq: int) -> bool:
        """False when `seq` is surely not stored; in a coarse gap the records must be asked."""
        if seq > self.highest:
            return False
        at = self._gap_at(seq)
        return at is None or self.gaps[at].coarse

    def stored(self, low: int, high: int) -> Iterator[int]:
        """Numbers of low..high that may be stored, ascending."""
        while low <= min(high, self.highest):
            at = self._gap_at(low)
            if at is None or self.gaps[at].coarse:
                yield low
                low += 1
            else:
                low = self.gaps[at].last + 1

    def add(self, seq: int, now_s: int) -> None:
        """`seq`, which was not stored, is now."""
        if seq > self.highest:
            if seq > self.highest + 1:
                skipped = seq - 1 - self.highest
                self.gaps.append(Gap(self.highest + 1, seq - 1, now_s, missing=skipped))
            self.highest = seq
        else:
            at = self._gap_at(seq)
            assert at is not None, "a number is stored once"
            self.gaps[at : at + 1] = self.gaps[at].parts(seq)
        if len(self.gaps) > MOST_GAPS:
            self._merge(MOST_GAPS // 2)

    def _merge(self, at: int) -> None:
        """Make one of two gaps in the middle: the first and the newest stay exact."""
        low, high = self.gaps[at : at + 2]
        both = replace(low, last=high.last, told=low.told and high.told, missing=low.missing + high.missing)
        self.gaps[at : at + 2] = [both]
        self.merged += 1

    @property
    def cumulative(self) -> int:
        """Every number from 1 up to this one is stored."""
        return self.gaps[0].first - 1 if self.gaps else self.highest

    def ranges(self, fresh: set[int]) -> list[tuple[int, int]]:
        """(low, high) of what is stored above `cumulative`: at most MAX_RANGES, those with `fresh` numbers first.

        `fresh` numbers are stored; they are named even where a coarse gap does not know it.
        """
        ends = [gap.first - 1 for gap in self.gaps[1:]] + [self.highest]
        found = [(gap.last + 1, end) for gap, end in zip(self.gaps, ends, strict=False)]
        found += spans({seq for seq in fresh if self._gap_at(seq) is not None})
        if len(found) > MAX_RANGES:
            found.sort(key=lambda pair: not any(pair[0] <= seq <= pair[1] for seq in fresh))
        return sorted(found[:MAX_RANGES])

    def _gap_at(self, seq: int) -> int | None:
        at = bisect_right(self.gaps, seq, key=_first) - 1
        return at if at >= 0 and seq <= self.gaps[at].last else None


def spans(seqs: set[int]) -> list[tuple[int, int]]:
    """(low, high) of numbers that follow each other: at most MAX_RANGES, the lowest; what is left comes again."""
    found: list[tuple[int, int]] = []
    for seq in sorted(seqs):
        if found and seq == found[-1][1] + 1:
            found[-1] = found[-1][0], seq
        else:
            found.append((seq, seq))
    return found[:MAX_RANGES]
