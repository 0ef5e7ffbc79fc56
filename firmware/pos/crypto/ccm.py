# SPDX-License-Identifier: MIT
"""AES-CCM (RFC 3610, NIST SP 800-38C), on top of the AES block function."""

from pos.compat import aes_ecb
from pos.crypto.compare import equal
from pos.crypto.xor import xor_into

_BLOCK = 16


def _check(nonce, tag_size, aad, size):
    if not 7 <= len(nonce) <= 13 or tag_size not in (4, 6, 8, 10, 12, 14, 16):
        raise ValueError("CCM: nonce of 7 to 13 bytes, even tag of 4 to 16 bytes")
    if len(aad) >= 0xFF00 or size >> (8 * (15 - len(nonce))):
        raise ValueError("CCM: message too long")


def _absorb(aes, state, data):
    """CBC-MAC over `data`, padded with zeros to whole blocks."""
    for at in range(0, len(data), _BLOCK):
        xor_into(state, data, at, min(_BLOCK, len(data) - at))
        aes.encrypt(state, state)


def _mac(aes, nonce, plaintext, aad, tag_size):
    """Block B0, then associated data with its length, then the message: RFC 3610 section 2.2."""
    size_bytes = 15 - len(nonce)
    flags = (0x40 if aad else 0) | (tag_size - 2) // 2 << 3 | (size_bytes - 1)
    state = bytearray(_BLOCK)
    _absorb(aes, state, bytes((flags,)) + bytes(nonce) + len(plaintext).to_bytes(size_bytes, "big"))
    if aad:
        _absorb(aes, state, len(aad).to_bytes(2, "big") + bytes(aad))
    _absorb(aes, state, plaintext)
    return state


def _counter(nonce, number):
    size_bytes = 15 - len(nonce)
    return bytes((size_bytes - 1,)) + bytes(nonce) + number.to_bytes(size_bytes, "big")


def _apply_stream(aes, nonce, data):
    """Encipher or decipher the bytearray `data` in place: RFC 3610 section 2.3."""
    stream, view = bytearray(_BLOCK), memoryview(data)
    for at in range(0, len(data), _BLOCK):
        aes.encrypt(_counter(nonce, at // _BLOCK + 1), stream)
        xor_into(view[at:], stream, 0, min(_BLOCK, len(data) - at))


def _seal_tag(aes, nonce, state, tag_size):
    stream = bytearray(_BLOCK)
    aes.encrypt(_counter(nonce, 0), stream)
    xor_into(stream, state, 0, _BLOCK)
    return bytes(stream[:tag_size])


def encrypt(key, nonce, plaintext, aad=b"", tag_size=16):
    """Ciphertext followed by the tag. A nonce must never be used twice with one key."""
    _check(nonce, tag_size, aad, len(plaintext))
    aes, data = aes_ecb(key), bytearray(plaintext)
    tag = _seal_tag(aes, nonce, _mac(aes, nonce, data, aad, tag_size), tag_size)
    _apply_stream(aes, nonce, data)
    return bytes(data) + tag


def decrypt(key, nonce, ciphertext, aad=b"", tag_size=16):
    """Plaintext, or None when the tag does not match."""
    size = len(ciphertext) - tag_size
    _check(nonce, tag_size, aad, max(size, 0))
    if size < 0:
        return None
    aes, data = aes_ecb(key), bytearray(ciphertext[:size])
    _apply_stream(aes, nonce, data)
    tag = _seal_tag(aes, nonce, _mac(aes, nonce, data, aad, tag_size), tag_size)
    return bytes(data) if equal(tag, bytes(ciphertext[size:])) else None
