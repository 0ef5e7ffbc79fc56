# SPDX-License-Identifier: MIT
"""Cardholder verification: EMV Book 3 section 10.5, Book 4 section 6.3.4, and the PIN that the card checks."""

from binascii import hexlify

from card_script import ScriptedCard
from emv_given import Desk, data_set, side
from expect import raises_async
from pos.cards import chip_details, cvm, offline_pin
from pos.cards.errors import CardError

NO_AMOUNTS = "0000000000000000"
NO_PIN_PAD = b"\xe0\x28\xc8"
TRIES = "80CA9F1700"


async def verified(rules, *exchanges, pins=(), amounts=NO_AMOUNTS, **given):
    """(CVM results, TVR byte 3, TSI byte 1, signature wanted)."""
    terminal = side(capabilities=given.pop("capabilities", b"\xe0\xf8\xc8"))
    data = data_set(terminal_side=terminal, t8E=amounts + rules, **given)
    card = ScriptedCard(exchanges)
    await cvm.verify(card, data, terminal, Desk(*pins))
    assert card.finished()
    return hexlify(data.get(0x9F34)).decode(), data.tvr[2], data.tsi[0], chip_details.signature_wanted(data)


async def test_methods_without_pin():
    assert await verified("1F00") == ("1f0002", 0, 0x40, False)
    assert await verified("1E00") == ("1e0000", 0, 0x40, True)


async def test_an_online_pin_is_entered_or_not():
    assert await verified("0200", pins=[True]) == ("020000", 0x04, 0x40, False)
    assert await verified("0200", pins=[False]) == ("020001", 0x88, 0x40, False)
    assert await verified("42001F00", pins=[False]) == ("1f0002", 0x08, 0x40, False)


async def test_one_pin_not_entered_stands_for_the_others():
    assert await verified("420041001F00", pins=[False]) == ("1f0002", 0x08, 0x40, False)


async def test_what_the_terminal_cannot_do_is_unsuccessful():
    assert await verified("0200", capabilities=NO_PIN_PAD) == ("3f0001", 0x90, 0x40, False)
    assert await verified("02031F00", capabilities=NO_PIN_PAD) == ("1f0002", 0, 0x40, False)


async def test_failing_and_unknown_methods():
    assert await verified("0000") == ("000001", 0x80, 0x40, False)
    assert await verified("20001F00") == ("3f0001", 0xC0, 0x40, False)
    assert await verified("60001F00") == ("1f0002", 0x40, 0x40, False)
    assert await verified("1F0A1F04") == ("3f0001", 0x80, 0x40, False)


async def test_conditions_of_amount_count_in_the_applications_currency():
    amounts = "%08X%08X" % (12300, 20000)
    for condition, amount, applies in (
        ("06", 12299, True),
        ("06", 12300, False),
        ("07", 12301, True),
        ("07", 12300, False),
        ("08", 19999, True),
        ("08", 20000, False),
        ("09", 20001, True),
        ("09", 20000, False),
    ):
        found = await verified("1F%s1E00" % condition, amounts=amounts, amount=amount, t9F42="0156")
        assert found[0][:2] == ("1f" if applies else "1e"), (condition, amount)
    assert (await verified("1F091E00", amounts=amounts, amount=30000, t9F42="0840"))[0] == "1e0000"
    assert (await verified("1F091E00", amounts=amounts, amount=30000))[0] == "1e0000"


async def test_conditions_of_kind():
    for condition, kind, applies in (
        ("01", 1, False),
        ("02", 0, True),
        ("02", 1, False),
        ("02", 9, False),
        ("04", 1, True),
        ("04", 0, False),
        ("05", 9, True),
        ("05", 0, False),
    ):
        found = await verified("1F%s1E00" % condition, kind=kind)
        assert found[0][:2] == ("1f" if applies else "1e"), (condition, kind)


async def test_f32_lists_that_are_missing_empty_or_odd():
    for rules in (None, NO_AMOUNTS):
        objects = {} if rules is None else {"t8E": rules}
        data = data_set(**objects)
        await cvm.verify(None, data, side(), Desk())
        assert data.tvr[0] == 0x20 and data.tsi[0] == 0 and data.get(0x9F34) == b"\x3f\0\0"
    error = await raises_async(CardError, verified("1F001E"))
    assert error.reason == "malformed"


async def test_a_card_that_does_not_ask_is_not_verified():
    data = data_set(t82="0000", t8E=NO_AMOUNTS + "0000")
    await cvm.verify(None, data, side(), Desk())
    assert data.get(0x9F34) == b"\x3f\0\0" and data.tsi[0] == 0


def test_the_pin_block_that_a_card_checks():
    for pin, block in (
        (b"1234", "241234ffffffffff"),
        (b"12345", "2512345fffffffff"),
        (b"123456789012", "2c123456789012ff"),
    ):
        filled = bytearray(8)
        offline_pin.fill(filled, bytearray(pin))
        assert hexlify(filled).decode() == block


async def test_a_plain_pin_is_checked_by_the_card_and_overwritten():
    pin = bytearray(b"1234")
    told = ((TRIES, "9F1701039000"), ("0020008008241234FFFFFFFFFF", "9000"))
    assert await verified("0100", *told, pins=[pin]) == ("010002", 0, 0x40, False)
    assert not any(pin)
    assert await verified("0300", *told, pins=[bytearray(b"1234")]) == ("030000", 0, 0x40, True)


async def test_wrong_pins_until_the_tries_are_used_up():
    wrong = "0020008008249999FFFFFFFFFF"
    for last in ("63C0", "6983", "6984"):
        told = ((TRIES, "6A88"), (wrong, "63C1"), (wrong, last))
        pins = [bytearray(b"9999") for _ in range(2)]
        assert await verified("0100", *told, pins=pins) == ("010001", 0xA0, 0x40, False)
    assert await verified("0100", (TRIES, "9F1701009000")) == ("010001", 0xA0, 0x40, False)


async def test_f32_a_card_that_always_has_tries_left_is_left():
    told = [("0020008008249999FFFFFFFFFF", "63CF")] * 15
    pins = [bytearray(b"9999") for _ in range(15)]
    assert await verified("0100", (TRIES, "6A88"), *told, pins=pins) == ("010001", 0x80, 0x40, False)


async def test_f31_a_pin_is_overwritten_when_the_card_is_pulled():
    pin = bytearray(b"1234")
    told = ((TRIES, "6A88"), ("0020008008241234FFFFFFFFFF", None))
    assert (await raises_async(CardError, verified("0100", *told, pins=[pin]))).reason == "removed"
    assert not any(pin)


async def test_a_pin_to_be_enciphered_without_a_genuine_key_fails():
    assert await verified("0400") == ("040001", 0x80, 0x40, False)
