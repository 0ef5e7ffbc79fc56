# SPDX-License-Identifier: MIT
"""The field types of a schema: CBOR head (RFC 8949 section 3), struct code and size of each."""

INTEGERS = {  # kind: (CBOR initial byte, struct code, bytes)
    "u8": (0x18, "B", 1),
    "u16": (0x19, "H", 2),
    "u32": (0x1A, "I", 4),
    "u64": (0x1B, "Q", 8),
}
STRINGS = {"text": 0x78, "bytes": 0x58}  # initial byte of a string with one length byte
LONGEST = 255


def string_type(type_name):
    """("text" or "bytes", size) of "textN" or "bytesN"."""
    for prefix in STRINGS:
        size = type_name[len(prefix) :]
        if type_name.startswith(prefix) and size.isdigit() and 0 < int(size) <= LONGEST:
            return prefix, int(size)
    raise ValueError("unknown field type " + type_name)


def head_of(type_name):
    """Bytes before a value: the same for every value of a type."""
    if type_name in INTEGERS:
        return bytes((INTEGERS[type_name][0],))
    prefix, size = string_type(type_name)
    return bytes((STRINGS[prefix], size))


def code_of(type_name):
    """(struct code, bytes) of a value."""
    if type_name in INTEGERS:
        return INTEGERS[type_name][1:]
    size = string_type(type_name)[1]
    return "%ds" % size, size


def place(fields, name):
    """(first byte, byte behind) of the value of field `name` in a record; ValueError when there is none."""
    at = 1  # behind the array's head
    for field, type_name in fields:
        at += len(head_of(type_name))
        size = code_of(type_name)[1]
        if field == name:
            return at, at + size
        at += size
    raise ValueError("no field " + name)
