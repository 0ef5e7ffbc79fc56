# SPDX-License-Identifier: MIT
"""Test cards and codes of the sandbox and how they behave: one data file, read by issuer, wallet and simulator.

Card numbers are public test numbers; tracks follow ISO/IEC 7813, with sentinels, without the LRC.
"""

import json
from importlib.resources import files

_TRACK1, _TRACK2 = "%B{pan}^{name}^{expiry}{service_code}?", ";{pan}={expiry}{service_code}{discretionary}?"
_DISCRETIONARY = "1093784652"  # key index, PVV, CVV


def _with_tracks(card: dict) -> dict:
    tracks = {
        "track1": _TRACK1.format(**card),
        "track2": _TRACK2.format(**card, discretionary=_DISCRETIONARY),
    }
    return {**card, **tracks}


_data = json.loads(files(__package__).joinpath("sandbox.json").read_text(encoding="utf-8"))

# By name: pan, name, expiry (YYMM), service_code, track1, track2, behaviour, description.
cards: dict[str, dict] = {name: _with_tracks(card) for name, card in _data["cards"].items()}

PIN = "1234"  # of every card

# What its issuer does with a card, by account number: behaviour, and where it has one `pin_above` (minor units; a chip
# card wants a PIN for more) and `scripts` (see arqc.py).
issued: dict[str, dict] = {card["pan"]: card for card in (*cards.values(), *_data["chips"])}

# By the last two digits of a payment code: behaviour, description. Every other valid code is approved.
codes: dict[str, dict] = _data["codes"]
