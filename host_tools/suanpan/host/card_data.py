# SPDX-License-Identifier: MIT
"""Opens card data that a terminal sealed (pos.cards.card_data), with a COSE library of its own: cwt."""

import cbor2
from cwt import COSE, COSEKey
from cwt.exceptions import CWTError

from pos.cards.card_data import AAD, CardData, parse

_TAG_ENCRYPT0, _KID = 16, 4


class CardDataError(Exception):
    """The sealed card was not made with this terminal's key, or is damaged."""


def unseal(key16: bytes, sealed: bytes) -> CardData:
    """Account number or payment code, expiry, service code and track 2. CardDataError when it does not open."""
    try:
        members = cbor2.loads(sealed)
        key = COSEKey.from_symmetric_key(key16, alg="AES-CCM-16-128-128", kid=members[1][_KID])
        message = cbor2.CBORTag(_TAG_ENCRYPT0, members)  # terminals leave the tag out; cwt goes by it
        return parse(COSE.new().decode(message, key, external_aad=AAD))
    except (CWTError, cbor2.CBORError, ValueError, KeyError, IndexError, TypeError) as error:
        raise CardDataError("sealed card does not open") from error
