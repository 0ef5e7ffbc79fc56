# SPDX-License-Identifier: MIT
"""Sitronix ST7789V colour display over 4-wire SPI (datasheet V1.6, section 9): RGB565, big endian.

The bus is `spi.write(dc, buf)`: buf with the D/C line at 0 (command) or 1 (data), chip select around it.
"""

from pos.compat import const, sleep_ms

_SWRESET, _SLPOUT, _NORON, _INVON, _DISPON = const(0x01), const(0x11), const(0x13), const(0x21), const(0x29)
_CASET, _RASET, _RAMWR, _MADCTL, _COLMOD = const(0x2A), const(0x2B), const(0x2C), const(0x36), const(0x3A)


class ST7789:
    """Display of width × height pixels; x, y offsets are those of the glass in the controller's memory."""

    depth = 16

    def __init__(self, spi, width=240, height=320, x_offset=0, y_offset=0):
        self.width, self.height = width, height
        self._spi = spi
        self._x, self._y = x_offset, y_offset
        self._command = bytearray(1)
        self._span = bytearray(4)

    async def init(self):
        """Reset, wake and switch on; takes the 270 ms that the data sheet asks for after reset and wake."""
        self._send(_SWRESET)
        await sleep_ms(150)
        self._send(_SLPOUT)
        await sleep_ms(120)
        self._send(_COLMOD, b"\x55")  # 16 bits per pixel
        self._send(_MADCTL, b"\x00")  # rows from the top, RGB
        self._send(_INVON)  # the IPS glass shows true colours only when inverted
        self._send(_NORON)
        self._send(_DISPON)

    def blit(self, x, y, w, h, buf):
        """Write w × h pixels, two bytes each, rows from the top, at (x, y)."""
        if x < 0 or y < 0 or x + w > self.width or y + h > self.height or len(buf) != 2 * w * h:
            raise ValueError("blit %d,%d %dx%d with %d bytes" % (x, y, w, h, len(buf)))
        self._window(_CASET, x + self._x, w)
        self._window(_RASET, y + self._y, h)
        self._send(_RAMWR, buf)

    def _window(self, command, start, length):
        end = start + length - 1
        span = self._span
        span[0], span[1], span[2], span[3] = start >> 8, start & 255, end >> 8, end & 255
        self._send(command, span)

    def _send(self, command, data=None):
        self._command[0] = command
        self._spi.write(0, self._command)
        if data is not None:
            self._spi.write(1, data)
