# SPDX-License-Identifier: MIT
"""Records by template: values into a record and back; native where the runtime can, else plain."""

try:
    from pos.codec.template_native import pack, prepare, unpack
except (ImportError, SyntaxError, AttributeError, ValueError):  # no native emitter here
    from pos.codec.template_plain import pack, prepare, unpack

__all__ = ("pack", "prepare", "unpack")
