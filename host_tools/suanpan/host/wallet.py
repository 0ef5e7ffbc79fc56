# SPDX-License-Identifier: MIT
"""The sandbox wallet: decides a sale by payment code as the code's last two digits say (docs/host.md)."""

from pos.domain.codes import CodeError, wallet
from suanpan.host import sandbox
from suanpan.host.verdict import APPROVED, BAD_CARD, Request, Verdict, behave


class SandboxWallet:
    """Codes of a known wallet are approved, except for the documented endings."""

    def decide(self, request: Request) -> Verdict:
        """Decision on a sale by payment code."""
        try:
            wallet(request.number)
        except CodeError:
            return Verdict(BAD_CARD)
        code = sandbox.codes.get(request.number[-2:], {"behaviour": {"code": APPROVED}})
        return behave(code["behaviour"], request.amount)
