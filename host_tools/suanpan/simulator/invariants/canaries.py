# SPDX-License-Identifier: MIT
"""Invariant 7: no account number, payment code or key in anything that the run left (FAULTS S9)."""

import base64
from collections.abc import Iterator

from suanpan.simulator.invariants.evidence import Complaints, Evidence


def nothing_in_clear(evidence: Evidence) -> Complaints:
    """Every file, in text, hexadecimal, packed digits, base64 and UTF-16."""
    for name, data in evidence.files.items():
        digits = data.hex()
        for secret in evidence.secrets:
            for form in _forms(secret, data, digits):
                yield f"{name} holds {secret[:6]}…{secret[-4:]} in clear ({form})"


def _forms(secret: str, data: bytes, digits: str) -> Iterator[str]:
    text = secret.encode()
    if text in data:
        yield "text"
    if text.hex().encode() in data.lower():
        yield "hexadecimal"
    if secret.lower() in digits:
        yield "packed digits"
    if any(_base64(text, shift) in data for shift in range(3)):
        yield "base64"
    if secret.encode("utf-16-le")[:-1] in data:  # big endian holds it too, a byte further
        yield "UTF-16"


def _base64(text: bytes, shift: int) -> bytes:
    """The part of the base64 text that is the same whatever stands before and behind."""
    coded = base64.b64encode(bytes(shift) + text)
    return coded[(0, 2, 3)[shift] : len(coded) - 4]
