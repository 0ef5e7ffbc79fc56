# SPDX-License-Identifier: MIT
"""Colours, RGB565 for colour displays; on monochrome ones every colour is paper (0) or ink (1)."""


def rgb(value):
    """0xRRGGBB as RGB565."""
    return (value >> 8) & 0xF800 | (value >> 5) & 0x07E0 | (value >> 3) & 0x001F


PAPER = rgb(0xFFFFFF)
INK = rgb(0x1B2A38)
DIM = rgb(0x708090)
LINE = rgb(0xDCE3EA)
ACCENT = rgb(0x14568C)
BAR = rgb(0x0E1E2E)
BAR_TEXT = rgb(0xC4D0DC)
FOOT = rgb(0xEEF2F6)
WHITE = rgb(0xFFFFFF)
GOOD, BAD, WARN = rgb(0x14804A), rgb(0xC0272D), rgb(0xB86E00)
MARK = rgb(0xFFC04D)
LINKS = {"up": rgb(0x3DDC84), "down": rgb(0xFF6B5E), "wait": rgb(0xFFC04D)}
KEYS = {"CANCEL": BAD, "CLEAR": rgb(0xE0A800), "ENTER": GOOD}
STYLES = {"normal": INK, "dim": DIM, "accent": ACCENT, "good": GOOD, "bad": BAD, "warn": WARN}
TONES = {"normal": ACCENT, "good": GOOD, "bad": BAD, "warn": WARN}
