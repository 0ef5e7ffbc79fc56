# SPDX-License-Identifier: MIT
"""SHA-512 against FIPS 180-4's examples (NIST, SHA512.pdf) and in pieces; both twins."""

from array import array
from binascii import hexlify, unhexlify

from pos.crypto import sha512 as module
from pos.crypto.sha512 import sha512
from pos.crypto.sha512_plain import compress as plain

ABC = (
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
    "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
)
TWO_BLOCKS = (
    b"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
    b"hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"
)


def digest(message):
    return hexlify(sha512(message).digest()).decode()


def test_nist_examples():
    assert digest(b"abc") == ABC
    assert digest(TWO_BLOCKS).startswith("8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018")
    assert digest(b"").startswith("cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce")


def test_pieces_of_every_length():
    message = bytes([i * 7 & 0xFF for i in range(300)])
    whole = sha512(message).digest()
    for size in (1, 63, 127, 128, 129, 255):
        hashed = sha512(message[:size])
        hashed.update(bytearray(message[size:]))
        assert hashed.digest() == whole


def test_native_and_plain_loops_agree():
    for seed in range(4):
        block = bytes([(seed + i * i * 31) & 0xFF for i in range(128)])
        states = [array("I", bytes([(seed * 3 + i * 77) & 0xFF for i in range(64)])) for _ in range(2)]
        module.compress(states[0], block, module._K, (array("I", bytes(64)), array("I", bytes(640))))
        plain(states[1], block, module._K, None)
        assert states[0] == states[1]


def test_the_constants_are_there():
    assert len(module._K) == 640 and module._K[:8] == unhexlify("428a2f98d728ae22")
