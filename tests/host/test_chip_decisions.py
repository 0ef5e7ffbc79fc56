# SPDX-License-Identifier: MIT
"""The sandbox issuer and virtual chip cards: its answers satisfy the cards, false requests raise an alarm."""

import pytest
from chip_desk import HostDesk, pay
from chip_rig import Desk
from chip_rig import pay as pay_at_desk
from pretend import AT_S, Pretend
from tap_rig import ABOVE, BELOW, Payment

from boards.sim.chips.emv import cards, contactless_cards
from pos.cards import de55, tlv
from pos.codec import records
from suanpan.host import icc, sandbox

GOOD = ("chip-credit", "chip-debit", "chip-pin", "chip-plain-pin", "chip-script", "chip-slow", "chip-two")


@pytest.fixture
def sold(books, terminal, keys, register):
    """(outcome, data, desk, card) of one sale."""

    def sell(name, card=None, **more):
        card = card or cards.card(name)
        desk = HostDesk(books, terminal, register.take(), card.personality, **more)
        return *pay(card, desk), desk, card

    return sell


def spoiled(tag):
    """Changes the last bit of one value on its way to the host."""

    def change(request):
        value = icc.values(request)[tag]
        return request.replace(value, value[:-1] + bytes((value[-1] ^ 1,)))

    return change


@pytest.mark.parametrize("name", GOOD)
def test_a_card_takes_the_issuer_for_its_own(books, sold, name):
    outcome, data, desk, _ = sold(name)
    assert (outcome.result, outcome.online, data.get(0x9F27)) == ("approved", True, b"\x40")
    assert not data.tvr[4] & 0x40 and books.alarms() == {}
    issuer_data = icc.values(desk.answers[0].icc)[0x91]
    assert (len(issuer_data), issuer_data[-4:].hex()) == (8, "00820000") or name == "chip-debit"
    assert (len(issuer_data), issuer_data[-2:]) == (10, b"00") or name != "chip-debit"


@pytest.mark.parametrize("name", ["chip-declined", "chip-credit", "chip-debit"])
def test_a_declined_card_is_told_by_its_issuer(books, sold, name):
    if name != "chip-declined":
        books.script.add("decline", "51")
    outcome, data, desk, card = sold(name)
    assert (outcome.result, outcome.reason, data.get(0x9F27)) == ("declined", "host", b"\0")
    assert data.get(0x8A) == b"51" and not data.tvr[4] & 0x40 and desk.answers[0].icc
    assert card.applets[0].issuer_known is True and books.alarms() == {}
    told = icc.values(desk.answers[0].icc)[0x91]
    assert told[-2:] == b"51" if name == "chip-debit" else not any(told[-4:])


def test_scripts_reach_the_card_and_are_done(sold):
    _, data, _, card = sold("chip-script")
    assert card.applets[0].written == {0x9F14: b"\5"}
    assert data.get(0x9F5B) == bytes.fromhex("20000000012000000002") and not data.tvr[4] & 0x30


@pytest.mark.parametrize("tag", [0x9F26, 0x95, 0x9F36, 0x9F10])
def test_a_request_that_is_not_the_card_s_own_is_refused(books, sold, tag):
    outcome, _, desk, _ = sold("chip-credit", changed=spoiled(tag))
    assert outcome.result == "declined" and (desk.answers[0].code, desk.answers[0].icc) == ("05", b"")
    assert books.alarms() == {"cryptogram": 1}


def test_a_request_for_another_amount_than_the_sale_s_is_refused(books, terminal):
    _, data, _ = pay_at_desk(cards.card("chip-credit"), Desk(cards.PERSONALITIES["chip-credit"], code=None))
    assert asked(books, terminal, data, amount=12301).code == "05" and books.alarms() == {"cryptogram": 1}


def asked(books, terminal, data, amount=12300, request=None):
    """Answer to a sale with the request that stands in `data`."""
    sale = terminal.sale(amount, sandbox.cards["mag-chip"]["pan"], entry="I")
    told = terminal.icc(terminal.seq, request or de55.request(data))
    return books.ask(terminal, sale, told)[0]


def test_a_cryptogram_that_comes_again_with_another_sale_is_refused(books, terminal, sold):
    kept = []
    sold("chip-credit", changed=lambda request: kept.append(request) or request)
    again, other = asked(books, terminal, None, request=kept[0]), Pretend("SIM00002")
    assert (again.code, again.icc) == ("05", b"") and books.alarms() == {"cryptogram": 1}
    assert asked(books, other, None, request=kept[0]).code == "05"


def test_the_same_card_pays_again(books, sold):
    card = cards.card("chip-credit")
    assert [sold("chip-credit", card)[0].result for _ in range(2)] == ["approved"] * 2
    assert books.alarms() == {}


def test_a_request_that_is_asked_again_gets_the_same_answer_for_the_card(books, terminal, sold):
    _, _, desk, _ = sold("chip-script")
    desk.ask()
    assert desk.answers[0].icc == desk.answers[1].icc and len(desk.answers[0].icc) > 50
    reborn = type(books)(books.url)
    message = terminal.message(*desk.bodies, urgent=True)
    (again,) = reborn.decider.decide(reborn.take(terminal, message).asked, AT_S + 60).answers
    assert again.icc == desk.answers[0].icc and books.alarms() == {}


@pytest.mark.parametrize("told", [(), (b"\xff",), (b"\x9f\x39\x01\x80",)])
def test_a_chip_sale_without_its_chip_s_request_cannot_be_decided(books, terminal, told):
    sale = terminal.sale(entry="I")
    bodies = [terminal.icc(1, data) for data in told]
    assert books.ask(terminal, sale, *bodies)[0].code == "30" and books.alarms() == {"chip-data": 1}


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        *((tag, value) for tag in (0x9F02, 0x9F36, 0x9F26, 0x9F27, 0x82) for value in (None, b"", bytes(7))),
        (0x9F10, None),
    ],
)
def test_a_request_that_no_card_makes_cannot_be_decided(books, sold, tag, value):
    def change(request):
        pairs = [(name, value if name == tag else held) for name, held in icc.values(request).items()]
        return tlv.build(*(pair for pair in pairs if pair[1] is not None))

    assert sold("chip-credit", changed=change)[2].answers[0].code == "30"
    assert books.alarms() == {"chip-data": 1}


@pytest.mark.parametrize("number", ["47617390010101AB", "٤٧٦١٧٣٩٠٠١٠١٠١١٩", "4"])
def test_a_number_that_is_none_is_no_card_s(books, terminal, number):
    kept = Desk(cards.PERSONALITIES["chip-credit"], code=None)
    _, data, _ = pay_at_desk(cards.card("chip-credit"), kept)
    sale = terminal.sale(12300, number, entry="I")
    assert books.ask(terminal, sale, terminal.icc(1, de55.request(data)))[0].code in ("30", "05")
    assert sum(books.alarms().values()) == 1


def test_a_stripe_after_a_chip_that_failed_is_decided_as_a_stripe(books, terminal):
    sale = terminal.sale()
    (answer,) = books.ask(terminal, sale, terminal.icc(1, bytes.fromhex("9F390180")))
    assert (answer.code, answer.icc) == ("00", b"") and books.rows()[0]["emv"] == {"entry": "fallback"}


def tapped(books, terminal, card, amount):
    """Answer to a contactless payment, for which no PIN is entered."""
    payment = Payment(*[card] * (2 if card.personality.is_phone else 1), amount=amount)
    sale = terminal.sale(amount, card.personality.pan, entry="C")
    told = terminal.icc(terminal.seq, de55.request(payment.data))
    return books.ask(terminal, sale, told)[0]


@pytest.mark.parametrize("name", ["tap-credit", "tap-debit", "tap-visa", "tap-phone", "tap-mchip"])
def test_a_contactless_card_is_verified_too(books, terminal, name):
    card = contactless_cards.card(name)
    assert [tapped(books, terminal, card, BELOW).code for _ in range(2)] == ["00", "00"]
    assert books.alarms() == {}


@pytest.mark.parametrize(
    ("name", "code"), [("tap-credit", "00"), ("tap-debit", "55"), ("tap-phone", "00"), ("tap-mchip", "55")]
)
def test_above_its_limit_a_contactless_card_wants_its_pin_unless_its_holder_was_verified(
    books, terminal, name, code
):
    assert tapped(books, terminal, contactless_cards.card(name), ABOVE).code == code


def test_every_virtual_card_has_an_issuer():
    known = (*cards.PERSONALITIES.values(), *contactless_cards.PERSONALITIES.values())
    assert {one.pan for card in known for one in (card, *card.others)} <= set(sandbox.issued)
    assert {one.pin for one in known} == {sandbox.PIN}


def test_rows_tell_of_the_chip(books, sold):
    _, data, _, _ = sold("chip-debit")
    (row,) = books.rows()
    cryptogram = data.get(0x9F26).hex().upper()
    assert row["state"] == "approved" and row["emv"] == {
        "entry": "chip",
        "aid": "A000000333010101",
        "label": "UnionPay Debit",
        "kind": "TC",
        "cryptogram": cryptogram,
        "tvr": data.tvr.hex().upper(),
        "tsi": "F800",
        "atc": "0001",
        "sequence": "01",
    }
    assert icc.brief(row["emv"]) == f"chip UnionPay Debit TC {cryptogram}"


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_chip_data_may_come_in_any_order(books, terminal, order):
    request, result = bytes.fromhex("9F2701808407A0000000031010"), bytes.fromhex("9F2701409F36020001")
    bodies = [
        terminal.sale(entry="C"),
        terminal.icc(1, request),
        terminal.icc(1, result, records.ICC_RESULT),
        terminal.outcome(1),
    ]
    books.send(terminal, *(bodies[i] for i in order))
    (row,) = books.rows()
    assert (row["state"], row["emv"]["kind"], row["emv"]["atc"]) == ("approved", "TC", "0001")


def test_a_sale_without_chip_has_no_emv(books, terminal):
    books.send(terminal, terminal.sale(), terminal.outcome(1))
    assert [row["emv"] for row in books.rows()] == [None] and icc.brief(None) == ""
