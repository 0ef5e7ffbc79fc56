# SPDX-License-Identifier: MIT
"""Comparison of a record's CBOR heads with its template: native where the runtime can, else plain."""

try:
    from pos.codec.heads_native import wrong_head
except (ImportError, SyntaxError, AttributeError, ValueError):  # no native emitter here
    from pos.codec.heads_plain import wrong_head

__all__ = ("wrong_head",)
