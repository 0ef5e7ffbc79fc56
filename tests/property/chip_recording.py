# SPDX-License-Identifier: MIT
"""Writes tests/unit/chip_exchanges.jsonl: sales with virtual cards, for the runtimes that have none.

PYTHONPATH=tests/property .venv/bin/python -m chip_recording
"""

import json

from chip_rig import Desk, pay, terminal_for

from boards.sim.chips.emv import authority, cards
from boards.sim.chips.emv.presented import Chained, Recorded
from suanpan.places import ROOT

FILE = ROOT / "tests" / "unit" / "chip_exchanges.jsonl"
SALES = ("chip-credit", "chip-debit", "chip-plain-pin")


class Fixed:
    """The same unpredictable number each time."""

    def __call__(self, size):
        return bytes(range(0x11, 0x11 + size))


def recorded(name):
    """One line of the file."""
    card = Recorded(Chained(cards.card(name)) if name == "chip-debit" else cards.card(name))
    personality = cards.PERSONALITIES[name]
    desk = Desk(personality)
    outcome, data, _ = pay(card, desk, terminal_for()._replace(random=Fixed()))
    assert outcome.result == "approved"
    return {
        "card": name,
        "authority": authority.ca_row(personality.rid),
        "issuer_data": desk.issuer.issuer_data("00").hex(),
        "tvr": data.tvr.hex(),
        "tsi": data.tsi.hex(),
        "cvm_results": data.get(0x9F34).hex(),
        "cryptogram": data.get(0x9F26).hex(),
        "exchanges": card.exchanges,
    }


def lines():
    return "".join(json.dumps(recorded(name)) + "\n" for name in SALES)


if __name__ == "__main__":
    FILE.write_text(lines(), encoding="utf-8")
