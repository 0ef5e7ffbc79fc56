# SPDX-License-Identifier: MIT
"""The sandbox issuer: decides a sale by card as the test card says (docs/host.md lists the cards)."""

import hashlib
import os
from collections import defaultdict

from pos.cards.luhn import luhn_valid
from suanpan.host import sandbox
from suanpan.host.icc import CHIPS
from suanpan.host.schema import Identity
from suanpan.host.verdict import (
    APPROVED,
    BAD_CARD,
    BAD_PIN,
    FORMAT,
    PIN_TRIES,
    REFUSED,
    Request,
    Verdict,
    behave,
)

TRIES = 3  # wrong PINs, then only a restart of the sandbox helps


class SandboxIssuer:
    """Test cards behave as documented; any other number with a right check digit is approved."""

    def __init__(self) -> None:
        self._salt = os.urandom(16)
        self._wrong: dict[bytes, set[Identity]] = defaultdict(
            set
        )  # sales with a wrong PIN, since a right one

    def decide(self, request: Request) -> Verdict:
        """Decision on a sale by card."""
        return _forged(request) or self._pin_refused(request) or _by_card(request)

    def tell_card(self, request: Request, verdict: Verdict) -> bytes:
        """What a chip card hears of the verdict (ISO 8583 data element 55); nothing unless it asked itself."""
        chip = request.chip
        if chip is None or verdict.alarm or not chip.genuine:
            return b""
        return chip.answer(verdict.code, verdict.approved, _card(request).get("scripts", []))

    def _pin_refused(self, request: Request) -> Verdict | None:
        if request.pin is None:
            return Verdict(BAD_PIN) if _pin_missing(request) else None
        wrong = self._wrong[self._digest(request.number)]
        try:
            right = request.pin.matches(request.number, _card(request).get("pin", sandbox.PIN))
        except ValueError as error:
            return Verdict(FORMAT, alarm="pin-block", detail=str(error))
        if len(wrong - {request.identity}) >= TRIES:
            return Verdict(PIN_TRIES)
        if right:
            wrong.clear()
            return None
        wrong.add(request.identity)
        return Verdict(BAD_PIN)

    def _digest(self, number: str) -> bytes:
        """Stands for a number that is not to stay in memory."""
        return hashlib.blake2b(number.encode(), key=self._salt, digest_size=16).digest()


def _card(request: Request) -> dict:
    return sandbox.issued.get(request.number, {})


def _forged(request: Request) -> Verdict | None:
    chip = request.chip
    if chip is None:
        return None
    if not chip.genuine:
        return Verdict(REFUSED, alarm="cryptogram", detail="not the card's own for this amount")
    if request.seen:
        return Verdict(REFUSED, alarm="cryptogram", detail="it came with another sale before")
    return None


def _pin_missing(request: Request) -> bool:
    """The terminal says that it was entered, or the card's issuer wants it for such an amount."""
    said = request.chip is not None and request.chip.with_pin
    amount = request.amount
    return said or (request.entry in CHIPS and amount > _card(request).get("pin_above", amount))


def _by_card(request: Request) -> Verdict:
    if request.number in sandbox.issued:
        return behave(_card(request)["behaviour"], request.amount)
    return Verdict(APPROVED, request.amount) if luhn_valid(request.number) else Verdict(BAD_CARD)
