# SPDX-License-Identifier: MIT
"""Which numbers of a terminal and epoch are stored: 1 to the highest, except gaps (DESIGN.md invariant 4).

From it follow the receipt (cumulative, and ranges of urgent records that overtook) and what is missing.
"""

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from operator import attrgetter

MAX_RANGES = 32  # a receipt must fit a small device's input buffer
_first = attrgetter("first")


@dataclass(frozen=True)
class Gap:
    """Numbers first..last never came; noticed at `since_s`; `told`: its alarm was raised."""

    first: int
    last: int
    since_s: int
    told: bool = False


@dataclass
class Sequence:
    """Numbers 1..highest are stored, except those in `gaps` (ascending)."""

    highest: int = 0
    gaps: list[Gap] = field(default_factory=list)

    def __contains__(self, seq: int) -> bool:
        return seq <= self.highest and self._gap_at(seq) is None

    def add(self, seq: int, now_s: int) -> None:
        """`seq`, which was not stored, is now."""
        if seq > self.highest:
            if seq > self.highest + 1:
                self.gaps.append(Gap(self.highest + 1, seq - 1, now_s))
            self.highest = seq
            return
        at = self._gap_at(seq)
        assert at is not None, "a number is stored once"
        gap = self.gaps[at]
        parts = replace(gap, last=seq - 1), replace(gap, first=seq + 1)
        self.gaps[at : at + 1] = [part for part in parts if part.first <= part.last]

    @property
    def cumulative(self) -> int:
        """Every number from 1 up to this one is stored."""
        return self.gaps[0].first - 1 if self.gaps else self.highest

    def ranges(self, fresh: set[int]) -> list[tuple[int, int]]:
        """(low, high) of what is stored above `cumulative`: at most MAX_RANGES, those with `fresh` numbers first."""
        ends = [gap.first - 1 for gap in self.gaps[1:]] + [self.highest]
        found = [(gap.last + 1, end) for gap, end in zip(self.gaps, ends, strict=False)]
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
