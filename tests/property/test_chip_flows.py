# SPDX-License-Identifier: MIT
"""Sales by chip card as the cashier sees them, with virtual cards, and what stands in the journal."""

import asyncio

import pytest
from chip_rig import Issuer
from edges import SILENT
from given import CHIP, CREDIT, IDLE, PRESENT, approved, declined, swipe
from reader_edges import AMOUNT, InSlot, chip, run, states, with_readers

import register
from boards.sim.chips.emv import cards, presented
from pos.cards import de55, tlv
from pos.cards.chip_details import Kept
from pos.cards.errors import CardError, CardSilent
from pos.codec import records
from pos.drivers import DeviceTimeout


def test_a_chip_sale_is_asked_with_its_data_approved_by_host_and_card_and_printed_with_its_lines():
    rig = run(
        with_readers([approved(1234)]),
        AMOUNT,
        (PRESENT, chip("chip-credit")),
        ("APPROVED", None),
        (IDLE, None),
    )
    (sold,), (asked, ended) = rig.transactions(), rig.records("icc")
    assert (sold.state, sold.entry, sold.issuer, sold.pan_masked) == (
        "approved",
        "I",
        "VISA",
        "476173******0119",
    )
    assert rig.outbox.requests == [[asked["seq"], sold.seq]]
    assert (asked["stage"], ended["stage"]) == (records.ICC_REQUEST, records.ICC_RESULT)
    assert [Kept(one["data"]).get(0x9F27) for one in (asked, ended)] == [b"\x80", b"\x40"], "ARQC, then TC"
    (slip,) = rig.board.printer.slips
    for line in (
        "A0000000031010",
        "VISA CREDIT",
        "TC  ",
        "TVR 04",
        "TSI E800",
        "ATC 0001",
        "SIGNATURE",
        "0119 I",
    ):
        assert line in slip, line
    assert not [one for one in (asked, ended) if bytes.fromhex("4761739001010119") in one["data"]]


def test_the_intent_and_its_data_are_durable_before_the_host_is_asked():
    rig = with_readers([approved(1234)])
    seen = []
    request = rig.outbox.request

    async def watched(seqs, *more):
        seen.append([record["kind"] for record in map(records.as_dict, map(rig.journal.read, seqs))])
        return await request(seqs, *more)

    rig.outbox.request = watched
    run(rig, AMOUNT, (PRESENT, chip("chip-credit")), ("APPROVED", None))
    assert seen == [["icc", "sale"]]


def test_what_the_host_declines_the_card_declines_too():
    rig = run(
        with_readers([declined("51")]), AMOUNT, (PRESENT, chip("chip-credit")), ("Not enough money", None)
    )
    assert states(rig) == [("declined", "I")]
    assert Kept(rig.records("icc")[1]["data"]).get(0x9F27) == b"\0", "AAC"


def test_a_card_that_refuses_what_the_host_approved_is_reversed():
    rig = with_readers([{**approved(1234), "icc": tlv.build((0x91, bytes(8) + b"00"))}])
    run(rig, AMOUNT, (PRESENT, chip("chip-debit")), ("REVERSED", None), (IDLE, None))
    assert states(rig) == [("reversed", "I")]
    assert rig.records("reversal")[0]["reason"] == records.REASON_CARD
    assert rig.board.printer.slips == []


def test_the_issuers_own_answer_reaches_the_card():
    issuer, rig = Issuer(cards.PERSONALITIES["chip-debit"]), with_readers()

    async def answer(seqs, timeout_ms, pin=b""):
        data = Kept(rig.records("icc")[-1]["data"])
        assert issuer.verifies(data), "the ARQC does not verify"
        issuer.arqc = data.get(0x9F26)
        return {**approved(1234), "icc": tlv.build((0x91, issuer.issuer_data("00")))}

    rig.outbox.request = answer
    run(rig, AMOUNT, (PRESENT, chip("chip-debit")), ("APPROVED", None), (IDLE, None))
    assert states(rig) == [("approved", "I")]
    assert not Kept(rig.records("icc")[1]["data"]).get(0x95)[4] & 0x40, "issuer authentication failed"


def test_without_an_answer_the_card_has_its_say_and_nothing_is_left_in_doubt():
    rig = run(
        with_readers([SILENT]), AMOUNT, (PRESENT, chip("chip-credit")), ("REVERSED", None), (IDLE, None)
    )
    assert states(rig) == [("reversed", "I")]


def test_beyond_the_offline_limits_the_card_is_told_that_nobody_could_be_reached():
    rig = run(
        with_readers([SILENT], offline_each=100), AMOUNT, (PRESENT, chip("chip-credit")), ("REVERSED", None)
    )
    assert Kept(rig.records("icc")[1]["data"]).get(0x8A) == b"Z3"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("chip-locked", "blocked"),
        ("chip-offline-decline", "Declined by the card"),
        ("chip-expired", "Declined by"),
    ],
)
def test_a_card_that_declines_by_itself_leaves_no_record(name, said):
    rig = run(with_readers(), AMOUNT, (PRESENT, chip(name)), (said, None), (IDLE, None))
    assert rig.transactions() == [] and rig.outbox.requests == [] and rig.board.chip.looks


def test_a_card_that_is_pulled_is_asked_for_again_at_every_step():
    whole = InSlot(cards.card("chip-credit"))
    rig = with_readers([approved(1234)])
    run(rig, AMOUNT, (PRESENT, ("chip", whole)), ("APPROVED", None))
    asked = next(at for at, command in enumerate(whole.commands) if command[1] == 0xAE)
    for at in range(1, asked + 1):
        rig = with_readers([approved(1234)])
        torn = InSlot(presented.Torn(cards.card("chip-credit"), at))
        again = ("Interrupted", chip("chip-credit"))
        run(rig, AMOUNT, (PRESENT, ("chip", torn)), again, ("APPROVED", None), (IDLE, None))
        assert states(rig) == [("approved", "I")], at


def test_a_card_pulled_after_the_host_approved_is_reversed():
    whole = InSlot(cards.card("chip-credit"))
    run(with_readers([approved(1234)]), AMOUNT, (PRESENT, ("chip", whole)), ("APPROVED", None))
    rig = with_readers([approved(1234)])
    torn = InSlot(presented.Torn(cards.card("chip-credit"), len(whole.commands)))
    run(rig, AMOUNT, (PRESENT, ("chip", torn)), ("REVERSED", None), (IDLE, None))
    assert states(rig) == [("reversed", "I")]


@pytest.mark.parametrize("broken", [CardSilent(), CardError("malformed")])
def test_the_stripe_of_a_card_whose_chip_failed_is_a_recorded_fallback(broken):
    rig = with_readers([approved(1234)])
    steps = (PRESENT, swipe(CHIP)), ("insert or tap", ("chip", broken)), ("Chip not read", swipe(CHIP))
    run(rig, AMOUNT, *steps, ("APPROVED", None), (IDLE, None))
    (asked,) = rig.records("icc")
    assert states(rig) == [("approved", "S")] and Kept(asked["data"]).get(0x9F39) == b"\x80"
    assert rig.outbox.requests == [[asked["seq"], asked["of_seq"]]]
    assert "SIGNATURE" in rig.board.printer.slips[0] and "AID" not in rig.board.printer.slips[0]


def test_a_chip_that_cannot_be_used_gives_way_to_the_stripe():
    class Foreign(InSlot):
        async def transmit(self, command):
            return b"\x6a\x82"  # it has none of the applications

    rig, slot = with_readers([approved(1234)]), Foreign(cards.card("chip-credit"))
    run(rig, AMOUNT, (PRESENT, ("chip", slot)), ("Chip not read", swipe(CHIP)), ("APPROVED", None))
    assert states(rig) == [("approved", "S")]


def test_a_pulled_card_is_no_reason_to_take_its_stripe():
    rig = with_readers()
    torn = InSlot(presented.Torn(cards.card("chip-credit"), 3))
    run(
        rig,
        AMOUNT,
        (PRESENT, ("chip", torn)),
        ("Interrupted", swipe(CHIP)),
        ("insert or tap", "CANCEL"),
        (IDLE, None),
    )
    assert rig.transactions() == []


def test_the_card_checks_its_pin_and_says_when_it_was_wrong():
    rig = with_readers([approved(1234)])
    pins = ("Enter PIN", "9 9 9 9 ENTER"), ("Wrong PIN", "1 2 3 4 ENTER")
    run(rig, AMOUNT, (PRESENT, chip("chip-pin")), *pins, ("APPROVED", None), (IDLE, None))
    assert states(rig) == [("approved", "I")] and "SIGNATURE" not in rig.board.printer.slips[0]


def test_cancel_at_the_pin_ends_the_sale_before_its_intent():
    rig = with_readers()
    slot = InSlot(cards.card("chip-plain-pin"))
    run(rig, AMOUNT, (PRESENT, ("chip", slot)), ("Enter PIN", "1 2 CANCEL"), (IDLE, None))
    assert rig.transactions() == [] and slot.released


def test_the_customer_chooses_among_applications():
    rig = with_readers([approved(1234)])
    run(rig, AMOUNT, (PRESENT, chip("chip-two")), ("UNIONPAY DEBIT", "2"), ("APPROVED", None), (IDLE, None))
    assert rig.transactions()[0].pan_masked == "622316******0014"


@pytest.mark.parametrize("last", range(0, 12, 3))
def test_a_reader_that_dies_in_the_middle_leaves_nothing_in_doubt(last):
    class Dying(InSlot):
        async def transmit(self, command):
            if len(self.commands) == last:
                raise DeviceTimeout("reader")
            return await super().transmit(command)

    rig = with_readers([approved(1234)])
    run(rig, AMOUNT, (PRESENT, ("chip", Dying(cards.card("chip-credit")))), ("eclined", None), (IDLE, None))
    assert rig.transactions() == []


def test_the_same_card_and_amount_again_is_asked_for_before_its_cryptogram():
    rig, slot = with_readers([approved(1234)]), InSlot(cards.card("chip-credit"))
    again = AMOUNT, (PRESENT, ("chip", slot)), ("Paid just now", "CANCEL"), (IDLE, None)
    run(rig, AMOUNT, (PRESENT, chip("chip-credit")), ("APPROVED", None), *again)
    assert len(rig.transactions()) == 1 and not [one for one in slot.commands if one[1] == 0xAE]


def test_the_same_card_and_amount_again_is_asked_for_once_and_before_its_pin():
    rig = with_readers([approved(1234), approved(1234)])
    keyed = ("Enter PIN", "1 2 3 4 ENTER"), ("APPROVED", None), (IDLE, None)
    again = AMOUNT, (PRESENT, chip("chip-pin")), ("Paid just now", "ENTER"), *keyed
    run(rig, AMOUNT, (PRESENT, chip("chip-pin")), *keyed, *again)
    assert states(rig) == [("approved", "I")] * 2
    shown = [text.split("\n")[0] for text in rig.screen.texts]
    assert shown.count("Paid just now?") == 1 and shown.index("Paid just now?") < len(shown) - 1 - shown[
        ::-1
    ].index("PIN")


@pytest.mark.fault("F32")
@pytest.mark.parametrize("tag", [0x71, 0x72])
def test_f32_a_malformed_script_of_the_issuer_fails_alone(tag):
    rig = with_readers([{**approved(1234), "icc": tlv.build((tag, b"\xe1\x01\x9f"))}])
    run(rig, AMOUNT, (PRESENT, chip("chip-credit")), ("APPROVED", None), (IDLE, None))
    assert states(rig) == [("approved", "I")]


def test_a_card_left_in_the_reader_does_not_pay_for_the_next_sale():
    rig, slot = with_readers([approved(1234), approved(5678)]), InSlot(cards.card("chip-credit"))
    rig.board.chip.stays = slot
    steps = ("APPROVED", None), ("Remove card", "CANCEL"), (IDLE, "5 6 7 8 ENTER"), ("56.78", None)
    run(rig, AMOUNT, *steps, ("Remove card", swipe(CREDIT)), ("APPROVED", None))
    assert states(rig) == [("approved", "I"), ("approved", "S")]


def test_a_card_for_which_there_is_no_key_is_not_left_powered():
    rig, slot = with_readers(), InSlot(cards.card("chip-credit"))
    rig.terminal._key_device = register.Board(injected=False).key_device
    run(rig, AMOUNT, (PRESENT, ("chip", slot)), ("No keys for the card", None), (IDLE, None))
    assert slot.released and not slot.commands and rig.transactions() == []


@pytest.mark.parametrize("number", ["62231649912300AA", "FFFFFFFFFFFFFFFF", "6223164FFFFFFFFF"])
def test_f32_an_account_number_that_is_none_is_no_card(number):
    class Odd(InSlot):
        """Its track is gone and its number another."""

        async def transmit(self, command):
            answer = await super().transmit(command)
            if answer[:1] == b"\x70" and tlv.value(answer[:-2], 0x57):
                return tlv.build((0x70, tlv.build((0x5F20, b"X")))) + b"\x90\0"
            return answer.replace(bytes.fromhex("5A086223164991230014"), bytes.fromhex("5A08" + number))

    slot = Odd(cards.card("chip-debit"))
    rig = run(with_readers(), AMOUNT, (PRESENT, ("chip", slot)), ("Chip not read", "CANCEL"), (IDLE, None))
    assert rig.transactions() == []


def test_cancel_is_heard_while_the_chip_is_read():
    class Slow(InSlot):
        async def transmit(self, command):
            await asyncio.sleep(0.05)
            return await super().transmit(command)

    rig, slot = with_readers([approved(1234)]), Slow(cards.card("chip-credit"))
    run(rig, AMOUNT, (PRESENT, ("chip", slot)), ("leave the card in", "CANCEL"), (IDLE, None))
    assert rig.transactions() == [] and rig.outbox.requests == []


def test_an_oversize_object_does_not_hide_the_others_from_the_host():
    data = {0x9F26: bytes(8), 0x9F10: bytes(120), 0x84: bytes(7), 0x9B: bytes(2)}
    asked = Kept(de55.request(data))
    assert asked.get(0x9F10) is None and asked.get(0x84) == bytes(7) and asked.get(0x9B) == bytes(2)


@pytest.mark.parametrize("faulty", [None, b"rubbish\n", b'{"way": "contact"}\n'])
def test_without_parameters_of_its_application_a_chip_is_left_and_the_stripe_taken(faulty, tmp_path):
    rig = with_readers([approved(1234)])
    rig.board.profile_dir = str(tmp_path)
    if faulty:
        (tmp_path / "applications.jsonl").write_bytes(faulty)
    steps = (PRESENT, chip("chip-credit")), ("Chip not read", swipe(CHIP)), ("APPROVED", None), (IDLE, None)
    run(rig, AMOUNT, *steps)
    assert states(rig) == [("approved", "S")]
