# SPDX-License-Identifier: MIT
"""Exclusive-or of byte ranges: the native loop where the runtime can emit one, else the plain one."""

try:
    from pos.crypto.xor_native import xor_into
except (ImportError, SyntaxError, AttributeError, ValueError):  # no native emitter here
    from pos.crypto.xor_plain import xor_into

__all__ = ("xor_into",)
