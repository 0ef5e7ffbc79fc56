# SPDX-License-Identifier: MIT
"""Candidate list by directory and by the terminal's list: EMV Book 1 section 12.3."""

from binascii import hexlify, unhexlify

from card_script import ScriptedCard
from expect import raises_async
from pos.cards import candidates, tlv
from pos.cards.applications import Entry
from pos.cards.errors import CardError
from standard_rows import standard

VISA, MASTERCARD = "A0000000031010", "A0000000041010"
PSE = "00A404000E" + hexlify(b"1PAY.SYS.DDF01").decode() + "00"
READ = "00B2%02X0C00"


def accepted(*names, partial=True):
    return [Entry(unhexlify(name), partial, 0, 0) for name in names]


def said(template, sw="9000"):
    return hexlify(template).decode() + sw


def fci(name, priority=None, label="CARD"):
    options = ((0x87, bytes((priority,))),) if priority is not None else ()
    inside = tlv.build((0x50, label.encode()), *options)
    return tlv.build((0x6F, tlv.build((0x84, unhexlify(name)), (0xA5, inside))))


def directory(*entries):
    body = b""
    for name, label, priority in entries:
        entry = ((0x4F, unhexlify(name)), (0x50, label.encode()), (0x87, bytes((priority,))))
        body += tlv.build((0x61, tlv.build(*entry)))
    return tlv.build((0x70, body))


PSE_FCI = said(tlv.build((0x6F, tlv.build((0x84, b"1PAY.SYS.DDF01"), (0xA5, tlv.build((0x88, b"\1")))))))


def select(name, occurrence=0):
    return "00A404%02X%02X%s00" % (occurrence, len(name) // 2, name)


async def names(applications, *exchanges):
    card = ScriptedCard(exchanges)
    found = await candidates.candidates(card, applications)
    assert card.finished()
    return [(hexlify(one.aid).decode().upper(), one.label, one.priority) for one in found]


async def refused(applications, *exchanges):
    return (await raises_async(CardError, names(applications, *exchanges))).reason


async def test_the_directory_tells_the_applications_by_priority():
    entries = directory((VISA, "VISA", 2), (MASTERCARD, "MC", 1), ("A000000999", "X", 3))
    told = ((PSE, PSE_FCI), (READ % 1, said(entries)), (READ % 2, "6A83"))
    assert await names(accepted(VISA, MASTERCARD), *told) == [(MASTERCARD, "MC", 1), (VISA, "VISA", 2)]


async def test_no_priority_comes_last():
    entries = directory((VISA, "VISA", 0), (MASTERCARD, "MC", 0x82))
    told = ((PSE, PSE_FCI), (READ % 1, said(entries)), (READ % 2, "6A83"))
    assert [row[0] for row in await names(accepted(VISA, MASTERCARD), *told)] == [MASTERCARD, VISA]


async def test_without_a_directory_each_application_is_selected():
    told = ((PSE, "6A82"), (select(VISA), said(fci(VISA))), (select(MASTERCARD), "6A82"))
    assert await names(accepted(VISA, MASTERCARD), *told) == [(VISA, "CARD", 0)]


async def test_f32_a_faulty_directory_counts_as_none():
    rest = (select(VISA), said(fci(VISA)))
    for told in (
        [(PSE, "6283")],
        [(PSE, "6F00" + "9000")],
        [(PSE, "6F0484009000")],
        [(PSE, PSE_FCI), (READ % 1, "6985")],
        [(PSE, PSE_FCI), (READ % 1, "7003615A019000")],
        [(PSE, PSE_FCI), (READ % 1, "6A83")],
    ):
        assert await names(accepted(VISA), *told, rest) == [(VISA, "CARD", 0)]


async def test_f32_a_directory_without_end_is_left():
    told = [(READ % number, said(directory((VISA, "VISA", 1)))) for number in range(1, 17)]
    assert await names(accepted(VISA), (PSE, PSE_FCI), *told) == [(VISA, "VISA", 1)]


async def test_f32_a_blocked_card_ends_the_session():
    assert await refused(accepted(VISA), (PSE, "6A81")) == "blocked"
    assert await refused(accepted(VISA), (PSE, "6A82"), (select(VISA), "6A81")) == "blocked"


async def test_f32_a_blocked_application_is_no_candidate():
    assert await refused(accepted(VISA), (PSE, "6A82"), (select(VISA), said(fci(VISA), "6283"))) == "blocked"
    assert await refused(accepted(VISA), (PSE, "6A82"), (select(VISA), "6A82")) == "unsupported"
    assert await refused(accepted(VISA), (PSE, "6A82"), (select(VISA), "6F009000")) == "unsupported"


async def test_partial_names_bring_the_next_occurrences():
    told = (
        (PSE, "6A82"),
        (select("A000000333"), said(fci("A000000333010101", 2))),
        (select("A000000333", 2), said(fci("A000000333010102", 1))),
        (select("A000000333", 2), "6A82"),
    )
    assert [row[0] for row in await names(accepted("A000000333"), *told)] == [
        "A000000333010102",
        "A000000333010101",
    ]


async def test_a_longer_name_is_no_candidate_where_the_whole_name_is_wanted():
    told = ((PSE, "6A82"), (select(VISA), said(fci(VISA + "01"))), (select(VISA, 2), said(fci(VISA))))
    assert [row[0] for row in await names(accepted(VISA, partial=False), *told)] == [VISA]


async def test_f32_occurrences_without_end_are_left():
    first = (select("A000000333"), said(fci("A00000033301")))
    told = [(select("A000000333", 2), said(fci("A00000033301")))] * 9
    assert len(await names(accepted("A000000333"), (PSE, "6A82"), first, *told)) == 1


def test_the_standard_list_has_the_six_schemes():
    schemes = {bytes(row.aid[:5]) for row in standard("contact")}
    for scheme in ("A000000333", "A000000003", "A000000004", "A000000025", "A000000065", "A000000152"):
        assert unhexlify(scheme) in schemes
    for row in standard("contact"):
        assert (
            len(row.tac_denial) == len(row.tac_online) == len(row.tac_default) == 5 and len(row.version) == 2
        )
