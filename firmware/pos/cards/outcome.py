# SPDX-License-Identifier: MIT
"""Outcomes of a contactless card and what the reader asks to be shown (EMV Contactless Book A sections 6 and 9)."""

from collections import namedtuple

from pos.compat import const

APPROVED, DECLINED, ONLINE = "approved", "declined", "online"
OTHER_WAY = "other way"  # insert or swipe
ENDED = "ended"  # this card cannot be used here; another one may be
TAP_AGAIN, SELECT_NEXT = "tap again", "select next"  # only between the steps

# How the cardholder is verified after the tap, or has been.
NO_CVM, SIGNATURE, ONLINE_PIN, DEVICE = "none", "signature", "online pin", "device"

# User interface requests: message identifiers of Book A table 9-3.
SHOW_APPROVED = const(0x03)
SHOW_DECLINED = const(0x07)
SHOW_PIN = const(0x09)
PRESENT_CARD = const(0x15)
PROCESSING = const(0x16)
CARD_READ = const(0x17)  # remove the card
INSERT_OR_SWIPE = const(0x18)
ONE_CARD = const(0x19)
SHOW_SIGN = const(0x1A)
AUTHORISING = const(0x1B)
ANOTHER_CARD = const(0x1C)
INSERT = const(0x1D)
SEE_PHONE = const(0x20)
PRESENT_AGAIN = const(0x21)

# reason: why it is neither approved nor to be asked of the host. message: what to show. cvm: as above.
Outcome = namedtuple("Outcome", "result reason message cvm")


def approved(cvm):
    return Outcome(APPROVED, "", SHOW_SIGN if cvm == SIGNATURE else SHOW_APPROVED, cvm)


def online(cvm):
    return Outcome(ONLINE, "", SHOW_PIN if cvm == ONLINE_PIN else AUTHORISING, cvm)


def declined(reason="card"):
    return Outcome(DECLINED, reason, SHOW_DECLINED, NO_CVM)


def other_way(reason, message=INSERT_OR_SWIPE):
    return Outcome(OTHER_WAY, reason, message, NO_CVM)


def ended(reason):
    return Outcome(ENDED, reason, ANOTHER_CARD, NO_CVM)


def tap_again(reason, message):
    return Outcome(TAP_AGAIN, reason, message, NO_CVM)


def select_next(reason):
    return Outcome(SELECT_NEXT, reason, ANOTHER_CARD, NO_CVM)
