# SPDX-License-Identifier: MIT
"""COSE envelopes (RFC 9052): COSE_Mac0 with HMAC 256/256 and COSE_Encrypt0 with AES-CCM-16-128-128.

Algorithm numbers from RFC 9053 tables 3 and 6. Written untagged; tag 17 or 16 is accepted when reading.
"""

from pos.codec import cbor
from pos.codec.cbor_encode import put_head
from pos.crypto import ccm
from pos.crypto.compare import equal
from pos.crypto.hmac import Hmac

ALGORITHM, CRITICAL, KID, IV = 1, 2, 4, 5  # header labels, RFC 9052 table 3
HMAC_256, AES_CCM_16_128_128 = 5, 30
_TAG_ENCRYPT0, _TAG_MAC0 = 16, 17
_NONCE_SIZE, _TAG_SIZE = 13, 16


class MacError(Exception):
    """The message was not made with this key, or was changed on its way."""


def _protected(algorithm):
    return cbor.dumps({ALGORITHM: algorithm})


def _string_head(length):
    head = bytearray()
    put_head(head, 2, length)
    return head


def _mac(key, protected, aad, payload):
    """HMAC over the MAC_structure of RFC 9052 section 6.3, fed piece by piece to spare a copy."""
    mac = Hmac(key)
    mac.update(b"\x84\x64MAC0")
    for part in (protected, aad, payload):
        mac.update(_string_head(len(part)))
        mac.update(part)
    return mac.digest()


def _open(message, tag, algorithm, size):
    """(protected bytes, unprotected map, further members) of a COSE array; ValueError when malformed."""
    parts = cbor.loads(message)
    if isinstance(parts, cbor.Tagged) and parts.tag == tag:
        parts = parts.value
    if not isinstance(parts, list) or len(parts) != size or not isinstance(parts[1], dict):
        raise ValueError("COSE: wrong structure")
    if not all([isinstance(part, bytes) for part in parts[:1] + parts[2:]]):
        raise ValueError("COSE: wrong structure")
    header = cbor.loads(parts[0]) if parts[0] else {}
    if not isinstance(header, dict) or header.get(ALGORITHM) != algorithm or CRITICAL in header:
        raise ValueError("COSE: wrong algorithm")
    return parts[0], parts[1], parts[2:]


def mac0(key32, payload, kid, aad):
    """COSE_Mac0 around `payload` (bytes-like), with `kid` (bytes) unprotected."""
    protected = _protected(HMAC_256)
    tag = _mac(key32, protected, aad, payload)
    return cbor.dumps([protected, {KID: kid}, payload, tag])


def open_mac0(key32, message, aad):
    """Payload of an authentic COSE_Mac0. MacError: wrong key or changed. ValueError: malformed."""
    protected, _, (payload, tag) = _open(message, _TAG_MAC0, HMAC_256, 4)
    if not equal(tag, _mac(key32, protected, aad, payload)):
        raise MacError("MAC does not match")
    return payload


def mac0_parts(message):
    """(protected, key identifier, payload, tag) of a COSE_Mac0, NOT authenticated. ValueError when malformed."""
    protected, unprotected, (payload, tag) = _open(message, _TAG_MAC0, HMAC_256, 4)
    kid = unprotected.get(KID)
    if not isinstance(kid, bytes):
        raise ValueError("COSE: no key identifier")
    return protected, kid, payload, tag


def _encrypt_aad(protected, aad):
    """Enc_structure of RFC 9052 section 5.3."""
    return cbor.dumps(["Encrypt0", protected, aad])


def encrypt0(key16, nonce13, plaintext, kid, aad):
    """COSE_Encrypt0 around `plaintext`; a nonce must never be used twice with one key."""
    protected = _protected(AES_CCM_16_128_128)
    ciphertext = ccm.encrypt(key16, nonce13, plaintext, _encrypt_aad(protected, aad), _TAG_SIZE)
    return cbor.dumps([protected, {KID: kid, IV: nonce13}, ciphertext])


def open_encrypt0(key16, message, aad):
    """Plaintext of an authentic COSE_Encrypt0. MacError: wrong key or changed. ValueError: malformed."""
    protected, header, (ciphertext,) = _open(message, _TAG_ENCRYPT0, AES_CCM_16_128_128, 3)
    nonce = header.get(IV)
    if not isinstance(nonce, bytes) or len(nonce) != _NONCE_SIZE or len(ciphertext) < _TAG_SIZE:
        raise ValueError("COSE: wrong nonce or ciphertext")
    plaintext = ccm.decrypt(key16, nonce, ciphertext, _encrypt_aad(protected, aad), _TAG_SIZE)
    if plaintext is None:
        raise MacError("tag does not match")
    return plaintext
