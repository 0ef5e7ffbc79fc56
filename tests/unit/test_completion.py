# SPDX-License-Identifier: MIT
"""The last steps with a card: the issuer's scripts, its authentication, and the card's last word."""

from binascii import unhexlify

from card_script import ScriptedCard
from emv_given import application, data_set
from expect import raises_async
from pos.cards import action, completion, de55, scripts, tlv
from pos.cards.errors import CardError
from pos.cards.generate_ac import CDOL2, generate


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

    def __init__(self, given):
        self.given, self.kinds = given, []

    async def __call__(self, card, data, key, kind, tag):
        assert tag == CDOL2
        self.kinds.append(kind)
        return self.given


def answered(approved=True, issuer_data=b"", received=b""):
    return completion.HostAnswer(approved, "00" if approved else "51", issuer_data, received)


async def completed(answer, *exchanges, given=action.TC, **objects):
    data, card = data_set(**objects), ScriptedCard(exchanges)
    approved, kinds = await ended(card, data, answer, given)
    assert card.finished()
    return approved, kinds[0], data


async def ended(card, data, answer, given):
    """(whether the card approved, kinds of cryptograms that were asked for)."""
    completion.generate = asked = Asked(given)
    try:
        return await completion.complete(card, data, None, answer), asked.kinds
    finally:
        completion.generate = generate


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
    assert tlv.value(de55.result(data), 0x9F5B) is None
    await scripts.run(
        ScriptedCard((("841E0000", "9000"),)), data, unhexlify("7106" + "8604841E0000"), scripts.BEFORE
    )
    assert tlv.value(de55.result(data), 0x9F5B) == unhexlify("2000000000")


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
    data = data_set(row=row, t9F0D="0000000000")
    data.tvr[3] = 0x80
    assert await ended(None, data, None, action.AAC) == (False, [action.AAC])
    assert data.get(0x8A) == b"Z3"


async def test_f31_a_card_pulled_before_its_last_scripts_does_not_undo_the_sale():
    received = unhexlify("720D" + "9F180400000001" + "8604841E0000")
    approved, _, data = await completed(answered(received=received), ("841E0000", None))
    assert approved and data.tvr[4] == 0x10
