# SPDX-License-Identifier: MIT
"""Writes tests/unit/tap_exchanges.jsonl: payments with virtual contactless cards, for the runtimes that have none.

PYTHONPATH=tests/property .venv/bin/python -m tap_recording
"""

import json

from chip_recording import Fixed
from tap_rig import ABOVE, BELOW, OFFLINE, Payment, side

from boards.sim.chips.emv import authority, contactless_cards
from boards.sim.chips.emv.presented import Recorded
from suanpan.places import ROOT

FILE = ROOT / "tests" / "unit" / "tap_exchanges.jsonl"
# Card, amount, with a floor limit, how often it is tapped.
PAYMENTS = (
    ("tap-credit", BELOW, True, 1),
    ("tap-debit", ABOVE, False, 1),
    ("tap-phone", ABOVE, False, 2),
    ("tap-mchip", ABOVE, False, 1),
)


def recorded(name, amount, offline, taps):
    """One line of the file."""
    card = contactless_cards.card(name)
    held = [Recorded(card) for _ in range(taps)]
    terminal_side = (side(OFFLINE) if offline else side())._replace(random=Fixed())
    payment = Payment(*held, amount=amount, terminal_side=terminal_side)
    assert payment.verified_by(name) and payment.read
    return {
        "card": name,
        "amount": amount,
        "offline": offline,
        "authority": authority.ca_row(card.personality.rid),
        "outcome": list(payment.outcome),
        "shown": payment.shown,
        "tvr": payment.data.tvr.hex(),
        "cryptogram": payment.data.get(0x9F26).hex(),
        "taps": [tap.exchanges for tap in held],
    }


def lines():
    return "".join(json.dumps(recorded(*payment)) + "\n" for payment in PAYMENTS)


if __name__ == "__main__":
    FILE.write_text(lines(), encoding="utf-8")
