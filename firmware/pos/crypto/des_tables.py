# SPDX-License-Identifier: MIT
"""The tables of DES (FIPS 46-3): the S-boxes with the permutation P after them, and the choices of the key schedule."""

from array import array
from binascii import unhexlify

_S = (  # four rows of sixteen for each box, one nibble for each entry
    b"e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d",
    b"f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9",
    b"a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c",
    b"7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e",
    b"2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453",
    b"c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d",
    b"4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c",
    b"d2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b",
)
_P = unhexlify(b"0f0613141c0b1b10000e161904111e090107170d1f1a0208120c1d05150a0318")


def _entry(box, six):
    """Output nibble of a box: outer bits choose the row, inner bits the column."""
    return int(chr(_S[box][(six & 0x20 | six << 4 & 0x10) + (six >> 1 & 15)]), 16)


def _boxes():
    found = array("I", bytes(2048))
    for at in range(512):
        nibble, word = _entry(at >> 6, at & 63), 0
        for place in range(32):
            source = _P[place]
            if source >> 2 == at >> 6 and nibble & 8 >> (source & 3):
                word |= 1 << (31 - place)
        found[at] = word
    return found


BOXES = _boxes()
# Permuted choice 1, permuted choice 2, and how far each round's halves are turned; bits are counted from 0.
SCHEDULE = unhexlify(
    b"383028201810080039312921191109013a322a221a120a023b332b233e362e261e160e063d352d251d150d053c342c241c140c041b130b03"
    b"0d100a170004021b0e05140916120b0319070f061a130c0128331e242e361d27322c202f2b30263721342d2931231c1f"
    b"01020406080a0c0e0f11131517191b1c"
)
