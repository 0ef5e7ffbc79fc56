# SPDX-License-Identifier: MIT
"""Key check values of a zero block (ANSI X9.24-1-2017, annex A): its CMAC for AES; enciphered for triple DES."""

from pos.crypto.cmac import cmac


def aes_kcv(key, size=3):
    """The first `size` bytes, at most 5, of AES-CMAC over sixteen zero bytes."""
    if not 1 <= size <= 5:
        raise ValueError("KCV: 1 to 5 bytes for AES")
    return cmac(key, bytes(16))[:size]


def tdes_kcv(key, size=3):
    """The first `size` bytes, at most 3, of eight zero bytes enciphered."""
    from pos.crypto.des import Tdes

    if not 1 <= size <= 3:
        raise ValueError("KCV: 1 to 3 bytes for triple DES")
    block = bytearray(8)
    Tdes(key).encrypt(block)
    return bytes(block[:size])
