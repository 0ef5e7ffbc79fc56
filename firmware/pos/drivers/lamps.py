# SPDX-License-Identifier: MIT
"""Indicator lamps on an output port. The bus is `port.write(mask)`, bit n lights lamp n."""

NAMES = ("ready", "card", "chip", "contactless", "scan", "paper", "link")


class Lamps:
    """Lamps by name; the port is written only when something changes."""

    def __init__(self, port):
        self._port = port
        self._mask = 0

    def set(self, name, on):
        bit = 1 << NAMES.index(name)
        mask = self._mask | bit if on else self._mask & ~bit
        if mask != self._mask:
            self._mask = mask
            self._port.write(mask)
