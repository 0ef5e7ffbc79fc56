# SPDX-License-Identifier: MIT
"""What was presented, by the reader that it came from; what cannot be used is heard at once."""

from pos.flows.entry import STRIPE


def worth(terminal, amount, who, what, error):
    """(string key of what is wrong, None) or ('', payment)."""
    if who == STRIPE:
        from pos.flows.stripe import payment_of

        voice = "voice_swipe_again"
    else:
        from pos.flows.code import payment_of

        voice = "voice_scan_again"
    wrong, payment = payment_of(amount, what, error)
    if wrong:
        terminal.operator.beep("error")
        terminal.operator.say("voice_chip" if wrong == "card_has_chip" else voice)
        terminal.log.event("present_refused", reason=wrong, cause=str(error) if error else "")
    return wrong, payment
