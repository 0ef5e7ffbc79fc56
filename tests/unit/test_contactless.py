# SPDX-License-Identifier: MIT
"""Whole contactless payments as recorded with virtual cards: on every runtime, and torn at every exchange."""

from binascii import hexlify

from expect import raises_async
from pos.cards import outcome, ppse, qualifiers
from pos.cards.errors import CardError
from pos.drivers import DeviceTimeout
from recorded_tap import paid, row_with, tap_of, terminal_of


async def as_recorded(name):
    recording = tap_of(name)
    found, data, shown, taps = await paid(recording)
    assert list(found) == recording["outcome"] and shown == recording["shown"]
    assert hexlify(data.get(0x95)).decode() == recording["tvr"]
    assert hexlify(data.get(0x9F26)).decode() == recording["cryptogram"]
    assert all([tap.finished() for tap in taps])
    return found, data


async def test_a_card_with_fast_dda_is_approved_below_the_floor_limit():
    found, data = await as_recorded("tap-credit")
    assert found == outcome.approved(outcome.NO_CVM) and data.get(0x9F4C) is not None


async def test_a_debit_card_above_the_limit_wants_the_host_and_a_pin():
    found, _ = await as_recorded("tap-debit")
    assert found == outcome.online(outcome.ONLINE_PIN)


async def test_a_phone_is_seen_first_and_tapped_again():
    found, _ = await as_recorded("tap-phone")
    assert found == outcome.online(outcome.DEVICE)
    assert outcome.SEE_PHONE in tap_of("tap-phone")["shown"]


async def test_mchip_in_emv_mode_with_cda():
    found, data = await as_recorded("tap-mchip")
    assert found == outcome.online(outcome.ONLINE_PIN) and data.get(0x9F4C) is not None


async def test_two_cards_are_told_and_one_of_them_is_taken():
    recording = tap_of("tap-debit")
    found, _, shown, _ = await paid(recording, [None] + recording["taps"])
    assert found.result == outcome.ONLINE and outcome.ONE_CARD in shown


async def test_a_phone_that_stays_in_the_field_is_waited_for():
    recording = tap_of("tap-phone")
    found, _, shown, taps = await paid(recording, lingers=2)
    assert found.result == outcome.ONLINE and shown == recording["shown"]
    assert taps[0].lingers == -1, "it was looked for until it had gone"


async def test_no_card_in_time_is_the_readers_own_error():
    recording = tap_of("tap-phone")
    await raises_async(DeviceTimeout, paid(recording, recording["taps"][:1]))


async def test_f31_a_card_pulled_before_any_exchange_is_presented_again():
    recording = tap_of("tap-mchip")
    exchanges = recording["taps"][0]
    for at in range(len(exchanges)):
        torn = exchanges[:at] + [[exchanges[at][0], None]]
        found, _, shown, _ = await paid(recording, [torn, exchanges])
        assert found.result == outcome.ONLINE and shown.count(outcome.PRESENT_AGAIN) == 1


async def test_f32_a_status_word_that_none_expects_ends_with_a_reason():
    recording = tap_of("tap-credit")
    exchanges = recording["taps"][0]
    for at in range(len(exchanges)):
        found, _, _, _ = await paid(recording, [exchanges[:at] + [[exchanges[at][0], "6F00"]]])
        assert found.result == outcome.ENDED and found.reason, (at, found)


async def test_f32_answers_cut_short_end_with_a_reason():
    recording = tap_of("tap-debit")
    exchanges = recording["taps"][0]
    for at in range(len(exchanges)):
        command, answer = exchanges[at]
        found, _, _, _ = await paid(recording, [exchanges[:at] + [[command, answer[:20] + "9000"]]])
        assert found.result == outcome.ENDED and found.reason == "malformed", (at, found)


def test_the_kernel_of_a_directory_entry():
    unionpay, unknown = b"\xa0\0\0\3\x33\1\1\1", b"\xa0\0\0\0\x99\1"
    assert ppse.kernel(unionpay, None) == ppse.kernel(unionpay, b"\0") == 7
    assert ppse.kernel(unionpay, b"\x03") == 3
    assert ppse.kernel(unionpay, b"\x81\1\2") == ppse.kernel(unknown, None) == -1


def test_qualifiers_follow_the_amount():
    row = terminal_of(tap_of("tap-debit")).applications[0]
    row = row_with(row, limit=5000, floor_limit=1000, cvm_limit=2000, status_check=True)
    for amount, wanted in (
        (1, 0),
        (100, 0x80),
        (0, 0x80),
        (1000, 0),
        (1001, 0x80),
        (2000, 0xC0),
        (4999, 0xC0),
    ):
        assert qualifiers.prepared(row, amount)[1] == wanted, amount
    assert qualifiers.prepared(row, 5000) is None
    assert qualifiers.prepared(row_with(row, zero_amount=False), 0) is None
    offline_only = row_with(row, ttq=b"\x3e\0\x40\0")
    assert qualifiers.prepared(offline_only, 0) is None and qualifiers.prepared(offline_only, 1) is not None


def test_an_outcome_quotes_no_card():
    assert "6223" not in repr(outcome.ended(CardError("malformed").reason))
