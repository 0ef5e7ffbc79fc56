# SPDX-License-Identifier: MIT
"""Fast DDA, version 01: the card has signed without a command of its own (EMV Contactless Book C-3 annex C)."""

from pos.cards import certificates, oda
from pos.cards.certificates import NotAuthentic
from pos.cards.qualifiers import CARD_DATA
from pos.compat import const

_VERSION = const(1)
_CAN_DDA = const(0x20)  # AIP byte 1


def genuine(data, ca_key):
    """Does the signature 9F4B over this transaction hold, up to the authority's key? The TVR is left alone."""
    if not data.get(0x82)[0] & _CAN_DDA:
        return False
    try:
        signed, said = certificates.wanted(data, 0x9F4B, CARD_DATA)
        if said[:1] != bytes((_VERSION,)):
            return False
        key = certificates.card_key(data, certificates.issuer_key(data, ca_key))
        dynamic = oda.signed_dynamic(key, signed, data.get(0x9F37), data.get(0x9F02), data.get(0x5F2A), said)
    except NotAuthentic:
        return False
    data.put(0x9F4C, dynamic[1 : 1 + dynamic[0]])
    return True
