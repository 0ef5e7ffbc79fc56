# SPDX-License-Identifier: MIT
"""A card that replays recorded exchanges strictly: [(command, answer), …] in hexadecimal digits."""

from binascii import hexlify, unhexlify

from pos.cards.errors import CardRemoved


class ScriptedCard:
    """An answer None is a card that has been pulled."""

    waiting_time_ms = 1000

    def __init__(self, exchanges):
        self._rest = list(exchanges)

    async def transmit(self, command):
        assert self._rest, "one command too many: " + hexlify(command).decode()
        wanted, answer = self._rest.pop(0)
        assert bytes(command) == unhexlify(wanted), "%s instead of %s" % (hexlify(command).decode(), wanted)
        if answer is None:
            raise CardRemoved()
        return unhexlify(answer)

    def finished(self):
        return not self._rest
