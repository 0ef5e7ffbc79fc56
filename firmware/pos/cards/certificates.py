# SPDX-License-Identifier: MIT
"""Public keys of issuer and card out of their certificates (EMV Book 2 sections 5.1 to 5.3, 6.1 to 6.4, 7.1)."""

from binascii import hexlify
from hashlib import sha1

from pos.cards.dates import sortable
from pos.compat import const
from pos.crypto import rsa
from pos.crypto.compare import equal

_CA_INDEX = const(0x8F)  # tags
_ISSUER_CERTIFICATE = const(0x90)
_ISSUER_EXPONENT = const(0x9F32)
_ISSUER_REMAINDER = const(0x92)
_PAN = const(0x5A)
_DATE = const(0x9A)
_AID = const(0x84)
_SDA_TAG_LIST = const(0x9F4A)
_AIP = const(0x82)
_FOR_SIGNATURES = (0x9F46, 0x9F47, 0x9F48)  # certificate, exponent, remainder
_FOR_PINS = (0x9F2D, 0x9F2E, 0x9F2F)
_HEADER = const(0x6A)
_TRAILER = const(0xBC)
_HASH = const(20)
_SHA1 = const(1)
_RSA = const(1)
_AIP_ONLY = b"\x82"
_ISSUER = const(2)  # certificate formats
_CARD = const(4)


class NotAuthentic(Exception):
    """A signature or certificate does not hold, or `missing`: the card lacks data that it needs."""

    def __init__(self, missing=False):
        super().__init__("missing data" if missing else "not authentic")
        self.missing = missing


def wanted(data, *tags):
    """Values that authentication cannot do without."""
    values = [data.get(tag) for tag in tags]
    if any([value is None for value in values]):
        raise NotAuthentic(missing=True)
    return values


def recover(key, signed, kind, algorithm_at):
    """What a signature says; header, format `kind`, trailer and hash algorithm are as must be (Book 2 annex A2.1)."""
    modulus, exponent = key
    try:
        said = rsa.recover(modulus, exponent, signed)
    except ValueError:
        raise NotAuthentic() from None
    if said[0] != _HEADER or said[1] != kind or said[-1] != _TRAILER or said[algorithm_at] != _SHA1:
        raise NotAuthentic()
    return said


def check_hash(said, *parts):
    """The hash over what was recovered, its own place left out, and over what stands outside of it."""
    digest = sha1(said[1 : -_HASH - 1])
    for part in parts:
        if callable(part):
            part(digest)
        else:
            digest.update(part)
    if not equal(digest.digest(), said[-_HASH - 1 : -1]):
        raise NotAuthentic()


def _expired(mmyy, today):
    """Valid to the end of its month; `today` is YYMMDD in BCD."""
    return sortable(bytes((mmyy[1], mmyy[0]))) < sortable(today[:2])


def _key(said, fields, remainder, exponent):
    """(modulus, exponent) of a certificate whose key begins behind `fields` bytes."""
    size, exponent_size = said[fields - 2], said[fields - 1]
    inside = len(said) - fields - _HASH - 1
    if exponent_size != len(exponent) or size != min(size, inside) + len(remainder):
        raise NotAuthentic()
    if exponent not in (b"\x03", b"\x01\x00\x01"):
        raise NotAuthentic()
    return said[fields : fields + min(size, inside)] + remainder, int.from_bytes(exponent, "big")


def _digits(value):
    return hexlify(value).decode().upper().rstrip("F")


def issuer_key(data, ca_key):
    """The issuer's key out of tags 8F, 90, 92 and 9F32; NotAuthentic when it does not hold.

    `ca_key(rid, index)` gives (modulus, exponent) of an authority's key that may be used, or None.
    """
    index, certificate, exponent, pan, today = wanted(
        data, _CA_INDEX, _ISSUER_CERTIFICATE, _ISSUER_EXPONENT, _PAN, _DATE
    )
    authority = ca_key(data.get(_AID)[:5], index[0]) if len(index) == 1 else None
    if authority is None:
        raise NotAuthentic()
    remainder = data.get(_ISSUER_REMAINDER) or b""
    said = recover(authority, certificate, _ISSUER, 11)
    if said[12] != _RSA or _expired(said[6:8], today):
        raise NotAuthentic()
    if not 3 <= len(_digits(said[2:6])) <= 8 or not _digits(pan).startswith(_digits(said[2:6])):
        raise NotAuthentic()
    check_hash(said, remainder, exponent)
    return _key(said, 15, remainder, exponent)


def signed_by_issuer(data):
    """Records that the AFL marks, then the AIP where tag 9F4A names it, and nothing else (Book 3 section 10.3)."""
    tags = data.get(_SDA_TAG_LIST)
    if tags not in (None, _AIP_ONLY):
        raise NotAuthentic()
    return (data.hash_signed,) + ((data.get(_AIP),) if tags else ())


def card_key(data, issuer):
    """The card's key for signatures."""
    return _card_key(data, issuer, _FOR_SIGNATURES, *signed_by_issuer(data))


def pin_key(data, issuer):
    """The card's key for PINs, or its other one: Book 2 section 7.1."""
    if data.get(_FOR_PINS[0]) is None:
        return card_key(data, issuer)
    return _card_key(data, issuer, _FOR_PINS)


def _card_key(data, issuer, tags, *signed):
    """`tags`: certificate, exponent, remainder; `signed` is what the certificate's hash covers besides."""
    certificate, exponent, pan, today = wanted(data, tags[0], tags[1], _PAN, _DATE)
    remainder = data.get(tags[2]) or b""
    said = recover(issuer, certificate, _CARD, 17)
    if said[18] != _RSA or _expired(said[12:14], today):
        raise NotAuthentic()
    if _digits(said[2:12]) != _digits(pan):
        raise NotAuthentic()
    check_hash(said, remainder, exponent, *signed)
    return _key(said, 21, remainder, exponent)
