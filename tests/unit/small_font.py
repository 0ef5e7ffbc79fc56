# SPDX-License-Identifier: MIT
"""A font file of a few glyphs in memory (docs/font.md): each row of a glyph is made from its code point."""


def bitmap(char):
    """8 wide for ASCII, else 16; blank for a space; first and last rows are blank as in most fonts."""
    code = ord(char)
    if char == " ":
        return bytes(16)
    if code < 128:
        return bytes(1) + bytes((code,)) * 14 + bytes(1)
    return bytes(2) + bytes((code >> 8, code & 255)) * 14 + bytes(2)


def record(char, printer_code):
    code, bits = ord(char), bitmap(char)
    head = bytes((code >> 8, code & 255, printer_code >> 8, printer_code & 255, len(bits) // 2, 0))
    return head + bits + bytes(32 - len(bits))


def small_font(printer_codes):
    """Font file with the printable ASCII characters, the keys of printer_codes and U+FFFD."""
    chars = [chr(c) for c in range(0x20, 0x7F)] + ["\ufffd", "…", "●", "■", "↑"] + list(printer_codes)
    chars = sorted(set(chars))
    head = b"SPF1" + bytes((len(chars) >> 8, len(chars) & 255, 16, 38)) + bytes(8)
    pages = b""
    for page in range(257):
        index = sum(1 for c in chars if ord(c) < page << 8)
        pages += bytes((index >> 8, index & 255))
    return head + pages + b"".join(record(c, printer_codes.get(c, 0)) for c in chars)
