# SPDX-License-Identifier: MIT
"""Card data under one transaction's DUKPT data key (ANSI X9.24-3): a card_data envelope whose kid is the KSN.

The terminal id is authenticated with it, so that another terminal cannot send it as its own.
"""

from pos.cards import card_data
from pos.crypto.wipe import wipe

KSN_SIZE = 12


def aad(terminal):
    """What is authenticated beside the envelope; `terminal`: its id in bytes."""
    return card_data.AAD + terminal


def seal(key, terminal, epoch, seq, random5, pan, expiry, service_code, track2):
    """CARD_SIZE bytes; `key` is a TransactionKey that seals nothing else, the rest as of card_data.seal."""
    data_key = bytearray(16)
    key.working_key("data", data_key)
    try:
        card = pan, expiry, service_code, track2
        return card_data.seal(data_key, key.ksn, epoch, seq, random5, *card, aad(terminal))
    finally:
        wipe(data_key)
