# SPDX-License-Identifier: MIT
"""RSA public operation (EMV 4.4 Book 2, annex B2.1): recovery of signed data, enciphering of an offline PIN.

The key is public and nothing here is constant in time. A PIN passes through integers, which cannot be overwritten.
"""

EXPONENTS = (3, 65537)  # Book 2, annex B2.1
SHORTEST, LONGEST = 64, 248  # bytes of a modulus: 512 bits, and what a READ RECORD carries


def recover(modulus, exponent, signature):
    """signature ^ exponent mod modulus, as long as the modulus (bytes, big-endian). ValueError for odd lengths."""
    size = len(modulus)
    if not SHORTEST <= size <= LONGEST or not modulus[0] & 0x80 or not modulus[-1] & 1:
        raise ValueError("RSA: odd modulus of 64 to 248 bytes without leading zero bits wanted")
    if exponent not in EXPONENTS:
        raise ValueError("RSA: exponent 3 or 65537 wanted")
    if len(signature) != size:
        raise ValueError("RSA: signature as long as the modulus wanted")
    n, base = int.from_bytes(modulus, "big"), int.from_bytes(signature, "big")
    if base >= n:
        raise ValueError("RSA: signature below the modulus wanted")
    return pow(base, exponent, n).to_bytes(size, "big")
