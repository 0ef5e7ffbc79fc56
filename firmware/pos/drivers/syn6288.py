# SPDX-License-Identifier: MIT
"""SYN6288 Chinese speech synthesiser over a UART (data sheet section 4): one frame per utterance.

FD, length u16, command 01 (speak), encoding 03 (Unicode, UTF-16BE), text, XOR of all bytes before.
"""

from pos.codec.text import code_points

_LONGEST = 100  # characters; the chip takes 200 bytes of text


def frame(text):
    """Frame that speaks `text`, cut at what the chip takes; characters beyond the basic plane are left out."""
    codes = [code for code, _ in code_points(text) if code <= 0xFFFF][:_LONGEST]
    out = bytearray(b"\xfd")
    length = 3 + 2 * len(codes)  # command, encoding, text, check
    out += bytes((length >> 8, length & 255, 1, 3))
    for code in codes:
        out += bytes((code >> 8, code & 255))
    check = 0
    for byte in out:
        check ^= byte
    out.append(check)
    return out


class SYN6288:
    """The chip on its UART. A new utterance replaces one that is being spoken."""

    def __init__(self, uart):
        self._uart = uart
        self._answers = bytearray(8)

    def say(self, text):
        """Speak; the chip's answers (41 received, 4E busy, 4F idle) do not change what is done, so they go."""
        while self._uart.any():
            self._uart.readinto(self._answers)
        if text:
            self._uart.write(frame(text))
