# SPDX-License-Identifier: MIT
"""SHA-512 (FIPS 180-4), for runtimes whose hashlib has none: MicroPython's has SHA-256 at most."""

import struct
from array import array
from binascii import unhexlify

try:
    from pos.crypto.sha512_native import compress
except (ImportError, SyntaxError, AttributeError, ValueError):  # no native emitter here
    from pos.crypto.sha512_plain import compress

_BLOCK = 128
_START = unhexlify(
    b"6a09e667f3bcc908bb67ae8584caa73b3c6ef372fe94f82ba54ff53a5f1d36f1"
    b"510e527fade682d19b05688c2b3e6c1f1f83d9abfb41bd6b5be0cd19137e2179"
)
_K = unhexlify(
    b"428a2f98d728ae227137449123ef65cdb5c0fbcfec4d3b2fe9b5dba58189dbbc3956c25bf348b538"
    b"59f111f1b605d019923f82a4af194f9bab1c5ed5da6d8118d807aa98a303024212835b0145706fbe"
    b"243185be4ee4b28c550c7dc3d5ffb4e272be5d74f27b896f80deb1fe3b1696b19bdc06a725c71235"
    b"c19bf174cf692694e49b69c19ef14ad2efbe4786384f25e30fc19dc68b8cd5b5240ca1cc77ac9c65"
    b"2de92c6f592b02754a7484aa6ea6e4835cb0a9dcbd41fbd476f988da831153b5983e5152ee66dfab"
    b"a831c66d2db43210b00327c898fb213fbf597fc7beef0ee4c6e00bf33da88fc2d5a79147930aa725"
    b"06ca6351e003826f142929670a0e6e7027b70a8546d22ffc2e1b21385c26c9264d2c6dfc5ac42aed"
    b"53380d139d95b3df650a73548baf63de766a0abb3c77b2a881c2c92e47edaee692722c851482353b"
    b"a2bfe8a14cf10364a81a664bbc423001c24b8b70d0f89791c76c51a30654be30d192e819d6ef5218"
    b"d69906245565a910f40e35855771202a106aa07032bbd1b819a4c116b8d2d0c81e376c085141ab53"
    b"2748774cdf8eeb9934b0bcb5e19b48a8391c0cb3c5c95a634ed8aa4ae3418acb5b9cca4f7763e373"
    b"682e6ff3d6b2b8a3748f82ee5defb2fc78a5636f43172f6084c87814a1f0ab728cc702081a6439ec"
    b"90befffa23631e28a4506cebde82bde9bef9a3f7b2c67915c67178f2e372532bca273eceea26619c"
    b"d186b8c721c0c207eada7dd6cde0eb1ef57d4f7fee6ed17806f067aa72176fba0a637dc5a2c898a6"
    b"113f9804bef90dae1b710b35131c471b28db77f523047d8432caab7b40c724933c9ebe0a15c9bebc"
    b"431d67c49c100d4c4cc5d4becb3e42b6597f299cfc657e2a5fcb6fab3ad6faec6c44198c4a475817"
)


class Sha512:
    """As hashlib's: `update` piece by piece, then `digest` once."""

    def __init__(self, data=b""):
        self._state = array("I", struct.unpack(">16I", _START))
        self._room = array("I", bytes(64)), array("I", bytes(640))
        self._block = bytearray(_BLOCK)
        self._size = 0
        self.update(data)

    def update(self, data):
        view, at = memoryview(data), 0
        while at < len(view):
            used = self._size % _BLOCK
            part = min(_BLOCK - used, len(view) - at)
            self._block[used : used + part] = view[at : at + part]
            self._size, at = self._size + part, at + part
            if used + part == _BLOCK:
                compress(self._state, self._block, _K, self._room)

    def digest(self):
        """64 bytes; the object is spent."""
        size = self._size
        self.update(b"\x80" + bytes((-size - 17) % _BLOCK + 8) + struct.pack(">Q", 8 * size))
        return struct.pack(">16I", *self._state)


sha512 = Sha512
