# SPDX-License-Identifier: MIT
"""The virtual PN532 on SPI and I2C: what it says waits behind the IRQ line until it is read (UM0701-02 section 6.2)."""

from collections.abc import Callable

from boards.sim.chips.pn532 import VirtualPN532

I2C_ADDRESS = 0x24


class _Held:
    """Frames that wait; `told(ready)` follows the IRQ line, True = low."""

    def __init__(self, told: Callable[[bool], None]) -> None:
        self._told = told
        self._frames: list[bytes] = []
        self.chip = VirtualPN532(self._hold)

    def _hold(self, frame: bytes) -> None:
        self._frames.append(frame)
        self._told(True)

    def _taken(self, size: int) -> bytes:
        """The oldest frame, cut or filled to `size`; what is not read of it is gone."""
        frame = self._frames.pop(0) if self._frames else b""
        self._told(bool(self._frames))
        return frame[:size] + bytes(max(0, size - len(frame)))


class SpiPN532(_Held):
    """One call for each time that chip select is low."""

    def select(self, sent: bytes, size: int = 0) -> bytes:
        """The first byte says what follows: 01 data in, 02 status, 03 data out of `size` bytes."""
        match sent[:1]:
            case b"\x01":
                self.chip.feed(sent[1:])
            case b"\x02":
                return bytes((bool(self._frames),))
            case b"\x03":
                return self._taken(size)
        return b""


class I2cPN532(_Held):
    """One call for each transfer; False and empty when the address is not acknowledged."""

    def write(self, address: int, data: bytes) -> bool:
        if address != I2C_ADDRESS or self.chip.absent:
            return False
        self.chip.feed(data)
        return True

    def read(self, address: int, size: int) -> bytes:
        """The ready byte, then the frame."""
        if address != I2C_ADDRESS or self.chip.absent:
            return b""
        return b"\x01" + self._taken(size - 1) if self._frames else bytes(size)
