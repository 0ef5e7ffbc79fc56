# SPDX-License-Identifier: MIT
"""Packets that wait for their acknowledgement (MQTT 3.1.1 section 4.4): numbers, results, losses."""

import asyncio

from pos.net.errors import MqttProtocolError
from pos.net.packet import DUP


class Delivery:
    """What became of a packet that is acknowledged: `await delivery.wait()`."""

    def __init__(self, number, data=None):
        self.number = number
        self.data = data  # kept for a resend; None when the sender does not want one
        self.result = None
        self.error = None
        self._settled = asyncio.Event()

    @property
    def done(self):
        return self._settled.is_set()

    def settle(self, result=None, error=None):
        self.result, self.error = result, error
        self._settled.set()

    def renew(self):
        """Wait again: the packet is sent once more."""
        self.data[0] |= DUP
        self.error = None
        self._settled.clear()

    async def wait(self):
        """The acknowledgement's result. Exits: acknowledged, connection lost (MqttClosed, LinkError)."""
        await self._settled.wait()
        if self.error:
            raise self.error
        return self.result


def unused(waiting, last):
    """The packet number after `last` that none of `waiting` has (section 2.3.1)."""
    taken = [delivery.number for delivery in waiting]
    while True:
        last = last % 65535 + 1
        if last not in taken:
            return last


def settle(waiting, number, kind=None, result=None):
    """Take the delivery `number` out of `waiting`; MqttProtocolError when none of that kind waits."""
    for index, delivery in enumerate(waiting):
        if delivery.number == number and (kind is None or delivery.data == kind):
            waiting.pop(index)
            return delivery.settle(result)
    raise MqttProtocolError("acknowledgement %d was not awaited" % number)
