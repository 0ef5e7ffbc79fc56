# SPDX-License-Identifier: MIT
"""Keys and cryptograms on the card's side (EMV Book 2 sections 8 and 9, annex A1): TDES, as contact cards have it."""

from cryptography.hazmat.primitives.ciphers import Cipher, modes

try:
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
except ImportError:  # before cryptography 43
    from cryptography.hazmat.primitives.ciphers.algorithms import TripleDES

# Issuer master keys of the sandbox, for cryptograms and for scripts: public, worth nothing.
ISSUER_AC = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
ISSUER_SMI = bytes.fromhex("1123456789ABCDEF0EDCBA9876543210")


def _cipher(key: bytes) -> Cipher:
    """One key of 8 bytes or two of them, each as often as three keys need."""
    return Cipher(TripleDES((key * 3)[:24]), modes.ECB())


def tdes(key: bytes, block: bytes) -> bytes:
    return _cipher(key).encryptor().update(block)


def untdes(key: bytes, block: bytes) -> bytes:
    return _cipher(key).decryptor().update(block)


def xor(a: bytes, b: bytes) -> bytes:
    return bytes(x ^ y for x, y in zip(a, b, strict=True))


def odd_parity(key: bytes) -> bytes:
    return bytes(byte & 0xFE | (byte.bit_count() - (byte & 1) + 1) % 2 for byte in key)


def master_key(issuer_key: bytes, pan: str, sequence: str) -> bytes:
    """Option A of annex A1.4.1, for account numbers of up to 16 digits."""
    block = bytes.fromhex((pan + sequence).rjust(16, "0")[-16:])
    return odd_parity(tdes(issuer_key, block) + tdes(issuer_key, xor(block, b"\xff" * 8)))


def session_key(master: bytes, value: bytes) -> bytes:
    """Common session key of annex A1.3.1 out of eight bytes that differ each time."""
    left, right = value[:2] + b"\xf0" + value[3:], value[:2] + b"\x0f" + value[3:]
    return odd_parity(tdes(master, left) + tdes(master, right))


def ac_key(master: bytes, atc: int) -> bytes:
    return session_key(master, atc.to_bytes(2, "big") + bytes(6))


def mac(key: bytes, data: bytes) -> bytes:
    """ISO/IEC 9797-1 algorithm 3 with padding 2: annex A1.2.1."""
    data += b"\x80"
    data = data.ljust(-(-len(data) // 8) * 8, b"\0")
    left, right = key[:8], key[8:]
    state = bytes(8)
    for at in range(0, len(data), 8):
        state = tdes(left, xor(state, data[at : at + 8]))
    return tdes(left, untdes(right, state))


def arpc_method_1(key: bytes, arqc: bytes, response_code: bytes) -> bytes:
    return tdes(key, xor(arqc, response_code + bytes(6)))


def arpc_method_2(key: bytes, arqc: bytes, status_update: bytes) -> bytes:
    return mac(key, arqc + status_update)[:4]
