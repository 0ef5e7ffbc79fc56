# SPDX-License-Identifier: MIT
"""A data set in the middle of a transaction, for tests of single steps."""

from binascii import unhexlify

from pos.cards import terminal
from pos.cards.data_set import DataSet
from pos.cards.parameters import Application
from standard_rows import Held, standard

AMOUNT = "000000012300"  # tag 9F02 of `data_set`, unless another one is given


def side(**changes):
    """A terminal without keys whose random bytes are all 0x80."""
    made = terminal.standard(Held((application(),)), lambda rid, index: None, lambda size: b"\x80" * size)
    values = [changes.get(name, value) for name, value in zip(FIELDS, made)]
    return terminal.Terminal(*values)


FIELDS = [
    "applications",
    "ca_key",
    "random",
    "country",
    "capabilities",
    "additional",
    "kind",
    "serial",
    "online",
    "force_online",
]
CODES = "tac_denial tac_online tac_default"
ROW = "aid partial version %s floor_limit threshold target_percent most_percent ddol tdol" % CODES


def application(**changes):
    row = {name: value for name, value in zip(ROW.split(), standard("contact")[0])}
    row.update(tac_denial=bytes(5), tac_online=bytes(5), tac_default=bytes(5), floor_limit=10000)
    row.update(changes)
    return Application(*[row[name] for name in ROW.split()])


def data_set(amount=12300, kind=0x00, other=0, terminal_side=None, row=None, objects=(), **values):
    """`t9F36="0001"` puts an object; AIP 7D00 and an AID stand there already."""
    data = DataSet(1024)
    terminal.begin(data, terminal_side or side(), amount, "0156", "251122", "101112", 7, kind, other, objects)
    data.application = row or application()
    for name, value in (("t82", "7D00"), ("t84", "A000000333010101"), ("t9F34", "3F0000"), ("t9F09", "0020")):
        values.setdefault(name, value)
    for name, value in values.items():
        data.put(int(name[1:], 16), unhexlify(value))
    return data


class Desk:
    """Cardholder with PINs: bytearrays for the card, True or False for the host."""

    def __init__(self, *pins):
        self.pins, self.tries = list(pins), []

    async def online_pin(self):
        return self.pins.pop(0)

    async def offline_pin(self, tries):
        self.tries.append(tries)
        return self.pins.pop(0)
