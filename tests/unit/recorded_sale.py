# SPDX-License-Identifier: MIT
"""Sales recorded with virtual cards (tests/property/chip_recording.py), one at a time for small heaps."""

import json
from binascii import unhexlify

from card_script import ScriptedCard
from pos.cards import aids, terminal
from pos.cards.ca_keys import checked
from pos.cards.completion import HostAnswer
from pos.cards.data_set import DataSet


def sale(name):
    """The recording called `name`."""
    with open("tests/unit/chip_exchanges.jsonl") as file:
        for line in file:
            if '"%s"' % name in line:
                return json.loads(line)
    raise ValueError("no recorded sale is called " + name)


def fixed(size):
    return bytes(range(0x11, 0x11 + size))


class Desk:
    """Cardholder and host as they were recorded."""

    def __init__(self, recording):
        self.issuer_data = unhexlify(recording["issuer_data"])
        self.pins = []

    async def choose(self, labels):
        return 0

    async def online_pin(self):
        return True

    async def offline_pin(self, tries):
        self.pins.append(bytearray(b"1234"))
        return self.pins[-1]

    async def authorise(self, data):
        return HostAnswer(True, "00", self.issuer_data, b"")


def given(recording, exchanges=None):
    """(card, data, terminal, desk) as they were when it was recorded."""
    row = recording["authority"]

    def ca_key(rid, index):
        return (
            checked(row, "20251122")
            if rid == unhexlify(row["rid"]) and index == int(row["index"], 16)
            else None
        )

    side = terminal.standard(aids.standard(), ca_key, fixed)
    data = DataSet()
    terminal.begin(data, side, 12300, "0156", "251122", "101112", 7)
    return ScriptedCard(exchanges or recording["exchanges"]), data, side, Desk(recording)
