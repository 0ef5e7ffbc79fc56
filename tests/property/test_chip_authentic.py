# SPDX-License-Identifier: MIT
"""Offline data authentication with cards whose certificates, lists or answers are not as they should be."""

from dataclasses import replace

import pytest
from chip_rig import Desk, pay

from boards.sim.chips.emv import authority, cards
from boards.sim.chips.emv.cards import PERSONALITIES, VISA
from boards.sim.chips.emv.personality import TERMINAL_RISK, VERIFY_HOLDER
from boards.sim.chips.emv.presented import Altered, Around

RID, CREDIT = VISA[:5], PERSONALITIES["chip-credit"]
SIGNED = CREDIT.signed_data + bytes((CREDIT.aip, 0))
NOT_DONE, MISSING, DDA_FAILED, CDA_FAILED = 0x80, 0x20, 0x08, 0x04


def tvr_of(personality, card=None):
    _, data, _ = pay(card or cards.VirtualCard(personality), Desk(personality))
    assert data.tsi[0] & 0x80 or data.tvr[0] == NOT_DONE
    return data.tvr[0]


def issuer(**words):
    return authority.issuer_certificate(RID, **{"pan": CREDIT.pan, **words})[0]


def card(**words):
    return authority.card_certificate(RID, **{"pan": CREDIT.pan, "signed": SIGNED, **words})[0]


@pytest.mark.parametrize(
    ("tag", "value", "bits"),
    [
        (0x90, issuer(), 0),
        (0x90, issuer(expires=b"\x11\x25"), 0),  # valid to the end of this month
        (0x90, issuer(expires=b"\x10\x25"), CDA_FAILED),
        (0x90, issuer(expires=b"\x12\x99"), CDA_FAILED),  # 1999
        (0x90, issuer(pan="9999990000000000"), CDA_FAILED),
        (0x90, card(), CDA_FAILED),
        (0x92, bytes(20), CDA_FAILED),
        (0x9F46, card(), 0),
        (0x9F46, card(expires=b"\x10\x25"), CDA_FAILED),
        (0x9F46, card(pan="4000000000000002"), CDA_FAILED),
        (0x9F46, card(signed=SIGNED[:-2]), CDA_FAILED),
        (0x9F47, b"\x01\x00\x01", CDA_FAILED),
        (0x9F48, b"", CDA_FAILED),
        (0x8F, b"\xf1\xf1", CDA_FAILED),
    ],
)
def test_certificates_are_checked_to_the_last_field(tag, value, bits):
    assert tvr_of(replace(CREDIT, changes=((tag, value),))) == bits


def test_a_card_that_knows_no_way_is_not_authenticated():
    assert tvr_of(replace(CREDIT, aip=VERIFY_HOLDER | TERMINAL_RISK)) == NOT_DONE


@pytest.mark.parametrize(
    ("ddol", "bits"),
    [
        (bytes.fromhex("9F37049A03"), 0),
        (None, 0),  # the terminal's own list then
        (bytes.fromhex("9A03"), DDA_FAILED),  # without the unpredictable number
        (bytes.fromhex("9F"), DDA_FAILED),
    ],
)
def test_the_list_of_what_a_card_signs(ddol, bits):
    assert tvr_of(replace(PERSONALITIES["chip-debit"], changes=((0x9F49, ddol),))) == bits


class Unwilling(Around):
    """Does not authenticate itself."""

    def respond(self, command):
        return b"\x69\x85" if command[1] == 0x88 else self.card.respond(command)


def test_a_card_that_does_not_sign():
    personality = PERSONALITIES["chip-debit"]
    assert tvr_of(personality, Unwilling(cards.VirtualCard(personality))) == DDA_FAILED


def test_an_answer_without_its_signature():
    personality = PERSONALITIES["chip-pin"]
    changed = Altered(cards.VirtualCard(personality), b"\x9f\x4b", b"\x9f\x4d")
    assert tvr_of(personality, changed) == DDA_FAILED | MISSING


@pytest.mark.parametrize("own_key", [True, False])
def test_a_pin_is_enciphered_under_the_key_for_pins_or_else_the_other_one(own_key):
    personality = replace(PERSONALITIES["chip-pin"], pin_key=own_key)
    _, data, reader = pay(cards.VirtualCard(personality), Desk(personality))
    assert data.get(0x9F34) == b"\x44\x03\x02" and any(
        command[:4] == b"\0\x20\0\x88" for command in reader.commands
    )


@pytest.mark.parametrize("change", [(0x9F2D, bytes(112)), (0x8F, b"\1")])
def test_a_key_for_pins_that_does_not_hold_gets_no_pin(change):
    personality = replace(PERSONALITIES["chip-pin"], changes=(change,), cvm=bytes(8) + b"\x44\x03\x1e\x03")
    desk = Desk(personality)
    _, data, _ = pay(cards.VirtualCard(personality), desk)
    assert data.get(0x9F34) == b"\x1e\x03\x00" and desk.given == []


class Unchallenging(Around):
    """Gives no challenge."""

    def respond(self, command):
        return b"\x6d\x00" if command[1] == 0x84 else self.card.respond(command)


def test_without_a_challenge_no_pin_is_sent():
    personality = PERSONALITIES["chip-pin"]
    desk = Desk(personality, pins=("1234", "1234"))
    _, data, reader = pay(Unchallenging(cards.VirtualCard(personality)), desk)
    assert not any(command[:4] == b"\0\x20\0\x88" for command in reader.commands)
    assert all(not any(pin) for pin in desk.given)
