# SPDX-License-Identifier: MIT
"""Overwriting of secrets in place; bytes and text cannot be overwritten, so secrets are kept in bytearrays."""


def wipe(buffer):
    """Set every byte of a bytearray or writable memoryview to zero."""
    for i in range(len(buffer)):
        buffer[i] = 0
