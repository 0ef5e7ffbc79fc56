# SPDX-License-Identifier: MIT
"""docs/host.md says what the code does: cards, codes, alarms and tables are all on the page."""

from pathlib import Path

from suanpan.host import sandbox
from suanpan.host.alarms import CATALOGUE
from suanpan.host.schema import metadata

PAGE = (Path(__file__).parents[2] / "docs" / "host.md").read_text(encoding="utf-8")


def test_every_card_and_code_is_described():
    for name, card in sandbox.cards.items():
        assert f"| `{name}` | {card['pan']} |" in PAGE
    for ending in sandbox.codes:
        assert f"| {ending} |" in PAGE


def test_every_alarm_and_table_is_described():
    for name in (*CATALOGUE, *metadata.tables):
        assert f"| `{name}` |" in PAGE
