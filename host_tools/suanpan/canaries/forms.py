# SPDX-License-Identifier: MIT
"""The forms a secret may have. Data is brought down to the few places that can hold one; these are searched.

Text in any case, with separators, over lines, in UTF-16 and UTF-32; packed digits at either nibble, also turned;
hexadecimal; and each of these in base64 or its URL-safe kin, wherever in its groups of three bytes.
"""

import re
from binascii import a2b_base64
from collections.abc import Iterator
from typing import NamedTuple

from suanpan.canaries.canary import SHORTEST, Canary

_SEPARATORS = b"\0 \t\r\n\v\f-"  # NUL: UTF-16 and UTF-32 of either order are text without it
_WRITTEN_ENDS = re.compile(rb"\\[nrt]")  # a line's end as JSON writes it
_WRITTEN_BYTE = re.compile(rb"\\x([0-9a-fA-F]{2})")  # as Python writes it
_HEX_MARKS = re.compile(rb"0x|,")
_DIGITS = re.compile(rb"[0-9]{%d,}" % SHORTEST)
_HEX = re.compile(rb"[0-9a-f]{%d,}" % (2 * SHORTEST))
_PACKED = re.compile(  # at either nibble, ten digits fill four bytes
    rb"[" + b"".join(rb"\x%x0-\x%x9" % (tens, tens) for tens in range(10)) + rb"]{%d,}" % (SHORTEST // 2 - 1)
)
_TURNED = bytes((byte & 15) << 4 | byte >> 4 for byte in range(256))
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{%d,}" % (SHORTEST // 2 * 4 // 3 + 1))
_URL_SAFE = bytes.maketrans(b"-_", b"+/")  # RFC 4648 section 5

Views = dict[str, bytes]


class Needle(NamedTuple):
    """What to look for in which view, and what its form is called."""

    form: str
    view: str
    content: bytes


def needles(canary: Canary) -> list[Needle]:
    """Every form of `canary`."""
    if isinstance(canary.secret, bytes):
        return [
            Needle("bytes", "bytes", canary.secret),
            Needle("hexadecimal", "hexadecimal", canary.secret.hex().encode()),
        ]
    digits = canary.secret.encode()
    wide = canary.secret.encode("utf-16-le").hex()[:-2].encode()
    return [
        Needle("text", "text", digits),
        Needle("packed digits", "packed", digits),
        Needle("turned digits", "turned", digits),
        Needle("hexadecimal", "hexadecimal", digits.hex().encode()),
        Needle("hexadecimal of UTF-16", "hexadecimal", wide),
    ]


def readings(data: bytes) -> Iterator[tuple[str, Views]]:
    """(name, views) of `data` as it stands, then of what its base64 stands for."""
    if b"\\" in data:
        data = _WRITTEN_ENDS.sub(b"", data)
        data = _WRITTEN_BYTE.sub(lambda found: bytes((int(found[1], 16),)), data)
    yield "", _views(data)
    runs = _BASE64.findall(data.translate(_URL_SAFE, b"\r\n"))
    if runs:
        yield "base64 of ", _views(b"|".join(_decoded(run[shift:]) for run in runs for shift in range(4)))


def _decoded(run: bytes) -> bytes:
    """All bytes that whole groups and the rest behind them give."""
    rest = len(run) % 4
    return a2b_base64(run + b"A" * (-rest % 4) if rest else run)


def _views(data: bytes) -> Views:
    text = data.translate(None, _SEPARATORS).lower()
    packed = b"\xff".join(
        data[max(0, run.start() - 1) : run.end() + 1] for run in _PACKED.finditer(data)
    )  # with the bytes that may hold the first and the last digit
    return {
        "bytes": data,
        "text": b" ".join(_DIGITS.findall(text)),
        "hexadecimal": b" ".join(_HEX.findall(_HEX_MARKS.sub(b"", text) if b"0x" in text else text)),
        "packed": packed.hex().encode(),
        "turned": packed.translate(_TURNED).hex().encode(),
    }
