# SPDX-License-Identifier: MIT
"""What the terminal shows first, and what is given to it: cards and codes by the customer, answers by the host."""

from edges import NOW_S

CREDIT = ";6250941234560014=30121010000000000000?"
OTHER = ";4111111111111111=30121010000000000000?"
CHIP = ";6250941234560014=30122010000000000000?"
CODE = "134567890123456789"
IDLE, PRESENT = "Enter amount", "Swipe card or scan code"


def approved(amount, code="00"):
    """The host's answer, as messages.parse_down gives it."""
    return {"epoch": 1, "seq": 0, "code": code, "auth_code": "123456", "reference": "000000000042",
            "amount": amount, "time_s": NOW_S}  # fmt: skip


def declined(code):
    answer = approved(0, code)
    answer["auth_code"] = ""
    return answer


def swipe(track2):
    from pos.drivers.magstripe import StripeRead

    return "stripe", StripeRead(None, track2)


def bad_swipe(reason):
    from pos.drivers.magstripe import StripeError

    return "stripe", StripeError(reason)


def scan(code):
    return "scanner", code


def bad_scan():
    from pos.drivers.gm65 import ScanError

    return "scanner", ScanError("unreadable")


def to_card(amount="1 2 3 4"):
    """The steps of a sale up to the swiped card."""
    return (IDLE, amount + " ENTER"), (PRESENT, swipe(CREDIT))
