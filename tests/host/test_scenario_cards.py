# SPDX-License-Identifier: MIT
"""Steps that present cards wait as a person does: for the lit reader, and for the terminal to be done with the card."""

import asyncio

import pytest

from boards.sim.chips.ccid import ACTIVE, INACTIVE
from boards.sim.workbench import Workbench
from suanpan.simulator import steps
from suanpan.simulator.events import EventLog
from suanpan.simulator.hand import Hand
from suanpan.simulator.run import Run, StepFailed


class Terminal:
    """A session without a terminal: a test says what its lamps and its reader do."""

    idle, powered = True, True

    def __init__(self):
        self.log, self.bench = EventLog(), Workbench()
        self.hand = Hand(self.bench, self.log)
        self.bench.subscribe(self.log.emit)

    def light(self, name):
        self.bench.lamps = {**self.bench.lamps, name: True}

    def serve(self, state):
        self.bench.chip.used, self.bench.chip.state = True, state
        self.log.emit("lamps", {})


async def turn():
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("step", "card", "lamp"), [(steps.insert, "chip-debit", "chip"), (steps.tap, "tap-debit", "contactless")]
)
async def test_a_card_is_presented_when_its_reader_is_lit(step, card, lamp):
    session = Terminal()
    presenting = asyncio.create_task(step(Run(session), {"card": card}))
    await turn()
    assert session.log.all == []
    session.light(lamp)
    await presenting
    assert session.hand.presented()[lamp] in (card, [card])


async def test_a_card_is_tapped_again_while_the_reader_is_at_work():
    session = Terminal()
    session.bench.contactless.radio = True
    await asyncio.wait_for(steps.tap(Run(session), {"card": "tap-phone"}), 2)
    assert session.hand.presented()["contactless"] == ["tap-phone"]


async def test_a_card_in_the_slot_is_removed_when_the_terminal_has_taken_its_power():
    session = Terminal()
    session.hand.insert("chip-debit")
    removing = asyncio.create_task(steps.remove(Run(session), {}))
    for state in (None, ACTIVE):
        if state is not None:
            session.serve(state)
        await turn()
        assert not removing.done()
    session.serve(INACTIVE)
    await removing
    assert session.hand.presented()["chip"] is None


async def test_a_card_is_pulled_at_once_when_the_scenario_says_now():
    session = Terminal()
    session.hand.insert("chip-debit")
    session.serve(ACTIVE)
    await asyncio.wait_for(steps.remove(Run(session), {"now": True}), 1)
    assert session.hand.presented()["chip"] is None


async def test_a_second_card_in_the_slot_fails_its_step():
    session = Terminal()
    session.light("chip")
    await steps.insert(Run(session), {"card": "chip-debit"})
    with pytest.raises(StepFailed, match="already; remove it first"):
        await steps.insert(Run(session), {"card": "chip-credit"})
