# SPDX-License-Identifier: MIT
"""Fast DDA, version 01: the card has signed without a command of its own (EMV Contactless Book C-3 annex C)."""

from pos.cards import certificates, oda
from pos.cards.certificates import NotAuthentic
from pos.cards.qualifiers import CARD_DATA, SIGNED
from pos.compat import const

_AIP = const(0x82)  # tags
_AMOUNT = const(0x9F02)
_CURRENCY = const(0x5F2A)
_UNPREDICTABLE_NUMBER = const(0x9F37)
_DYNAMIC_NUMBER = const(0x9F4C)
_VERSION = b"\x01"
_CAN_DDA = const(0x20)  # AIP byte 1


def genuine(data, ca_key):
    """Does the signature 9F4B over this transaction hold, up to the authority's key? The TVR is left alone."""
    if not data.get(_AIP)[0] & _CAN_DDA:
        return False
    try:
        signed, said = certificates.wanted(data, SIGNED, CARD_DATA)
        if said[:1] != _VERSION:
            return False
        key = certificates.card_key(data, certificates.issuer_key(data, ca_key))
        dynamic = oda.signed_dynamic(
            key, signed, data.get(_UNPREDICTABLE_NUMBER), data.get(_AMOUNT), data.get(_CURRENCY), said
        )
    except NotAuthentic:
        return False
    data.put(_DYNAMIC_NUMBER, dynamic[1 : 1 + dynamic[0]])
    return True
