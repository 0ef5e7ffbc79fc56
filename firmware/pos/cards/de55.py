# SPDX-License-Identifier: MIT
"""ICC system data for the host: field 55 of ISO 8583 as acquirers take it (EMV Book 4 sections 12.1.1 and 12.1.4)."""

from pos.cards import tlv
from pos.codec.records import ICC_LONGEST
from pos.compat import const

_REQUEST = (
    (0x9F26, 0x9F27, 0x9F10, 0x9F37, 0x9F36, 0x95, 0x9A, 0x9C, 0x9F02, 0x5F2A, 0x82, 0x9F1A, 0x9F03)
    + (0x9F33, 0x9F34, 0x9F35, 0x9F1E, 0x84, 0x9F09, 0x9F41, 0x5F34)
)  # fmt: skip
_SLIP = (0x9B, 0x50, 0x9F12)
_RESULT = _REQUEST + (0x8A, 0x9F5B) + _SLIP
_LONGEST_VALUE = const(32)  # of any of these objects: EMV Book 3 annex A


def _built(data, tags):
    """Objects in the order of `tags`, without those that do not fit."""
    built = b""
    for tag in tags:
        value = data.get(tag)
        if value is not None and len(value) <= _LONGEST_VALUE:
            one = tlv.build((tag, value))
            if len(built) + len(one) <= ICC_LONGEST:
                built += one
    return built


def request(data):
    """For the authorisation. Neither account number nor track: these go enciphered by their own way."""
    return _built(data, _REQUEST + _SLIP)


def result(data):
    """For the outcome, with the second cryptogram and what became of scripts."""
    return _built(data, _RESULT)
