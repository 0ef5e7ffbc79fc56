# SPDX-License-Identifier: MIT
"""The sandbox issuer and wallet behave as docs/host.md says; voids and reversals follow the books."""

import pytest
from pretend import AT_S, Pretend

from pos.codec import records
from suanpan.host import sandbox

CARDS = {  # name: [(amount, code, approved amount, seconds until the answer, None: never)]
    "mag-credit": [(1, "00", 1, 0), (99_999_999, "00", 99_999_999, 0)],
    "mag-debit": [(1234, "00", 1234, 0)],
    "mag-declined": [(1234, "51", 0, 0)],
    "mag-stolen": [(1234, "43", 0, 0)],
    "mag-silent": [(1234, "00", 1234, None)],
    "mag-late": [(1234, "00", 1234, 35)],
    "mag-limit": [(50_000, "00", 50_000, 0), (50_001, "61", 0, 0)],
    "mag-partial": [(10_000, "00", 10_000, 0), (10_001, "10", 10_000, 0)],
    "mag-expired": [(1234, "54", 0, 0)],
    "mag-chip": [(1234, "00", 1234, 0)],
}
CODES = {
    "134567890123456789": None,  # 89: as any other valid code
    "134567890123456700": ("00", 0),
    "134567890123456751": ("51", 0),
    "281234567890123491": ("91", 0),
    "6212345678901234598": ("00", None),
    "134567890123456799": ("00", 35),
    "994567890123456700": ("14", 0),  # no wallet has this prefix
}


def test_every_documented_card_is_in_the_table():
    assert set(CARDS) == set(sandbox.cards)


@pytest.mark.parametrize("name", CARDS)
def test_a_test_card_behaves_as_documented(books, terminal, name):
    for amount, code, approved, delay in CARDS[name]:
        (answer,) = books.ask(terminal, terminal.sale(amount, card=name))
        due = None if delay is None else AT_S + delay
        assert (answer.code, answer.amount, answer.due_s) == (code, approved, due)
        assert bool(answer.auth_code) == bool(answer.reference) == bool(approved)


@pytest.mark.parametrize("code", CODES)
def test_a_payment_code_behaves_by_its_last_digits(books, terminal, code):
    (answer,) = books.ask(terminal, terminal.sale(number=code, entry="Q"))
    expected, delay = CODES[code] or ("00", 0)
    assert (answer.code, answer.due_s) == (expected, None if delay is None else AT_S + delay)


def test_any_other_card_with_a_check_digit_is_approved_and_none_without(books, terminal):
    good, bad = terminal.sale(number="6228480402564890018"), terminal.sale(number="6228480402564890011")
    assert [answer.code for answer in books.ask(terminal, good, bad)] == ["00", "14"]


@pytest.mark.parametrize("name", sandbox.cards)
def test_tracks_of_test_cards_are_well_formed(name):
    from pos.cards import track

    card = sandbox.cards[name]
    parsed = track.parse_track2(card["track2"])
    assert (parsed.pan, parsed.expiry, parsed.service_code) == (
        card["pan"],
        card["expiry"],
        card["service_code"],
    )
    assert card["track1"].startswith("%B" + card["pan"] + "^") and len(card["track1"]) <= 79


def test_a_decision_is_made_once(books, terminal):
    sale = terminal.sale()
    books.script.add("approve")
    books.script.add("decline")
    (first,), (second,) = books.ask(terminal, sale), books.ask(terminal, sale)
    assert first.code == second.code == "00" and first.reference == second.reference
    assert books.ask(terminal, terminal.sale())[0].code == "05"


def test_a_decision_survives_the_host(books, terminal):
    message = terminal.message(terminal.sale(), urgent=True)
    (first,) = books.decider.decide(books.take(terminal, message).asked, AT_S).answers
    reborn = type(books)(books.url)
    (again,) = reborn.decider.decide(reborn.take(terminal, message).asked, AT_S + 60).answers
    assert (first.reference, first.due_s) == (again.reference, again.due_s)


def test_scripted_decisions_come_first(books, terminal):
    for decision, code in (("decline", "91"), ("silent", None), ("late", None), ("approve", None)):
        books.script.add(decision, code)
    answers = [books.ask(terminal, terminal.sale(card="mag-stolen"))[0] for _ in range(5)]
    assert [(one.code, one.due_s) for one in answers] == [
        ("91", AT_S), ("00", None), ("00", AT_S + 35), ("00", AT_S), ("43", AT_S)
    ]  # fmt: skip
    with pytest.raises(ValueError, match="approve, decline"):
        books.script.add("maybe")


def test_card_data_under_another_key_is_answered_and_raises_an_alarm(books, terminal):
    terminal.data_key = b"x" * 16
    asked = books.send(terminal, terminal.sale(), urgent=True).asked
    decided = books.decider.decide(asked, AT_S)
    assert [one.code for one in decided.answers] == ["30"] and books.alarms() == {"card-data": 1}
    assert [raised["code"] for raised in decided.alarms] == ["card-data"]


def test_records_that_are_not_urgent_are_not_decided(books, terminal):
    assert books.send(terminal, terminal.sale()).asked == []


def test_a_void_takes_back_an_approved_sale_once(books, terminal):
    books.send(terminal, terminal.sale(), terminal.outcome(1))
    assert books.ask(terminal, terminal.void(1))[0].code == "00"
    books.send(terminal, terminal.outcome(3))
    assert books.states() == {1: "voided", 3: "approved"}
    assert books.ask(terminal, terminal.void(1))[0].code == "12"


def test_a_second_void_waits_for_the_first_ones_end(books, terminal):
    books.send(terminal, terminal.sale(), terminal.outcome(1))
    assert books.ask(terminal, terminal.void(1))[0].code == "00"
    assert books.ask(terminal, terminal.void(1))[0].code == "12"
    books.send(terminal, terminal.reversal(3))
    assert books.ask(terminal, terminal.void(1))[0].code == "00"


def test_a_void_counts_the_decision_when_the_outcome_is_still_on_its_way(books, terminal):
    books.ask(terminal, terminal.sale())
    assert books.ask(terminal, terminal.void(1))[0].code == "00"


@pytest.mark.parametrize("after", ["declined", "reversed", "pending"])
def test_a_void_of_what_is_not_approved_is_refused(books, terminal, after):
    books.send(terminal, terminal.sale())
    if after != "pending":
        ending = terminal.outcome(1, records.DECLINED, "51") if after == "declined" else terminal.reversal(1)
        books.send(terminal, ending)
    assert books.ask(terminal, terminal.void(1))[0].code == "12"


def test_a_void_of_an_unknown_sale_or_of_another_amount_is_refused(books, terminal):
    books.send(terminal, terminal.sale(500), terminal.outcome(1))
    answers = books.ask(terminal, terminal.void(99), terminal.void(1, amount=499))
    assert [one.code for one in answers] == ["25", "12"]


def test_a_void_reaches_only_its_own_terminal(books, terminal):
    other = Pretend("SIM00002")
    books.send(other, other.alarm(), other.sale(), other.outcome(2))
    assert books.ask(terminal, terminal.void(2))[0].code == "25"


def test_a_reversal_is_always_taken_and_only_counts_once(books, terminal):
    books.ask(terminal, terminal.sale())
    reversal = terminal.reversal(1)
    assert [books.ask(terminal, reversal)[0].code for _ in range(2)] == ["00", "00"]
    assert books.states() == {1: "reversed"} and books.rows()[0]["reversed"] is True


def test_a_request_that_comes_behind_its_reversal_is_never_authorised(books, terminal):
    """The reversal has brought the sale's body along; the request itself was late."""
    sale = terminal.sale()
    (answer,) = books.ask(terminal, sale, terminal.reversal(1))
    assert (answer.asked.entry.seq, answer.code) == (2, "00")
    assert books.ask(terminal, sale)[0].code == "12"
    assert books.states() == {1: "reversed"} and books.rows()[0]["reversed"] is True


def test_a_reversed_void_leaves_the_sale_standing(books, terminal):
    books.send(terminal, terminal.sale(), terminal.outcome(1))
    books.ask(terminal, terminal.void(1))
    books.send(terminal, terminal.outcome(3), terminal.reversal(3))
    assert books.states() == {1: "approved", 3: "reversed"}


def test_no_card_number_reaches_the_database(books, terminal):
    """Invariant 7: nothing beyond the first six and last four."""
    for name in sandbox.cards:
        books.ask(terminal, terminal.sale(card=name))
    books.ask(terminal, terminal.sale(number="134567890123456789", entry="Q"))
    kept = b"\n".join(books.values())
    assert b"625094****0014" in kept
    for number in [card["pan"] for card in sandbox.cards.values()] + ["134567890123456789"]:
        packed = bytes.fromhex(number + "f" * (len(number) % 2))
        assert number.encode() not in kept and packed not in kept and number.encode("utf-16le") not in kept
