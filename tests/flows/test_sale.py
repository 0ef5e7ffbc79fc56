# SPDX-License-Identifier: MIT
# heap: 256k
"""A sale as the cashier sees it, and what stands in the journal afterwards."""

from edges import NOW_S, SILENT
from given import (
    CHIP,
    CODE,
    CREDIT,
    IDLE,
    OTHER,
    PRESENT,
    approved,
    bad_scan,
    bad_swipe,
    declined,
    scan,
    swipe,
    to_card,
)
from rig import Rig

from pos.compat import ticks_add, ticks_ms


async def test_a_stripe_sale_is_approved_printed_and_idle_again():
    rig = Rig([approved(1234)])
    await rig.flow(
        (IDLE, "1 2"), ("0.12", "3 4 ENTER"), (PRESENT, swipe(CREDIT)), ("APPROVED", None), (IDLE, None)
    )
    (sold,) = rig.transactions()
    assert (sold.state, sold.amount, sold.fee, sold.entry) == ("approved", 1234, 7, "S")
    assert (sold.pan_masked, sold.auth_code, sold.printed) == ("625094******0014", "123456", 1)
    assert "CNY 12.34" in rig.board.printer.slips[0]
    assert "Approved 12.34" in rig.board.voice.said


async def test_the_intent_is_durable_before_the_host_is_asked_and_the_outcome_before_it_is_shown():
    rig = Rig([approved(1234)])
    await rig.flow(*to_card(), ("APPROVED", None))
    (intent,), (outcome,) = rig.records("sale"), rig.records("outcome")
    assert rig.outbox.requests == [[intent["seq"]]]
    assert (outcome["of_seq"], outcome["state"]) == (intent["seq"], 1)


async def test_a_payment_code_is_sold_with_its_own_fee():
    rig = Rig([approved(8800)])
    await rig.flow((IDLE, "8 8 00 ENTER"), (PRESENT, scan(CODE)), ("APPROVED", None), (IDLE, None))
    (sold,) = rig.transactions()
    assert (sold.entry, sold.issuer, sold.fee, sold.pan_masked) == ("Q", "WECHAT", 33, "**************6789")


async def test_a_decline_is_explained_and_nothing_is_printed():
    rig = Rig([declined("51")])
    await rig.flow(*to_card(), ("Not enough money", None), (IDLE, None))
    assert rig.transactions()[0].state == "declined"
    assert rig.board.printer.slips == []
    assert "Declined" in rig.board.voice.said


async def test_an_unknown_response_code_is_a_decline_with_its_code():
    rig = Rig([declined("Z9")])
    await rig.flow(*to_card(), ("Code Z9", None), (IDLE, None))
    assert rig.transactions()[0].state == "declined"


async def test_f20_no_answer_within_the_limits_is_approved_offline():
    rig = Rig([SILENT])
    await rig.flow(*to_card(), ("APPROVED OFFLINE", None), (IDLE, None))
    (sold,) = rig.transactions()
    assert (sold.state, sold.offline, sold.code) == ("approved", True, "Y3")
    assert "脱机/OFFLINE" in rig.board.printer.slips[0]


async def test_without_a_link_nobody_waits_for_an_answer():
    rig = Rig([], answer_timeout_s=120)
    rig.outbox.online = False
    await rig.flow(
        (IDLE, "1 2 3 4 ENTER"), (PRESENT, swipe(CREDIT)), ("APPROVED OFFLINE", None), ("OFFLINE", None)
    )
    assert rig.outbox.requests == []
    assert rig.transactions()[0].offline


async def test_f20_no_answer_over_the_offline_limit_is_reversed_and_says_which_limit():
    rig = Rig([SILENT])
    await rig.flow(*to_card("2 5 0 0 1"), ("Offline limit each: 250.00", None), (IDLE, None))
    (sold,) = rig.transactions()
    assert (sold.state, sold.reason) == ("reversed", 1)
    shown = "\n".join(rig.screen.texts)
    assert "DECLINED" in shown and "REVERSED" in shown


async def test_the_offline_total_names_what_remains():
    rig = Rig([SILENT, SILENT], offline_total=2000, duplicate_s=0)
    await rig.flow(*to_card("1 5 00"), ("APPROVED OFFLINE", None), *to_card("1 0 00"),
                   ("Offline total 20.00, remains 5.00", None))  # fmt: skip
    assert [t.state for t in rig.transactions()] == ["approved", "reversed"]


async def test_what_the_host_has_confirmed_no_longer_counts_as_stored():
    rig = Rig([SILENT, SILENT], offline_total=2000, duplicate_s=0)
    await rig.flow(*to_card("1 5 00"), ("APPROVED OFFLINE", None), (IDLE, None))
    rig.journal.retire(rig.journal.next_seq - 1)
    await rig.flow(*to_card("1 0 00"), ("APPROVED OFFLINE", None))


async def test_a_payment_code_is_never_taken_offline():
    rig = Rig([SILENT])
    await rig.flow(
        (IDLE, "1 2 3 4 ENTER"), (PRESENT, scan(CODE)), ("A code needs the host", None), (IDLE, None)
    )
    assert rig.transactions()[0].state == "reversed"


async def test_f20_a_late_approval_is_never_a_sale():
    rig = Rig([SILENT], offline_each=0)
    await rig.flow(*to_card(), ("REVERSED", None), (IDLE, None))
    late = approved(1234)
    late["seq"] = rig.records("sale")[0]["seq"]
    rig.outbox.on_late_answer(late)
    assert rig.transactions()[0].state == "reversed"
    assert [alarm["code"] for alarm in rig.records("alarm")] == [101]


async def test_a_partial_approval_is_reversed_with_the_reason():
    rig = Rig([approved(10000, "10")])
    await rig.flow(*to_card("2 0 0 00"), ("Only 100.00 approved", None), (IDLE, None))
    (sold,) = rig.transactions()
    assert (sold.state, sold.reason) == ("reversed", 5)


async def test_another_amount_than_asked_for_is_treated_as_partial():
    rig = Rig([approved(1233)])
    await rig.flow(*to_card(), ("Only 12.33 approved", None))
    assert rig.transactions()[0].state == "reversed"


async def test_a_card_with_a_chip_is_not_taken_by_its_stripe():
    rig = Rig([approved(1234)])
    await rig.flow((IDLE, "1 2 3 4 ENTER"), (PRESENT, swipe(CHIP)), ("Card has a chip: insert or tap", None),
                   ("No chip reader here", swipe(OTHER)), ("APPROVED", None))  # fmt: skip
    assert "Insert card" in rig.board.voice.said
    assert [t.pan_masked for t in rig.transactions()] == ["411111******1111"]


async def test_a_bad_swipe_asks_again():
    for reason in ("lrc", "parity", "framing"):
        rig = Rig([approved(1234)])
        await rig.flow((IDLE, "1 2 3 4 ENTER"), (PRESENT, bad_swipe(reason)),
                       ("Card not read: swipe again", swipe(CREDIT)), ("APPROVED", None))  # fmt: skip
        assert "Swipe again" in rig.board.voice.said and "error" in rig.board.buzzer.beeps


async def test_stripes_that_cannot_be_read_twice_in_one_sale_raise_the_readers_alarm():
    unread, other = "Card not read: swipe again", "Not a payment card"
    for again, codes in (("CANCEL", []), (bad_swipe("lrc"), [502])):
        rig = Rig()
        steps = [(PRESENT, bad_swipe("lrc")), (unread, swipe(";123=99?")), (other, again)]
        last = [(unread, "CANCEL")] if codes else []
        await rig.flow((IDLE, "1 2 3 4 ENTER"), *steps, *last, (IDLE, None))
        assert [row["code"] for row in rig.records("alarm")] == codes


async def test_a_track_that_is_no_payment_card_is_refused():
    rig = Rig()
    await rig.flow(
        (IDLE, "1 2 3 4 ENTER"), (PRESENT, swipe(";123=99?")), ("Not a payment card", "CANCEL"), (IDLE, None)
    )
    assert rig.transactions() == []


async def test_a_code_that_cannot_be_used_says_why():
    rig = Rig([approved(1234)])
    await rig.flow((IDLE, "1 2 3 4 ENTER"), (PRESENT, bad_scan()), ("Code not read", scan("99" + CODE[2:])),
                   ("Unknown payment code", scan(CODE[:-1])), ("wrong length", scan("HELLO")),
                   ("Not a payment code", scan(CODE)), ("APPROVED", None))  # fmt: skip


async def test_amounts_that_cannot_be_taken():
    rig = Rig([], transaction_limit=100000)
    await rig.flow((IDLE, "0 ENTER"), ("Amount is zero", "1 00 00 1 ENTER"), ("Limit per sale: 1000.00", "CLEAR"),
                   ("1000.00", "00 00 00"), ("Too many digits", "CANCEL"), (IDLE, None))  # fmt: skip
    assert rig.transactions() == []


async def test_cancel_works_wherever_money_is_not_in_doubt():
    rig = Rig([approved(1234)])
    await rig.flow((IDLE, "1 2 CANCEL"), (IDLE, "1 2 3 4 ENTER"), (PRESENT, "CANCEL"), (IDLE, "MENU"),
                   ("Void last sale", "CANCEL"), (IDLE, None))  # fmt: skip
    assert rig.transactions() == []
    assert not rig.board.scanner.on


async def test_cancel_after_the_request_is_answered_and_changes_nothing():
    rig = Rig([SILENT])
    await rig.flow(
        *to_card(), ("Asking the host", "CANCEL"), ("cannot be cancelled", None), ("APPROVED OFFLINE", None)
    )


async def test_same_card_and_amount_is_asked_about():
    rig = Rig([approved(1234), approved(1234)])
    await rig.flow(*to_card(), ("APPROVED", None), *to_card(), ("Paid just now?", "CANCEL"), *to_card(),
                   ("Take it again?", "ENTER"), ("APPROVED", None))  # fmt: skip
    assert len(rig.transactions()) == 2


async def test_another_card_another_amount_or_much_later_is_not_asked_about():
    rig = Rig([approved(1234), approved(1234), approved(500), approved(1234)])
    await rig.flow(*to_card(), ("APPROVED", None), (IDLE, "1 2 3 4 ENTER"), (PRESENT, swipe(OTHER)),
                   ("APPROVED", None), *to_card("5 00"), ("APPROVED", None), (IDLE, None))  # fmt: skip
    rig.board.clock.now_s = NOW_S + 301
    await rig.flow(*to_card(), ("APPROVED", None))
    assert len(rig.transactions()) == 4


async def test_a_digit_on_the_result_begins_the_next_sale():
    rig = Rig([approved(1234), approved(5678)], result_s=2)
    await rig.flow(
        *to_card(), ("APPROVED", "5 6 7 8 ENTER"), (PRESENT, swipe(OTHER)), ("56.78", None), (IDLE, None)
    )
    assert [transaction.amount for transaction in rig.transactions()] == [1234, 5678]


async def test_a_digit_on_a_notice_begins_the_next_sale():
    rig = Rig(present_timeout_s=5)
    rig.config.present_timeout_s = 1
    await rig.flow(
        (IDLE, "1 ENTER"), (PRESENT, None), ("Timed out", "5 6 7 8 ENTER"), (PRESENT, "CANCEL"), (IDLE, None)
    )
    assert any("56.78" in text for text in rig.screen.texts)


async def test_nobody_comes_and_the_terminal_is_idle_again():
    rig = Rig([], present_timeout_s=5, idle_timeout_s=5)
    rig.config.present_timeout_s = rig.config.idle_timeout_s = 1
    await rig.flow(
        (IDLE, "1 2 3 4 ENTER"), (PRESENT, None), ("Timed out", None), (IDLE, "1"), ("Timed out", None)
    )


async def test_the_reason_of_an_alarm_is_cut_to_what_the_record_holds():
    rig = Rig()
    rig.terminal.alarm("refused", "03 终端未登记或已停用,请联系服务商")
    assert [alarm["detail"] for alarm in rig.records("alarm")] == ["03 终端未登记或已停用,"]


async def test_f10_an_alarm_is_written_once_a_minute_and_again_a_week_later():
    rig = Rig()
    for _ in range(2):
        rig.terminal.alarm("offline")
    a_week_ago = ticks_add(ticks_add(ticks_ms(), -300_000_000), -300_000_000)
    rig.terminal._raised["offline"] = a_week_ago, rig.board.clock.now()
    rig.terminal.alarm("offline")
    assert len(rig.records("alarm")) == 2
