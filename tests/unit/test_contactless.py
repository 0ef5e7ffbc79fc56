# SPDX-License-Identifier: MIT
"""Whole contactless payments as recorded with virtual cards: on every runtime, and torn at every exchange."""

from binascii import hexlify

from expect import raises_async
from pos.cards import outcome, ppse
from pos.cards.errors import CardError, TwoCards
from pos.drivers import DeviceTimeout
from recorded_tap import paid, tap_of


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
    found, _, shown, _ = await paid(recording, [TwoCards()] + recording["taps"])
    assert found.result == outcome.ONLINE and outcome.ONE_CARD in shown


async def test_a_phone_that_stays_in_the_field_is_waited_for():
    recording = tap_of("tap-phone")
    found, _, shown, taps = await paid(recording, lingers=2)
    assert found.result == outcome.ONLINE and shown == recording["shown"]
    assert taps[0].lingers == -1, "it was looked for until it had gone"


async def test_no_card_in_time_is_the_readers_own_error():
    recording = tap_of("tap-phone")
    await raises_async(DeviceTimeout, paid(recording, recording["taps"][:1]))


async def test_f32_a_reader_that_does_not_understand_ends_the_payment_with_a_reason():
    found, _, _, _ = await paid(tap_of("tap-phone"), [CardError("refused")])
    assert found == outcome.ended("refused")


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


async def test_what_a_card_says_instead_of_its_cryptogram():
    recording = tap_of("tap-debit")
    exchanges = recording["taps"][0]
    for sw, wanted in (
        ("6984", outcome.other_way("refused")),
        ("6985", outcome.ended("refused")),
        ("6A80", outcome.ended("refused")),
    ):
        found, _, _, _ = await paid(recording, [exchanges[:-1] + [[exchanges[-1][0], sw]]])
        assert exchanges[-1][0][:4] == "80A8" and found == wanted, sw


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


def test_an_outcome_quotes_no_card():
    assert "6223" not in repr(outcome.ended(CardError("malformed").reason))
