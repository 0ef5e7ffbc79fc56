# SPDX-License-Identifier: MIT
"""What the terminal and the card decide: risk management, and cryptograms."""

from binascii import unhexlify

from card_script import ScriptedCard
from emv_given import AMOUNT, application, data_set, side
from expect import raises_async
from pos.cards import action, risk
from pos.cards.errors import CardError
from pos.cards.generate_ac import CDOL2, GenerateAc

CDOL = {"t8C": "9F0206", "t8D": "8A02"}


async def managed(*exchanges, row=None, terminal=None, **given):
    data = data_set(row=row, **given)
    card = ScriptedCard(exchanges)
    await risk.manage(card, data, terminal or side())
    assert card.finished()
    return data.tvr[3], data.tvr[1], data.tsi[0]


async def test_the_floor_limit():
    assert await managed(amount=10000) == (0x80, 0, 0x08)
    assert await managed(amount=9999) == (0, 0, 0x08)
    assert await managed(amount=9999, terminal=side(force_online=True)) == (0x08, 0, 0x08)
    assert await managed(amount=10000, t82="0000") == (0, 0, 0)


async def test_random_selection_is_likelier_near_the_floor_limit():
    row = application(threshold=5000, target_percent=10, most_percent=90)
    assert (await managed(amount=4999, row=row))[0] == 0, "0x80 is 50 of 99"
    assert (await managed(amount=7400, row=row))[0] == 0
    assert (await managed(amount=7501, row=row))[0] == 0x10


async def test_velocity():
    limits = {"t9F14": "02", "t9F23": "04"}
    for atc, last, wanted in (
        ("0005", "0004", (0, 0)),
        ("0007", "0004", (0x40, 0)),
        ("0009", "0004", (0x60, 0)),
        ("0004", "0004", (0x60, 0)),
        ("0001", "0000", (0, 0x08)),
    ):
        told = (("80CA9F3600", "9F3602" + atc + "9000"), ("80CA9F1300", "9F1302" + last + "9000"))
        assert (await managed(*told, amount=1, **limits))[:2] == wanted, (atc, last)
    for answer in ("6A88", "9F3603000001" + "9000", "9000"):
        told = (("80CA9F3600", answer), ("80CA9F1300", "9F1302" + "0000" + "9000"))
        assert (await managed(*told, amount=1, **limits))[0] == 0x60


async def asked(kind, answer, tag=None, **objects):
    data = data_set(**CDOL, **objects)
    sent = "80AE%02X0006%s00" % (kind, AMOUNT) if tag is None else "80AE%02X0002%s00" % (kind, "0000")
    card = ScriptedCard(((sent, answer),))
    generate = GenerateAc(card, data)
    return await (generate.ask(kind) if tag is None else generate.ask(kind, tag)), data


async def test_cryptograms_of_both_formats():
    for answer in (
        "8012" + "80" + "0001" + "0102030405060708" + "06011203A00000" + "9000",
        "771E" + "9F270180" + "9F36020001" + "9F26080102030405060708" + "9F100706011203A00000" + "9000",
    ):
        kind, data = await asked(action.ARQC, answer)
        assert kind == action.ARQC and data.get(0x9F36) == b"\0\1" and data.get(0x9F26) == bytes(range(1, 9))
        assert data.get(0x9F10) == unhexlify("06011203A00000") and data.tsi[0] == 0x20


async def test_f32_a_card_can_only_be_stricter_than_asked():
    for kind, given in ((action.AAC, "40"), (action.AAC, "80"), (action.ARQC, "40"), (action.TC, "C0")):
        answer = "800B" + given + "0001" + "0102030405060708" + "9000"
        assert (await raises_async(CardError, asked(kind, answer))).reason == "malformed"
    answer = "800B" + "80" + "0001" + "0102030405060708" + "9000"
    assert (await raises_async(CardError, asked(action.TC, answer, CDOL2))).reason == "malformed"
    assert (await asked(action.TC, "800B00" + "0001" + "0102030405060708" + "9000"))[0] == action.AAC


async def test_f32_malformed_cryptograms():
    for answer, reason in (
        ("800A" + "80" + "0001" + "01020304050607" + "9000", "malformed"),
        ("8000" + "9000", "malformed"),
        ("7704" + "9F270180" + "9000", "malformed"),
        ("7719" + "9F270180" + "9F3603000001" + "9F26080102030405060708" + "9F1000" + "9000", "malformed"),
        ("9000", "malformed"),
        ("6985", "refused"),
    ):
        assert (await raises_async(CardError, asked(action.ARQC, answer))).reason == reason, answer


async def test_a_certificate_hash_is_made_by_the_default_list():
    data = data_set(t8C="9814")
    card = ScriptedCard(())
    values = GenerateAc(card, data)._values(data.get(0x8C))
    assert len(values) == 20 and any(values) and data.tvr[4] == 0x80
