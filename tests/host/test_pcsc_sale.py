# SPDX-License-Identifier: MIT
"""The whole sale at a terminal whose chip reader is a real pcscd with its virtual reader: keys, card, host, slip."""

import asyncio

import pcscd
import pytest
from given import IDLE, PRESENT, approved
from reader_edges import AMOUNT, states, with_readers

from pos.cards.chip_details import Kept

pcsc = pytest.importorskip("boards.raspberry_pi.pcsc", reason="pyscard is missing: see docs/readers.md")

pytestmark = [
    pytest.mark.needs("pcscd", "vsmartcard-vpcd"),
    pytest.mark.skipif(pcscd.namespaces() is None, reason="unshare may not make namespaces here"),
]
REMOVE = "Remove card"


class Slot:
    """The reader's slot, for a person: a card by its name, perhaps to be pulled at a command; None takes it out."""

    def __init__(self, daemon):
        self._daemon, self._hands = daemon, []

    def put(self, card):
        move = self._daemon.insert(*card) if card else self._daemon.remove()
        self._hands.append(asyncio.ensure_future(move))


async def sold(*steps):
    rig = with_readers([approved(1234)])
    async with pcscd.Pcscd() as daemon:
        rig.board.chip, rig.board.slot = pcsc.PcscReader(), Slot(daemon)
        await rig.flow(AMOUNT, *steps, (IDLE, None))
        await rig.board.chip.stop()
    return rig


async def test_a_chip_sale_from_the_first_key_to_the_slip():
    rig = await sold(
        (PRESENT, ("slot", ("chip-credit",))),
        (REMOVE, ("slot", None)),
    )
    assert states(rig) == [("approved", "I")]
    assert [Kept(one["data"]).get(0x9F27) for one in rig.records("icc")] == [b"\x80", b"\x40"], (
        "ARQC, then TC"
    )
    (slip,) = rig.board.printer.slips
    assert "A0000000031010" in slip and "0119 I" in slip


async def test_a_card_pulled_before_the_host_is_asked_is_put_in_again():
    rig = await sold(
        (PRESENT, ("slot", ("chip-credit", 4))),
        ("again", ("slot", ("chip-credit",))),
        (REMOVE, ("slot", None)),
    )
    assert states(rig) == [("approved", "I")] and len(rig.outbox.requests) == 1
