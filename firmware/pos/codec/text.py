# SPDX-License-Identifier: MIT
"""Strict UTF-8 (RFC 3629 section 4): MicroPython's decoder lets overlong forms and surrogates pass.

Terminal and host must agree on which bytes are text, so both decode here.
"""

# (first byte from, to, continuation bytes, second byte from, to): RFC 3629 section 4, UTF8-octets
_FORMS = (
    (0x00, 0x7F, 0, 0, 0),
    (0xC2, 0xDF, 1, 0x80, 0xBF),
    (0xE0, 0xE0, 2, 0xA0, 0xBF),
    (0xE1, 0xEC, 2, 0x80, 0xBF),
    (0xED, 0xED, 2, 0x80, 0x9F),
    (0xEE, 0xEF, 2, 0x80, 0xBF),
    (0xF0, 0xF0, 3, 0x90, 0xBF),
    (0xF1, 0xF3, 3, 0x80, 0xBF),
    (0xF4, 0xF4, 3, 0x80, 0x8F),
)


def _sequence(raw, at):
    """Length of the well-formed sequence at `at`; ValueError when there is none."""
    for first, last, more, low, high in _FORMS:
        if first <= raw[at] <= last:
            if _continued(raw, at + 1, more, low, high):
                return more + 1
            break
    raise ValueError("invalid UTF-8")


def _continued(raw, at, more, low, high):
    """Do `more` continuation bytes stand at `at`, the first of them between `low` and `high`?"""
    if at + more > len(raw) or (more and not low <= raw[at] <= high):
        return False
    return all([raw[i] & 0xC0 == 0x80 for i in range(at + 1, at + more)])


def decode_utf8(raw):
    """Text of bytes; ValueError unless well-formed."""
    try:
        text = str(raw, "utf-8")
    except UnicodeError:
        raise ValueError("invalid UTF-8") from None
    if len(text) != len(raw):  # all-ASCII needs no second look
        check_utf8(raw)
    return text


def check_utf8(raw):
    """ValueError unless `raw` is well-formed."""
    at = 0
    while at < len(raw):
        at += _sequence(raw, at)


def code_points(text):
    """(Unicode number, offset of the next character in the UTF-8) of each character of `text`.

    A character taken out of a str stays in MicroPython's table of interned strings for good, one by one
    until no heap is left; so what may be Chinese is walked as bytes.
    """
    raw, at = text.encode(), 0
    while at < len(raw):
        first = raw[at]
        more = 0 if first < 0x80 else 1 if first < 0xE0 else 2 if first < 0xF0 else 3
        code = first if not more else first & (0x3F >> more)
        for i in range(at + 1, at + 1 + more):
            code = code << 6 | raw[i] & 0x3F
        at += more + 1
        yield code, at
