# SPDX-License-Identifier: MIT
"""Terminal and card transaction qualifiers, tags 9F66 and 9F6C (EMV Contactless Books A and C-3, JR/T 0025.12)."""

from pos.cards.outcome import DEVICE, NO_CVM, ONLINE_PIN, SIGNATURE
from pos.compat import const

TTQ = const(0x9F66)  # tags
CTQ = const(0x9F6C)
CARD_DATA = const(0x9F69)
SIGNED = const(0x9F4B)
_OFFLINE_ONLY = const(0x08)  # TTQ byte 1
_CAN_PIN = const(0x04)
_CAN_SIGN = const(0x02)
ONLINE_NEEDED = const(0x80)  # TTQ byte 2, of this transaction
_CVM_NEEDED = const(0x40)
_PIN = const(0x80)  # CTQ byte 1
_SIGN = const(0x40)
ONLINE_IF_NOT_GENUINE = const(0x20)
INSERT_IF_NOT_GENUINE = const(0x10)
ONLINE_IF_EXPIRED = const(0x08)
_DEVICE_VERIFIED = const(0x80)  # CTQ byte 2
_UNIT = const(100)  # one unit of currency in minor units


def prepared(application, amount):
    """The TTQ for this amount (Book B section 3.1.1), b"" where the kernel has none; None: not contactless."""
    if not amount and not application.zero_amount:
        return None
    ttq = application.ttq
    if not ttq:
        return ttq
    if amount >= application.limit or not amount and ttq[0] & _OFFLINE_ONLY:
        return None
    single = application.status_check and amount == _UNIT
    needed = ONLINE_NEEDED if not amount or single or amount > application.floor_limit else 0
    if amount >= application.cvm_limit:
        needed |= _CVM_NEEDED
    return bytes((ttq[0], ttq[1] & 0x3F | needed)) + ttq[2:]


def of_refund(ttq):
    """Nobody is verified, and no card approves it out of what it may spend offline."""
    return bytes((ttq[0], ttq[1] & 0x3F | ONLINE_NEEDED)) + ttq[2:]


def verification(data, offline):
    """How the cardholder is verified (Book C-3 section 5.7); None: not as it must be. `offline`: the card approves."""
    ttq, ctq = data.get(TTQ), data.get(CTQ)
    needed = ttq[1] & _CVM_NEEDED
    if ctq is None:
        return NO_CVM if not needed else SIGNATURE if ttq[0] & _CAN_SIGN else None
    if ctq[0] & _PIN and ttq[0] & _CAN_PIN:
        return ONLINE_PIN
    if ctq[1] & _DEVICE_VERIFIED:
        return DEVICE if _vouched(data, ctq, offline) else None
    if ctq[0] & _SIGN and ttq[0] & _CAN_SIGN:
        return SIGNATURE
    return None if needed else NO_CVM


def _vouched(data, ctq, offline):
    """The signed copy of the CTQ in 9F69 says the same; only a request for the host can do without."""
    signed = data.get(CARD_DATA)
    return not offline if signed is None else signed[5:7] == ctq
