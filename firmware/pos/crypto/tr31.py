# SPDX-License-Identifier: MIT
"""Key blocks (ANSI X9.143-2022, the successor of TR-31; version D): a key that came enciphered and bound to its use.

The header is read as it stands; nothing of it counts before the block's MAC is right.
"""

from binascii import unhexlify
from collections import namedtuple

from pos.compat import aes_cbc_clear, const
from pos.crypto.cmac import cmac
from pos.crypto.compare import equal
from pos.crypto.wipe import wipe

_HEADER, _MAC = const(16), const(16)
_LONGEST = const(512)  # characters: an AES-256 key with 200 of optional blocks
_ENCRYPTION, _AUTHENTICATION = const(0), const(1)
_ALGORITHM = {16: 2, 24: 3, 32: 4}  # of the protection key, by its length in bytes
_DIGITS = "0123456789"

# Usage, algorithm, mode of use, version and exportability as in X9.143 section 6.3; blocks: {id: text}.
Header = namedtuple("Header", "usage algorithm mode version exportability blocks")


class KeyBlockError(Exception):
    """The block was made under another protection key, or was changed."""


def unwrap(protection_key, block):
    """(Header, key) of a block in ASCII; the key is a bytearray that the caller wipes.

    ValueError: not a key block of version D. KeyBlockError: see there.
    """
    header, end = parse(block)
    sealed = _from_hex(block[end:])
    if len(sealed) < _MAC + 32 or len(sealed) % 16:
        raise ValueError("key block: malformed")
    data, mac = sealed[:-_MAC], sealed[-_MAC:]
    clear = bytearray(aes_cbc_clear(derived(protection_key, _ENCRYPTION), mac, data))
    try:
        signed = bytearray(block[:end].encode()) + clear
        right = equal(cmac(derived(protection_key, _AUTHENTICATION), signed), mac)
        wipe(signed)
        if not right:
            raise KeyBlockError()
        return header, _key(clear)
    finally:
        wipe(clear)


def parse(block):
    """(Header, index of its end) of a key block, not yet authenticated. ValueError when malformed."""
    if not _HEADER < len(block) <= _LONGEST or block[0] != "D":
        raise ValueError("key block: version D wanted")
    if _number(block[1:5]) != len(block):
        raise ValueError("key block: not of the length that it says")
    blocks, end = {}, _HEADER
    for _ in range(_number(block[12:14])):
        name, size = block[end : end + 2], _number(block[end + 2 : end + 4], 16)
        if size < 4 or end + size > len(block) or name in blocks:
            raise ValueError("key block: malformed")
        blocks[name] = block[end + 4 : end + size]
        end += size
    if end % 16:
        raise ValueError("key block: malformed")
    return Header(block[5:7], block[7], block[8], block[9:11], block[11], blocks), end


def derived(protection_key, purpose):
    """Key for `purpose`, of the length of the protection key: X9.143 section 7.2, by CMAC in counter mode."""
    size = len(protection_key)
    if size not in _ALGORITHM:
        raise ValueError("key block: protection keys of 16, 24 or 32 bytes")
    tail = bytes((0, purpose, 0, 0, _ALGORITHM[size])) + (size * 8).to_bytes(2, "big")
    parts = [cmac(protection_key, bytes((count + 1,)) + tail) for count in range(-(-size // 16))]
    return b"".join(parts)[:size]


def _number(text, base=10):
    """Digits of the base, upper case, and nothing else: int() takes signs and spaces too."""
    allowed = _DIGITS + ("ABCDEF" if base == 16 else "")
    if not text or any([char not in allowed for char in text]):
        raise ValueError("key block: malformed")
    return int(text, base)


def _from_hex(text):
    _number(text, 16)
    return unhexlify(text) if not len(text) % 2 else b""


def _key(clear):
    """The key inside: its length in bits, itself, random bytes."""
    bits = clear[0] << 8 | clear[1]
    if not bits or bits % 8 or bits // 8 > len(clear) - 2:
        raise ValueError("key block: malformed")
    return clear[2 : 2 + bits // 8]
