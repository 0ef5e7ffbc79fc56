# SPDX-License-Identifier: MIT
"""What CBOR (RFC 8949) names and Python does not: tags, simple values, and this codec's depth limit."""

from collections import namedtuple

MAX_DEPTH = 16  # arrays, maps and tags around a value

Tagged = namedtuple("Tagged", ("tag", "value"))  # section 3.4
Simple = namedtuple("Simple", ("value",))  # section 3.3, those without a Python counterpart
