# SPDX-License-Identifier: MIT
"""What was presented, by the reader that it came from; what cannot be used is heard at once."""

from pos.flows.entry import STRIPE


def worth(terminal, amount, who, what, error, chip_failed):
    """(string key of what is wrong, None) or ('', payment)."""
    if who == STRIPE:
        from pos.flows import stripe

        voice = "voice_swipe_again"
        wrong, payment = stripe.payment_of(amount, what, error, chip_failed)
    else:
        from pos.flows import code

        voice = "voice_scan_again"
        wrong, payment = code.payment_of(amount, what, error)
    if wrong:
        terminal.operator.beep("error")
        terminal.operator.say("voice_chip" if wrong == "card_has_chip" else voice)
        terminal.log.event("present_refused", reason=wrong, cause=str(error) if error else "")
    return wrong, payment
