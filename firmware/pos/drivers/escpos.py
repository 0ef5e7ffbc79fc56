# SPDX-License-Identifier: MIT
"""ESC/POS receipt printer over a UART: what a slip is in bytes, and what status bytes mean.

After Epson's ESC/POS reference: ESC @, ESC a, ESC E, ESC 3, ESC d, GS !, GS V, GS ( k, GS r, DLE EOT, DLE DC4.
Chinese text in Kanji mode (FS &) with two-byte GB2312 codes, as GB18030 printers take it.
"""

from collections import namedtuple

from pos.codec.text import code_points
from pos.compat import const

PrinterStatus = namedtuple("PrinterStatus", ("paper", "cover_open", "overheated", "online", "paper_low"))

LINE_DOTS = const(30)
INIT = b"\x1b@\x1c&"  # reset, Kanji mode
SYNC = b"\x1dr\x01"  # answered when everything before it has been printed
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # drop what is in the buffers, in real time
_ALIGN = {"left": 0, "centre": 1, "right": 2}
_QR_DOTS = const(5)  # of one module
_QUIET = b"\x1bJ\x14"  # four modules of bare paper above and below
_QR_BYTES = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213)  # at level M, version 1 on (ISO/IEC 18004 table 7)


def query(n):
    """DLE EOT n, answered at once even when the printer is stopped; n 1 printer, 2 stop, 3 error, 4 paper."""
    return bytes((0x10, 0x04, n))


def is_status(byte):
    """A DLE EOT answer has bits 1 and 4 set, 0 and 7 clear."""
    return byte & 0x93 == 0x12


def is_sync(byte):
    """A GS r answer has bits 4 and 7 clear."""
    return byte & 0x90 == 0


def status(printer, stop, error, paper):
    """PrinterStatus from the four DLE EOT answers."""
    return PrinterStatus(
        paper=not paper & 0x60 and not stop & 0x20,
        cover_open=bool(stop & 0x04),
        overheated=bool(error & 0x40),
        online=not printer & 0x08,
        paper_low=bool(paper & 0x0C),
    )


def encode(text, printer_code):
    """Bytes of `text`; printer_code(number) is the GB2312 code or 0. What the printer lacks becomes `?`."""
    out = bytearray()
    for code, _ in code_points(text):
        if not 0x20 <= code < 0x7F:
            code = printer_code(code) or 0x3F
        if code > 0xFF:
            out.append(code >> 8)
        out.append(code & 0xFF)
    return out


def text_line(text, align, size, bold, printer_code):
    """One line: alignment, size 1 or 2 and weight are set each time, so lines do not depend on each other."""
    form = (0x1B, 0x61, _ALIGN[align], 0x1D, 0x21, 0x11 * (size - 1), 0x1B, 0x45, 1 if bold else 0)
    return bytes(form) + bytes((0x1B, 0x33, text_dots(size))) + encode(text, printer_code) + b"\n"


def text_dots(size):
    """Paper that a text line takes, in dot rows."""
    return LINE_DOTS * size


def qr(data):
    """QR code, model 2, error correction M, centred (GS ( k functions 165, 167, 169, 180, 181)."""
    payload = data.encode()
    length = len(payload) + 3
    return (
        _QUIET
        + b"\x1ba\x01\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C"
        + bytes((_QR_DOTS,))
        + b"\x1d(k\x03\x001E1\x1d(k"
        + bytes((length & 255, length >> 8))
        + b"1P0"
        + payload
        + b"\x1d(k\x03\x001Q0"
        + _QUIET
    )


def qr_dots(data):
    """Paper that a QR code takes: the smallest version whose bytes at level M hold the data."""
    length, version = len(data.encode()), 1
    while version < len(_QR_BYTES) and _QR_BYTES[version - 1] < length:
        version += 1
    return (17 + 4 * version + 8) * _QR_DOTS


def feed(lines):
    return bytes((0x1B, 0x64, lines))


def cut():
    """Feed to the knife and cut (GS V 66)."""
    return b"\x1dVB\x00"
