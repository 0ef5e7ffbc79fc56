# SPDX-License-Identifier: MIT
"""The sandbox issuer: decides a sale by card as the test card says (docs/host.md lists the cards)."""

from pos.cards.luhn import luhn_valid
from suanpan.host import sandbox
from suanpan.host.verdict import APPROVED, BAD_CARD, FORMAT, Request, Verdict, behave


class SandboxIssuer:
    """Test cards behave as documented; any other number with a right check digit is approved."""

    def __init__(self) -> None:
        self._cards = {card["pan"]: card["behaviour"] for card in sandbox.cards.values()}

    def decide(self, request: Request) -> Verdict:
        """Decision on a sale by card."""
        if not request.number:
            return Verdict(FORMAT)
        if request.number in self._cards:
            return behave(self._cards[request.number], request.amount)
        return Verdict(APPROVED, request.amount) if luhn_valid(request.number) else Verdict(BAD_CARD)
