# SPDX-License-Identifier: MIT
"""A virtual card in vpcd, the virtual reader of PC/SC (vsmartcard, virtualsmartcard): it connects to the reader.

Each message is a length (u16, big endian) and that many bytes: 00 power off, 01 power on, 02 reset, 04 answer to
reset wanted; anything longer is a command APDU. The card is out when the connection ends.
"""

import asyncio
import contextlib

from boards.sim.chips.emv.card import Gone
from boards.sim.chips.emv.presented import Card

POWER_ON, RESET, ATR = b"\x01", b"\x02", b"\x04"


class InVpcd:
    """A card that is in the reader from `insert` to `remove`, or until it is pulled by itself."""

    def __init__(self, card: Card) -> None:
        self.card = card
        self._serving: asyncio.Task[None] | None = None

    async def insert(self, port: int) -> None:
        """ConnectionError when no vpcd listens on this loopback port."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        self._serving = asyncio.create_task(self._serve(reader, writer))

    async def remove(self) -> None:
        if self._serving:
            self._serving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._serving

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                size = int.from_bytes(await reader.readexactly(2))
                answer = await self._answer(await reader.readexactly(size))
                if answer is not None:
                    writer.write(len(answer).to_bytes(2) + answer)
        except (asyncio.IncompleteReadError, ConnectionError, Gone):
            pass
        finally:
            writer.close()

    async def _answer(self, message: bytes) -> bytes | None:
        if len(message) > 1:
            await asyncio.sleep(self.card.answer_ms / 1000)
            return self.card.respond(message)
        if message in (POWER_ON, RESET):
            self.card.reset()
        return self.card.atr if message == ATR else None
