# SPDX-License-Identifier: MIT
"""Opens card data that a terminal sealed: COSE_Encrypt0, AES-CCM-16-128-128 (RFC 9052 section 5.2, RFC 9053 4.2).

The number lives only in the caller's variable: it is never stored, logged or put into a message.
"""

from dataclasses import dataclass
from functools import lru_cache

import cbor2
from cwt import COSE, COSEKey
from cwt.exceptions import CWTError

from pos.cards import card_data
from pos.codec import cose

_ENCRYPT0_TAG = b"\xd0"  # CBOR tag 16; terminals leave it out (RFC 9052 section 2)


@dataclass(frozen=True, repr=False)
class CardData:
    """What the stripe or the code said; without a repr, so that no log shows it."""

    pan: str
    expiry: str
    service_code: str
    track2: str


def unseal(key16: bytes, sealed: bytes, aad: bytes = card_data.AAD, keep: bool = True) -> CardData:
    """Clear card data; `keep` a key that opens more. ValueError: not made with this key, or malformed."""
    kid, _ = header(sealed)
    try:
        key = (_kept if keep else _key)(key16, kid)
        plaintext = COSE.new().decode(_ENCRYPT0_TAG + sealed, key, external_aad=aad)
        return CardData(*card_data.parse(plaintext))
    except (CWTError, cbor2.CBORDecodeError, ValueError, TypeError, AttributeError, LookupError) as error:
        raise ValueError("card data does not open") from error


def header(sealed: bytes) -> tuple[bytes, bytes]:
    """(key id, nonce) as `sealed` says. ValueError when it is malformed."""
    try:
        unprotected = cbor2.loads(sealed)[1]
        kid, nonce = unprotected[cose.KID], unprotected[cose.IV]
    except (cbor2.CBORDecodeError, ValueError, TypeError, LookupError) as error:
        raise ValueError("card data does not open") from error
    if not isinstance(kid, bytes) or not isinstance(nonce, bytes):
        raise ValueError("card data does not open")
    return kid, nonce


def _key(key16: bytes, kid: bytes):
    return COSEKey.from_symmetric_key(key16, alg="AES-CCM-16-128-128", kid=kid)


_kept = lru_cache(maxsize=10_000)(_key)
