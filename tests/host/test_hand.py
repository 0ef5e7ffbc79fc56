# SPDX-License-Identifier: MIT
"""The cardholder's hand at a workbench whose readers are driven over their wires: cards come, are read, and go."""

import json

import pytest
from wires import DirectUart

from boards.sim.workbench import CHIP, CONTACTLESS, Workbench
from pos.cards.errors import CardRemoved, TwoCards
from pos.drivers import DeviceTimeout
from pos.drivers.ccid import Ccid
from pos.drivers.ccid_serial import SerialLine
from pos.drivers.pn532 import PN532
from pos.drivers.pn532_uart import UartLine
from suanpan.simulator.cards import CardError
from suanpan.simulator.events import EventLog
from suanpan.simulator.hand import Hand

SELECT = bytes.fromhex("00A404000E325041592E5359532E444446303100")
SELECT_CHIP = bytes.fromhex("00A4040007A000000004101000")
WRONG_PIN = bytes.fromhex("0020008008249999FFFFFFFFFF")


class Counter:
    """A hand, and the terminal's two readers."""

    def __init__(self, monkeypatch):
        self.bench, self.log = Workbench(), EventLog()
        uarts = {CHIP: DirectUart(), CONTACTLESS: DirectUart()}
        uarts[CHIP].chip, uarts[CONTACTLESS].chip = self.bench.chip, self.bench.contactless
        monkeypatch.setattr(self.bench, "_send", lambda channel, data: uarts[channel].receive(data))
        self.bench.subscribe(lambda kind, _: kind == "cards" and self.seen.append(self.hand.presented()))
        self.seen = []
        self.hand = Hand(self.bench, self.log)
        self.chip = Ccid(SerialLine(uarts[CHIP]))
        self.contactless = PN532(UartLine(uarts[CONTACTLESS]))


@pytest.fixture
def counter(monkeypatch):
    return Counter(monkeypatch)


async def test_a_card_in_the_slot_stays_there_until_it_is_removed(counter):
    counter.hand.insert("chip-plain-pin")
    card = await counter.chip.inserted(500)
    assert (await card.transmit(SELECT_CHIP))[-2:] == b"\x90\x00"
    await card.release()
    with pytest.raises(CardError, match="already; remove it first"):
        counter.hand.insert("chip-credit")
    counter.hand.remove()
    await counter.chip.removed(500)
    assert [one["chip"] for one in counter.seen] == ["chip-plain-pin", None]


async def test_a_card_remembers_the_tries_of_its_pin_when_it_comes_again(counter):
    answers = []
    for _ in range(2):
        counter.hand.insert("chip-plain-pin")
        card = await counter.chip.inserted(500)
        await card.transmit(SELECT_CHIP)
        answers.append(await card.transmit(WRONG_PIN))
        counter.hand.remove()
    assert answers == [b"\x63\xc2", b"\x63\xc1"]


async def test_a_card_is_pulled_at_the_command_that_was_named(counter):
    counter.hand.insert("chip-credit", torn_at=2)
    card = await counter.chip.inserted(500)
    assert await card.transmit(SELECT_CHIP)
    with pytest.raises(CardRemoved):
        await card.transmit(SELECT_CHIP)
    assert counter.seen[-1]["chip"] is None


async def test_a_card_is_held_to_the_reader_until_it_has_been_found_and_the_field_goes_off(counter):
    await counter.contactless.start()
    counter.hand.tap("tap-debit")
    await counter.contactless.stop()
    assert counter.hand.presented()["contactless"] == ["tap-debit"], "nobody has looked at it yet"
    card = await counter.contactless.detect(500)
    assert (await card.transmit(SELECT))[-2:] == b"\x90\x00"
    await card.release()
    assert counter.hand.presented()["contactless"] == ["tap-debit"]
    await counter.contactless.stop()
    assert counter.hand.presented()["contactless"] == [] == counter.seen[-1]["contactless"]


async def test_whoever_taps_again_has_taken_the_card_away_between(counter):
    await counter.contactless.start()
    counter.hand.tap("tap-phone")
    first = await counter.contactless.detect(500)
    counter.hand.tap("tap-phone")
    assert not await first.present()
    assert await (await counter.contactless.detect(500)).transmit(SELECT)


async def test_two_cards_at_once_and_both_taken_away(counter):
    await counter.contactless.start()
    counter.hand.tap("tap-debit", second="tap-mchip")
    with pytest.raises(TwoCards):
        await counter.contactless.detect(500)
    counter.hand.remove()
    with pytest.raises(DeviceTimeout):
        await counter.contactless.detect(20)


async def test_without_power_nobody_goes_on_holding_a_card_that_was_found(counter):
    await counter.contactless.start()
    counter.hand.tap("tap-debit")
    await counter.contactless.detect(500)
    counter.hand.insert("chip-credit")
    counter.bench.contactless.power_off()
    counter.bench.chip.power_off()
    assert counter.hand.presented() == {"chip": "chip-credit", "contactless": []}


async def test_a_transcript_is_replayed_and_a_terminal_that_leaves_it_is_told_without_the_pin(
    counter, tmp_path
):
    exchanges = [[SELECT_CHIP.hex().upper(), "6F009000"], ["00B2010C00", "6A83"]]
    (tmp_path / "own.json").write_text(json.dumps({"exchanges": exchanges}), encoding="utf-8")
    counter.hand.insert("own.json", folder=tmp_path)
    card = await counter.chip.inserted(500)
    assert await card.transmit(SELECT_CHIP) == bytes.fromhex("6F009000") and not counter.hand.wrong()
    assert await card.transmit(WRONG_PIN) == b"\x6f\x00"
    assert counter.hand.wrong() == "own.json: 0020008008 instead of 00B2010C00"


async def test_what_was_done_is_in_the_log(counter):
    counter.hand.tap("tap-debit")
    counter.hand.remove()
    with pytest.raises(CardError, match="contactless cards are tap-credit"):
        counter.hand.tap("mag-credit")
    assert [event["data"] for event in counter.log.all] == [
        {"tap": "tap-debit", "second": None, "torn_at": None},
        {"remove": {"chip": None, "contactless": ["tap-debit"]}},
        {"tap": "mag-credit", "second": None, "torn_at": None},
    ]
