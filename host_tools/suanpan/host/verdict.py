# SPDX-License-Identifier: MIT
"""What is asked of an issuer or wallet, and what it decides (response codes: ISO 8583 data element 39)."""

from dataclasses import dataclass

from suanpan.host.arqc import ChipRequest
from suanpan.host.online_pin import OnlinePin
from suanpan.host.schema import Identity

APPROVED, PARTIAL = "00", "10"
REFUSED, INVALID, BAD_AMOUNT, BAD_CARD, NOT_FOUND, FORMAT = "05", "12", "13", "14", "25", "30"
OVER_LIMIT = "61"
BAD_PIN, PIN_TRIES = "55", "75"
NOW, LATE, NEVER = "now", "late", "never"


@dataclass(frozen=True, repr=False)
class Request:
    """A sale to decide: `number` is the PAN, or the payment code when entry is Q. Without a repr, for logs."""

    identity: Identity
    amount: int
    currency: str
    entry: str
    number: str
    chip: ChipRequest | None = None
    pin: OnlinePin | None = None
    seen: bool = False  # the chip's cryptogram came with another sale before


@dataclass(frozen=True)
class Verdict:
    """The decision, the amount it covers, and whether the terminal hears of it now, late or never."""

    code: str
    amount: int = 0
    answer: str = NOW
    alarm: str = ""  # of the host's catalogue
    detail: str = ""
    icc: bytes = b""  # for the card
    cryptogram: bytes | None = None  # that it asked with

    @property
    def approved(self) -> bool:
        """True for the whole amount; a partial approval is not one."""
        return self.code == APPROVED


def behave(behaviour: dict, amount: int) -> Verdict:
    """Verdict of a sandbox behaviour: `code`, and optionally `limit`, `balance` (minor units), `answer`."""
    code = behaviour["code"]
    if amount > behaviour.get("limit", amount):
        return Verdict(OVER_LIMIT)
    if amount > behaviour.get("balance", amount):
        return Verdict(PARTIAL, behaviour["balance"])
    return Verdict(code, amount if code == APPROVED else 0, behaviour.get("answer", NOW))
