# SPDX-License-Identifier: MIT
"""Why a card cannot go on. A reason is a short text for the log and the catalogue; it never quotes the card."""


class CardError(Exception):
    """`reason`: removed, silent, malformed, endless, missing data, blocked, unsupported, refused, cancelled,
    two cards."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


class CardRemoved(CardError):
    """The card is gone; raised by readers."""

    def __init__(self):
        super().__init__("removed")


class CardSilent(CardError):
    """No answer within the card's own waiting time."""

    def __init__(self):
        super().__init__("silent")


class TwoCards(CardError):
    """More than one card in the field; raised by readers."""

    def __init__(self):
        super().__init__("two cards")
