# SPDX-License-Identifier: MIT
"""A parser with a bug that one input in 2^48 finds; each byte on the way to it is a decision of its own."""


def parse(data: bytes) -> int:
    """Length of the object; ValueError when it is none. IndexError is the bug."""
    if data[:1] != b"\x9f":
        raise ValueError("no tag")
    if data[1:2] != b"\x5b":
        raise ValueError("another tag")
    if data[2:3] != b"\x82":
        raise ValueError("another length")
    if data[3:4] != b"\x01":
        raise ValueError("too long")
    if data[4:5] != b"\x7e":
        raise ValueError("too short")
    return data[0x17E] if data[5:6] == b"\xa5" else len(data)
