# SPDX-License-Identifier: MIT
"""Contactless payments recorded with virtual cards (tests/property/tap_recording.py), replayed strictly."""

from card_script import ScriptedCard
from pos.cards import contactless, terminal
from pos.cards.data_set import DataSet
from pos.cards.parameters import ContactlessApplication
from pos.drivers import DeviceTimeout
from recordings import ca_key_of, fixed, recording_of
from standard_rows import Held, standard


class Tap(ScriptedCard):
    """`lingers`: how often it is still seen in the field afterwards."""

    def __init__(self, exchanges, lingers):
        super().__init__(exchanges)
        self.lingers = lingers

    async def present(self):
        self.lingers -= 1
        return self.lingers >= 0


class Field:
    """A reader with one tap after the other; an error is raised instead. When they are used up, none comes."""

    def __init__(self, taps):
        self.taps = list(taps)

    async def detect(self, timeout_ms):
        if not self.taps:
            raise DeviceTimeout("card")
        tap = self.taps.pop(0)
        if isinstance(tap, Exception):
            raise tap
        return tap


def tap_of(name):
    return recording_of(name, "tests/unit/tap_exchanges.jsonl")


def terminal_of(recording):
    rows = standard("contactless")
    if recording["offline"]:
        rows = [row_with(row, floor_limit=1000000, tac_online=bytes(5)) for row in rows]
    return terminal.standard(Held(rows), ca_key_of(recording), fixed)


NAMES = (
    "aid",
    "kernel",
    "version",
    "ttq",
    "limit",
    "device_limit",
    "floor_limit",
    "cvm_limit",
    "zero_amount",
)
NAMES += ("status_check", "tac_denial", "tac_online", "tac_default", "tdol")


def row_with(row, **changes):
    """MicroPython's namedtuple has no _replace."""
    values = [changes.get(name, value) for name, value in zip(NAMES, row)]
    return ContactlessApplication(*values)


async def paid(recording, taps=None, lingers=0):
    """(Outcome, data, what was shown, taps) of a payment as it was recorded, or with other taps."""
    side = terminal_of(recording)
    held = [tap if isinstance(tap, Exception) else Tap(tap, lingers) for tap in taps or recording["taps"]]
    data, shown = DataSet(), []
    terminal.begin(data, side, recording["amount"], "0156", "251122", "101112", 7)
    outcome = await contactless.run(Field(held), data, side, shown.append, 2000)
    return outcome, data, shown, held
