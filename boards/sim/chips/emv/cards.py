# SPDX-License-Identifier: MIT
"""The virtual chip cards by name. Account numbers are public test numbers."""

from boards.sim.chips.emv.card import VirtualCard
from boards.sim.chips.emv.personality import (
    DDA,
    ENCIPHERED_PIN,
    ISSUER_BY_COMMAND,
    ONLINE_PIN,
    PDOL,
    PLAIN_PIN,
    SDA,
    TERMINAL_RISK,
    VERIFY_HOLDER,
    Personality,
)

VISA = bytes.fromhex("A0000000031010")
MASTERCARD = bytes.fromhex("A0000000041010")
UNIONPAY_DEBIT = bytes.fromhex("A000000333010101")
UNIONPAY_CREDIT = bytes.fromhex("A000000333010102")
_RISKS = VERIFY_HOLDER | TERMINAL_RISK

_CREDIT = ("VISA CREDIT", "4761739001010119")
_DEBIT = ("UNIONPAY DEBIT", "6223164991230014")
_MASTERCARD = ("MASTERCARD", "5413330089020011")
_SCRIPTED = ("VISA CREDIT", "4000056655665556")
_DECLINED = ("VISA CREDIT", "4000000000000002")

_ALL = (
    Personality(
        "chip-credit",
        "Visa credit card with CDA; signature; ARPC in the second cryptogram",
        VISA,
        *_CREDIT,
        pdol=PDOL,
    ),
    Personality(
        "chip-debit",
        "UnionPay debit card with DDA; PIN at the host; EXTERNAL AUTHENTICATE",
        UNIONPAY_DEBIT,
        *_DEBIT,
        aip=DDA | ISSUER_BY_COMMAND | _RISKS,
        cvm=ONLINE_PIN,
        arpc_method=1,
        has_directory=False,
        template_answers=False,
    ),
    Personality(
        "chip-pin",
        "Mastercard with DDA that checks its PIN (1234) itself, enciphered",
        MASTERCARD,
        *_MASTERCARD,
        aip=DDA | _RISKS,
        cvm=ENCIPHERED_PIN,
        pin_key=True,
    ),
    Personality(
        "chip-plain-pin",
        "Mastercard with SDA that checks its PIN (1234) itself, in clear",
        MASTERCARD,
        *_MASTERCARD,
        aip=SDA | _RISKS,
        cvm=PLAIN_PIN,
    ),
    Personality("chip-locked", "Card blocked by its issuer (6A81)", VISA, *_CREDIT, lock="card"),
    Personality(
        "chip-application-blocked", "Its application is blocked (6283)", VISA, *_CREDIT, lock="application"
    ),
    Personality(
        "chip-unusable", "Refuses by its conditions of use (6985)", VISA, *_CREDIT, lock="conditions"
    ),
    Personality(
        "chip-expired",
        "Expired; its issuer wants that declined",
        VISA,
        *_CREDIT,
        expiry="2212",
        action_codes=(bytes.fromhex("0040000000"), bytes(5), bytes(5)),
    ),
    Personality(
        "chip-offline-decline", "Declines by itself, whatever is asked", VISA, *_CREDIT, decision="decline"
    ),
    Personality(
        "chip-script",
        "Takes issuer scripts with MAC; wants to go online",
        VISA,
        *_SCRIPTED,
        decision="online",
    ),
    Personality("chip-declined", "Its issuer declines it (51)", VISA, *_DECLINED, decision="online"),
    Personality("chip-slow", "Answers each command after 200 ms", VISA, *_CREDIT, answer_ms=200),
    Personality(
        "chip-two",
        "Two UnionPay applications: the cardholder chooses",
        UNIONPAY_CREDIT,
        "UNIONPAY CREDIT",
        "6250947000000014",
        others=(
            Personality(
                "chip-two-debit", "", UNIONPAY_DEBIT, *_DEBIT, aip=DDA | _RISKS, priority=2, cvm=ONLINE_PIN
            ),
        ),
        has_directory=False,
    ),
)

PERSONALITIES = {personality.name: personality for personality in _ALL}


def card(name: str) -> VirtualCard:
    """A fresh card; KeyError for an unknown name."""
    return VirtualCard(PERSONALITIES[name])
