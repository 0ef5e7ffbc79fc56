# SPDX-License-Identifier: MIT
"""Lists of tags and lengths: what the card wants to be told (PDOL, CDOL, DDOL, TDOL; EMV Book 3 section 5.4)."""

from pos.cards.errors import CardError

# Format n: kept at its right end. Format cn: at its left, filled with F. Any other: at its left, filled with zeros.
_NUMERIC = (
    (0x9A, 0x9C, 0x9F01, 0x9F02, 0x9F03, 0x9F11, 0x9F15, 0x9F1A, 0x9F21, 0x9F35, 0x9F41, 0x9F42, 0x9F44)
    + (0x5F24, 0x5F25, 0x5F28, 0x5F2A, 0x5F30, 0x5F34, 0x5F36)
)  # fmt: skip
_COMPRESSED = (0x5A, 0x9F20)
_CONSTRUCTED = 0x20  # of a tag's first byte
_LONGEST = 255


def entries(dol):
    """[(tag, length), …]; CardError when malformed."""
    found, at = [], 0
    while at < len(dol):
        tag, more = dol[at], dol[at] & 0x1F == 0x1F
        at += 1
        while more and at < len(dol) and tag <= 0xFFFFFF:
            tag, more = tag << 8 | dol[at], dol[at] & 0x80
            at += 1
        if more or at >= len(dol):
            raise CardError("malformed")
        found.append((tag, dol[at]))
        at += 1
    return found


def _fitted(tag, value, length):
    short = length - len(value)
    if tag in _NUMERIC:
        return bytes(max(0, short)) + value[max(0, -short) :]
    return value[:length] + (b"\xff" if tag in _COMPRESSED else b"\0") * max(0, short)


def _is_template(tag):
    while tag > 0xFF:
        tag >>= 8
    return tag & _CONSTRUCTED


def names(dol, tag):
    """Does the list ask for `tag`?"""
    return any([entry[0] == tag for entry in entries(dol)])


def build(dol, data):
    """The values that a list asks for, one after the other; zeros for what is not known or is a template."""
    parts = []
    for tag, length in entries(dol):
        value = None if _is_template(tag) else data.get(tag)
        parts.append(bytes(length) if value is None else _fitted(tag, value, length))
    values = b"".join(parts)
    if len(values) > _LONGEST:
        raise CardError("malformed")
    return values
