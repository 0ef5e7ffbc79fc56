# SPDX-License-Identifier: MIT
"""One figure of DESIGN.md section 6: what was measured, against whom, and how far it can go."""

import json
import statistics
from typing import NamedTuple


class Figure(NamedTuple):
    """`reach` and `limit` speak of the ratio unless the name says otherwise; None is unknown or absent."""

    name: str
    unit: str
    ours: float | None
    peer: float | None
    ratio: float | None
    reach: str
    limit: str
    note: str = ""
    spread: tuple[float, float] | None = None  # smallest and largest of what `ours` is the median of

    def line(self) -> str:
        return json.dumps({key: rounded(value) for key, value in self._asdict().items()}, ensure_ascii=False)


def rounded(value):
    if isinstance(value, tuple):
        return [rounded(part) for part in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def ratio(big: float | None, small: float | None) -> float | None:
    return big / small if big and small else None


def median(values: list[float]) -> float:
    return float(statistics.median(values))


def spread(values: list[float]) -> tuple[float, float]:
    return min(values), max(values)


def cell(value) -> str:
    if isinstance(value, tuple):
        return "–".join(cell(part) for part in value)
    return "" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)


def table(figures: list[Figure]) -> str:
    """Aligned text for people."""
    rows = [("figure", "unit", "ours", "peer", "ratio", "reach", "limit", "note", "spread")]
    rows += [tuple(cell(value) for value in figure) for figure in figures]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
