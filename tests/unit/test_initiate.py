# SPDX-License-Identifier: MIT
"""The first steps with a card: its options and where its records are (initiate), and the records."""

from binascii import hexlify, unhexlify

from card_script import ScriptedCard
from emv_given import AMOUNT, application, data_set
from expect import raises, raises_async
from pos.cards import candidates, initiate, records, tlv
from pos.cards.errors import CardError

AID = "A000000333010101"
SELECT = ("00A4040008A00000033301010100", "6F108408A000000333010101A504500256499000")


async def started(*exchanges, fci=SELECT[1]):
    data = data_set()
    card = ScriptedCard(((SELECT[0], fci),) + exchanges)
    candidate = candidates.Candidate(unhexlify(AID), "VI", 0, None)
    refusal = await initiate.start(card, data, candidate, application())
    assert card.finished()
    return refusal, data


async def test_options_of_both_formats():
    for answer in (
        "800A7C00080101001001010190" + "00",
        "770E8202" + "7C00" + "9408" + "0801010010010101" + "9000",
    ):
        refusal, data = await started(("80A8000002830000", answer))
        assert not refusal and data.get(0x82) == b"\x7c\0" and data.get(0x94) == unhexlify("0801010010010101")


async def test_a_pdol_is_answered():
    fci = "6F158408A000000333010101A509500156" + "9F38039F0206" + "9000"
    refusal, data = await started(("80A80000088306" + AMOUNT + "00", "80067C00080101009000"), fci=fci)
    assert not refusal and data.told == [unhexlify(AMOUNT)]


async def test_f32_a_pdol_that_is_malformed_or_asks_for_too_much():
    for pdol in ("9F", "9F02", "9F37FF9F3701"):
        fci = tlv.build((0x84, unhexlify(AID)), (0xA5, tlv.build((0x9F38, unhexlify(pdol)))))
        answer = hexlify(tlv.build((0x6F, fci))).decode() + "9000"
        assert (await raises_async(CardError, started(fci=answer))).reason == "malformed", pdol


async def test_a_card_may_refuse_its_application():
    assert (await started(("80A8000002830000", "6985")))[0] == "refused"
    assert (await started(fci="6283"))[0] == "blocked"


async def test_f32_malformed_options():
    for answer, reason in (
        ("80027C009000", "malformed"),
        ("80057C000801019000", "malformed"),
        ("8000" + "9000", "malformed"),
        ("770482027C009000", "malformed"),
        ("7706" + "820100" + "940100" + "9000", "malformed"),
        ("700482027C009000", "malformed"),
        ("9000", "malformed"),
        ("6A80", "refused"),
    ):
        error = await raises_async(CardError, started(("80A8000002830000", answer)))
        assert error.reason == reason, answer


def test_f32_malformed_locators():
    for afl in ("00010100", "09010100", "F8010100", "08000000", "08020100", "08010102", "0801FF00"):
        assert raises(CardError, records.locations, unhexlify(afl)).reason == "malformed", afl
    assert records.locations(unhexlify("08010201" + "F0030300")) == [
        (1, 1, True),
        (1, 2, False),
        (30, 3, False),
    ]


def record(**changes):
    """Answer with a template 70; None leaves an object out."""
    objects = [("t5F24", "351231"), ("t5A", "62284800"), ("t8C", "9F0206"), ("t8D", "8A02")]
    objects += [(name, None) for name in changes if name not in [known for known, _ in objects]]
    wanted = [(name, changes.get(name, value)) for name, value in objects]
    body = tlv.build(*[(int(name[1:], 16), unhexlify(value)) for name, value in wanted if value is not None])
    return hexlify(tlv.build((0x70, body))).decode() + "9000"


async def read(*exchanges, afl="08010101"):
    data = data_set(t94=afl)
    card = ScriptedCard(exchanges)
    await records.read(card, data)
    assert card.finished()
    return data


async def test_records_are_read_and_the_signed_ones_remembered():
    data = await read(("00B2010C00", record()))
    assert data.get(0x5A) == unhexlify("62284800") and len(data.signed) == 1
    assert data.signed[0][1] - data.signed[0][0] == len(record()) // 2 - 4


async def test_a_long_record_is_signed_without_its_longer_head():
    long = record(t9F1F="30" * 120)
    data = await read(("00B2010C00", long))
    assert long[:4] == "7081" and data.signed[0][1] - data.signed[0][0] == len(long) // 2 - 5


async def test_f32_records_that_are_missing_malformed_or_incomplete():
    for answer, reason in (
        ("6A83", "missing data"),
        (record(t8C=None), "missing data"),
        (record(t5A=None), "missing data"),
        ("9000", "malformed"),
        ("7005" + "5A026228" + "9000", "malformed"),
        ("7702" + "5A00" + "9000", "malformed"),
        (record(t5F24="3512"), "malformed"),
        (record(t5F34="0101"), "malformed"),
        (record(t9F07="FF"), "malformed"),
        (record(t57="62284801D3512101"), "malformed"),
        (record(t57="FF"), "malformed"),
    ):
        error = await raises_async(CardError, read(("00B2010C00", answer)))
        assert error.reason == reason, answer


async def test_an_account_number_twice_is_the_same_one():
    assert (await read(("00B2010C00", record(t57="62284800D35121010F")))).get(0x57)
