# SPDX-License-Identifier: MIT
"""What a printer makes of ESC/POS commands: modes, the line that is being set, and strips of dots to print."""

from collections.abc import Callable

from PIL import Image

from boards.sim.chips.glyphs import Glyphs
from boards.sim.chips.slip import DOTS, PIXELS, Line, draw_line, qr_strip

LEVELS = {48: "L", 49: "M", 50: "Q", 51: "H"}

Put = Callable[["str | None", Image.Image], None]


class Press:
    """put(text, strip) feeds a strip of paper; unknown bytes go to `errors`."""

    def __init__(self, glyphs: Callable[[], Glyphs], put: Put, errors: list[str]) -> None:
        self._glyphs, self._put, self._errors = glyphs, put, errors
        self.reset()

    def reset(self) -> None:
        """ESC @: the modes of power-on, and an empty line."""
        self._line = Line()
        self._alignment, self._across, self._down, self._bold = 0, 1, 1, False
        self._spacing = 30
        self._module, self._level, self._code = 3, "L", b""

    def drop_line(self) -> None:
        self._line = Line()

    def take(self, command: bytes) -> None:
        """One command or character, apart from those that concern the paper as such (printer.py)."""
        match command[:2]:
            case b"\x1b@":
                self.reset()
            case b"\x1ba":
                self._alignment = command[2] % 48
            case b"\x1bE":
                self._bold = bool(command[2] & 1)
            case b"\x1b3":
                self._spacing = command[2]
            case b"\x1b2":
                self._spacing = 30
            case b"\x1bd":
                self._feed(command[2] * self._spacing)
            case b"\x1bJ":
                self._feed(command[2])
            case b"\x1d!":
                self._across, self._down = (command[2] >> 4) + 1, (command[2] & 15) + 1
            case b"\x1d(":
                self._code_function(command[5:])
            case b"\x1dv":
                self._raster(command)
            case b"\x1c&" | b"\x1c.":
                pass
            case _:
                self._character(command)

    def _character(self, command: bytes) -> None:
        if command == b"\n":
            self._print_line(even_empty=True)
        elif command[0] in b"\x1b\x1d\x1c":
            self._errors.append(f"unknown command {command.hex()}")
        elif len(command) == 2:
            self._set(self._glyphs().gb2312.get(int.from_bytes(command)) or "\ufffd")
        elif 0x20 <= command[0] < 0x7F:
            self._set(chr(command[0]))
        else:
            self._errors.append(f"unknown byte {command.hex()}")

    def _set(self, char: str) -> None:
        """Set a character; a full line is printed first."""
        if not self._line.add(char, self._across, self._down, self._bold):
            self._print_line()
            self._line.add(char, self._across, self._down, self._bold)

    def _print_line(self, even_empty: bool = False) -> None:
        line, self._line = self._line, Line()
        if line.cells or even_empty:
            line.align(self._alignment)
            self._put(line.text, draw_line(line, max(self._spacing, line.height), self._glyphs()))

    def _feed(self, rows: int) -> None:
        self._print_line()
        if rows:
            self._put(None, Image.new("1", (DOTS * PIXELS, rows * PIXELS)))

    def _code_function(self, parameters: bytes) -> None:
        """GS ( k for QR (cn 49): 65 model, 67 module size, 69 correction, 80 store, 81 print."""
        if parameters[:1] != b"1":
            self._errors.append(f"unknown code {parameters[:2].hex()}")
        elif parameters[1] == 67:
            self._module = parameters[2]
        elif parameters[1] == 69:
            self._level = LEVELS[parameters[2]]
        elif parameters[1] == 80:
            self._code = parameters[3:]
        elif parameters[1] == 81:
            text = f"[QR {self._code.decode(errors='replace')}]"
            self._put(text, qr_strip(self._code, self._module, self._level))

    def _raster(self, command: bytes) -> None:
        across, down = command[4] + 256 * command[5], command[6] + 256 * command[7]
        bits = Image.frombytes("1", (across * 8, down), command[8:])
        bits = bits.resize((bits.width * PIXELS, bits.height * PIXELS), Image.Resampling.NEAREST)
        strip = Image.new("1", (DOTS * PIXELS, down * PIXELS))
        strip.paste(
            bits, ((0, (strip.width - bits.width) // 2, strip.width - bits.width)[self._alignment], 0)
        )
        self._put(None, strip)
