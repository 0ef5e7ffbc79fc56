# SPDX-License-Identifier: MIT
"""The figures as one SVG: a bar for each, from what is to be reached (the line) to what was measured.

Logarithmic, so that twice as good and half as good are equally long. A tick marks the physical limit.
"""

import math
import re
from html import escape
from typing import NamedTuple

from figures import Figure

LABEL, HALF, ROW, TOP, RIGHT = 350, 180, 26, 54, 270
FONT = 'font-family="sans-serif" font-size="13"'
TITLE = "What make bench measured, against what is to be reached"
OCTAVES = 3  # to each side of the line: 8 times
GOOD, BAD, INK, DIM = "#14804A", "#C0272D", "#1B2A38", "#708090"
UNIT = re.compile("[a-z]")  # in `reach`: it speaks of what was measured, not of the ratio
NUMBER = re.compile(r"(\d+(?: \d{3})*(?:\.\d+)?)")


class Bar(NamedTuple):
    """`score` above 1 is better than what is to be reached; `limit` on the same scale, None without one."""

    name: str
    score: float
    limit: float | None
    text: str


def number(text: str) -> float | None:
    found = NUMBER.search(text)
    return float(found[1].replace(" ", "")) if found else None


def bar(figure: Figure) -> Bar | None:
    """None for a figure without a measurement or without anything to reach."""
    reach, limit = number(figure.reach), number(figure.limit)
    of_ratio = bool(figure.unit) and not UNIT.search(figure.reach)
    value = figure.ratio if of_ratio else figure.ours
    if value is None or not value or not reach:
        return None
    less = "≤" in figure.reach
    scale = (lambda v: reach / v) if less else (lambda v: v / reach)
    text = f"{shown(value)} {'×' if of_ratio else figure.unit}  ({figure.reach})"
    return Bar(figure.name, scale(value), scale(limit) if limit else None, text)


def shown(value: float) -> str:
    return f"{value:,.0f}".replace(",", " ") if value >= 1000 else f"{value:.3g}"


def svg(figures: list[Figure]) -> str:
    bars = [found for figure in figures if (found := bar(figure))]
    width, height = LABEL + 2 * HALF + RIGHT + 40, TOP + ROW * len(bars) + 34
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" {FONT}>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="20" y="26" font-size="16" fill="{INK}">{TITLE}</text>',
    ]
    for index, each in enumerate(bars):
        parts += row(each, TOP + ROW * index)
    parts += axis(TOP + ROW * len(bars))
    return "\n".join([*parts, "</svg>", ""])


def place(score: float) -> float:
    """Horizontal place of a score."""
    octaves = max(-OCTAVES, min(OCTAVES, math.log2(score)))
    return LABEL + HALF + octaves / OCTAVES * HALF


def row(each: Bar, y: int) -> list[str]:
    middle, end, colour = place(1), place(each.score), GOOD if each.score >= 1 else BAD
    left, width = min(middle, end), max(abs(end - middle), 2)
    parts = [
        f'<text x="{LABEL - 10}" y="{y + 15}" text-anchor="end" fill="{INK}">{escape(each.name)}</text>',
        f'<rect x="{left:.1f}" y="{y + 4}" width="{width:.1f}" height="14" fill="{colour}"/>',
        f'<text x="{LABEL + 2 * HALF + 14}" y="{y + 15}" fill="{INK}">{escape(each.text)}</text>',
    ]
    if each.limit:
        x = place(each.limit)
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y + 1}" y2="{y + 21}" stroke="{DIM}" stroke-width="2"/>'
        )
    return parts


def axis(bottom: int) -> list[str]:
    parts = [f'<line x1="{place(1)}" x2="{place(1)}" y1="{TOP - 8}" y2="{bottom}" stroke="{INK}"/>']
    for score in (1 / 8, 1 / 2, 1, 2, 8):
        name = "reach" if score == 1 else f"{score:g}×" if score > 1 else f"1/{1 / score:g}"
        parts.append(
            f'<text x="{place(score)}" y="{bottom + 20}" text-anchor="middle" fill="{DIM}">{name}</text>'
        )
    return parts
