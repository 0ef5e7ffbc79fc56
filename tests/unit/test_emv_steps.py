# SPDX-License-Identifier: MIT
"""Single steps with the card: options, records, risk, cryptograms, scripts, completion."""

from binascii import hexlify, unhexlify

from card_script import ScriptedCard
from emv_given import application, data_set, side
from expect import raises, raises_async
from pos.cards import action, candidates, completion, initiate, records, risk, scripts, tlv
from pos.cards.errors import CardError
from pos.cards.generate_ac import CDOL2, GenerateAc

AID = "A000000333010101"
SELECT = ("00A4040008A00000033301010100", "6F108408A000000333010101A504500256499000")
CDOL = {"t8C": "9F0206", "t8D": "8A02"}
AMOUNT = "000000012300"


async def started(*exchanges, fci=SELECT[1]):
    data = data_set()
    card = ScriptedCard(((SELECT[0], fci),) + exchanges)
    candidate = candidates.Candidate(unhexlify(AID), "VI", 0, application())
    refusal = await initiate.start(card, data, candidate)
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
    assert not refusal and data.pdol_values == unhexlify(AMOUNT)


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


async def scripted(received, *exchanges, tag=scripts.BEFORE):
    data = data_set()
    card = ScriptedCard(exchanges)
    await scripts.run(card, data, unhexlify(received), tag)
    assert card.finished()
    return data.get(0x9F5B), data.tvr[4], data.tsi[0]


async def test_scripts_are_run_in_their_order_until_one_fails():
    received = "7114" + "9F180400000001" + "8604841E0000" + "8605841E000000"
    told = (("841E0000", "9000"), ("841E000000", "6300"))
    assert await scripted(received, *told) == (unhexlify("2000000001"), 0, 0x04)
    told = (("841E0000", "6988"),)
    assert await scripted(received, *told) == (unhexlify("1100000001"), 0x20, 0x04)
    assert await scripted(received.replace("71", "72", 1), *told, tag=scripts.AFTER) == (
        unhexlify("1100000001"),
        0x10,
        4,
    )
    assert await scripted(received, tag=scripts.AFTER) == (None, 0, 0)


async def test_f32_malformed_scripts_fail_and_nothing_else_does():
    for received in ("7104860484", "71028600", "7105860384841E", "7107" + "9F180400000001", "71"):
        results, tvr, _ = await scripted(received)
        assert tvr == 0x20 and results[:1] == b"\0", received


class Asked:
    """Stands for the second GENERATE AC."""

    genuine = True

    def __init__(self, given):
        self.given, self.kinds = given, []

    async def ask(self, kind, tag):
        assert tag == CDOL2
        self.kinds.append(kind)
        return self.given


def answered(approved=True, issuer_data=b"", received=b""):
    return completion.HostAnswer(approved, "00" if approved else "51", issuer_data, received)


async def completed(answer, *exchanges, given=action.TC, **objects):
    data, generate, card = data_set(**objects), Asked(given), ScriptedCard(exchanges)
    approved = await completion.complete(card, data, generate, answer)
    assert card.finished()
    return approved, generate.kinds[0], data


async def test_the_issuer_is_authenticated_by_command_or_in_the_cryptogram():
    told = ("008200000A0102030405060708" + "3030", "9000")
    approved, kind, data = await completed(answered(issuer_data=bytes(range(1, 9)) + b"00"), told)
    assert approved and kind == action.TC and data.tsi[0] == 0x10 and data.tvr[4] == 0
    _, _, data = await completed(answered(issuer_data=bytes(range(1, 9)) + b"00"), (told[0], "6300"))
    assert data.tvr[4] == 0x40
    _, _, data = await completed(answered(issuer_data=bytes(8)), t82="7900")
    assert data.get(0x91) == bytes(8) and data.tsi[0] == 0


async def test_f32_a_card_cannot_invent_script_results():
    data = data_set(t9F5B="2000000001")
    await scripts.run(
        ScriptedCard((("841E0000", "9000"),)), data, unhexlify("7106" + "8604841E0000"), scripts.BEFORE
    )
    assert data.get(0x9F5B) == unhexlify("2000000000")


async def test_issuer_data_of_a_wrong_length_count_as_failed():
    for issuer_data in (bytes(7), bytes(17)):
        approved, _, data = await completed(answered(issuer_data=issuer_data))
        assert approved and data.get(0x91) is None and data.tvr[4] == 0x40 and data.tsi[0] == 0


async def test_f31_a_card_pulled_at_its_first_scripts_breaks_the_sale_off():
    received = unhexlify("710D" + "9F180400000001" + "8604841E0000")
    error = await raises_async(CardError, completed(answered(received=received), ("841E0000", None)))
    assert error.reason == "removed"


async def test_the_card_has_the_last_word():
    assert (await completed(answered(), given=action.AAC))[0] is False
    assert (await completed(answered(False), given=action.AAC))[1] == action.AAC


async def test_without_a_host_the_terminal_decides_and_says_so():
    approved, kind, data = await completed(None, t9F0D="0000000000")
    assert approved and kind == action.TC and data.get(0x8A) == b"Y3"
    row = application(tac_default=b"\xff" * 5)
    data, generate = data_set(row=row, t9F0D="0000000000"), Asked(action.AAC)
    data.tvr[3] = 0x80
    assert not await completion.complete(None, data, generate, None)
    assert generate.kinds == [action.AAC] and data.get(0x8A) == b"Z3"


async def test_f31_a_card_pulled_before_its_last_scripts_does_not_undo_the_sale():
    received = unhexlify("720D" + "9F180400000001" + "8604841E0000")
    approved, _, data = await completed(answered(received=received), ("841E0000", None))
    assert approved and data.tvr[4] == 0x10
