# SPDX-License-Identifier: MIT
"""Virtual ST7789V: keeps the picture that the SPI bytes draw (datasheet V1.6, section 9).

The glass is IPS: colours are true only while the controller inverts. Dark until woken and switched on.
"""

import struct
from collections.abc import Callable

from PIL import Image

from boards.sim.chips.glyphs import Glyphs
from boards.sim.chips.reading import Picture, read

COLOUR_16_BIT = 0x55
INVERSE = bytes(0xFF ^ byte for byte in range(256))


class VirtualST7789:
    """Fed with (dc, bytes); `image()` is what a person sees, `text()` what can be read on it."""

    def __init__(self, width: int, height: int, glyphs: Callable[[], Glyphs]) -> None:
        self.width, self.height = width, height
        self._glyphs = glyphs
        self.power_off()

    def power_off(self) -> None:
        self.memory = bytearray(2 * self.width * self.height)
        self._read: tuple[bytes, str] | None = None
        self.errors: list[str] = []
        self._reset()

    def _reset(self) -> None:
        self.awake = self.on = self.inverted = False
        self._colmod = 0x66
        self._command = 0
        self._parameters = bytearray()
        self._columns, self._rows = (0, self.width - 1), (0, self.height - 1)
        self._cursor = 0
        self._odd = b""

    @property
    def visible(self) -> bool:
        return self.awake and self.on

    def feed(self, dc: int, data: bytes) -> None:
        if dc == 0:
            for command in data:
                self._begin(command)
        elif self._command in (0x2C, 0x3C):
            self._pixels(data)
        else:
            self._parameters += data
            self._parameter()

    def _begin(self, command: int) -> None:
        self._command, self._parameters = command, bytearray()
        match command:
            case 0x01:
                self._reset()
            case 0x10 | 0x11:
                self.awake = command == 0x11
            case 0x20 | 0x21:
                self.inverted = command == 0x21
            case 0x28 | 0x29:
                self.on = command == 0x29
            case 0x2C:
                self._cursor, self._odd = 0, b""
            case 0x00 | 0x13 | 0x2A | 0x2B | 0x36 | 0x3A | 0x3C:
                pass
            case _:
                self.errors.append(f"unknown command {command:02X}")

    def _parameter(self) -> None:
        if self._command == 0x3A:
            self._colmod = self._parameters[0]
        elif self._command == 0x36 and self._parameters[0] != 0:
            self.errors.append(f"orientation {self._parameters[0]:02X} is not simulated")
        elif self._command in (0x2A, 0x2B) and len(self._parameters) == 4:
            span = struct.unpack(">HH", self._parameters)
            limit = self.width if self._command == 0x2A else self.height
            if not span[0] <= span[1] < limit:
                self.errors.append(f"window {span} beyond {limit}")
                span = (0, limit - 1)
            if self._command == 0x2A:
                self._columns = span
            else:
                self._rows = span

    def _pixels(self, data: bytes) -> None:
        """Write along the window, row by row; after its last pixel it starts again."""
        if self._colmod != COLOUR_16_BIT:
            self.errors.append(f"pixel format {self._colmod:02X} is not simulated")
            return
        data = self._odd + data
        self._odd = data[len(data) & ~1 :]
        left, across = self._columns[0], self._columns[1] - self._columns[0] + 1
        down = self._rows[1] - self._rows[0] + 1
        at, end = 0, len(data) // 2
        while at < end:
            row, column = divmod(self._cursor % (across * down), across)
            count = min(across - column, end - at)
            start = 2 * ((self._rows[0] + row) * self.width + left + column)
            self.memory[start : start + 2 * count] = data[2 * at : 2 * (at + count)]
            self._cursor += count
            at += count

    def image(self) -> Image.Image:
        """What a person sees, as RGB."""
        if not self.visible:
            return Image.new("RGB", (self.width, self.height))
        shown = bytes(self.memory) if self.inverted else self.memory.translate(INVERSE)
        swapped = bytearray(len(shown))  # Pillow reads 5-6-5 with the low byte first
        swapped[0::2], swapped[1::2] = shown[1::2], shown[0::2]
        return Image.frombytes("RGB", (self.width, self.height), bytes(swapped), "raw", "BGR;16")

    def text(self) -> str:
        """The text on the picture, line by line; empty while it is dark."""
        if not self.visible:
            return ""
        now = bytes(self.memory)
        if self._read is None or self._read[0] != now:
            self._read = now, read(Picture(now, self.width, self.height, 2), self._glyphs())
        return self._read[1]
