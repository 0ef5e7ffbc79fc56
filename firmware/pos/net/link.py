# SPDX-License-Identifier: MIT
"""TCP (and TLS) connections for the MQTT client, with each failure named after its layer.

The addresses of the last good connection are kept, so a dead resolver does not cut off a known broker.
"""

import asyncio
import errno

from pos import compat
from pos.net.errors import LinkError

_REASONS = {errno.ECONNREFUSED: "refused", errno.EHOSTUNREACH: "unreachable", errno.ETIMEDOUT: "timeout"}


def named(error):
    """LinkError for an OSError, EOFError or ValueError that a stream raised."""
    if isinstance(error, EOFError):
        return LinkError("closed", "by the peer")
    if isinstance(error, ValueError):  # MicroPython: certificate not accepted; CPython: CertificateError
        return LinkError("tls", str(error).strip())
    number = error.errno
    if type(error).__name__.startswith("SSL") or (isinstance(number, int) and number < -255):
        return LinkError("tls", str(error))  # mbedTLS codes lie below -255
    return LinkError(_REASONS.get(number, "closed"), str(error))


class TcpLink:
    """Opens streams to a broker: `reader, writer = await link.open(host, port)`."""

    def __init__(self):
        self._known = {}  # (host, port): (addresses, does the last one still answer?)

    async def open(self, host, port, tls=None, server_hostname=None, timeout_ms=10000):
        """Streams to host:port. LinkError names the layer. Exits: connected, failed, timeout_ms over."""
        name = server_hostname or host
        try:
            return await compat.wait_for_ms(self._open(host, port, tls, name, timeout_ms), timeout_ms)
        except asyncio.TimeoutError:
            raise LinkError("timeout", "no connection to %s:%d in %d ms" % (host, port, timeout_ms)) from None

    async def _open(self, host, port, tls, name, timeout_ms):
        addresses = await self._addresses(host, port, timeout_ms // 2)
        failure = LinkError("dns", "no address")
        for address in addresses:
            try:
                streams = await compat.dial(address, tls, name)
                self._known[(host, port)] = [address], True
                return streams
            except (OSError, EOFError, ValueError) as error:
                failure = named(error)
        if (host, port) in self._known:  # the broker may have moved: ask again next time
            self._known[(host, port)] = self._known[(host, port)][0], False
        raise LinkError(failure.reason, "%s:%d (%s)" % (host, port, failure.detail))

    async def _addresses(self, host, port, timeout_ms):
        """The last good address while it answers, and when the name does not resolve."""
        known, answers = self._known.get((host, port), ((), False))
        if answers:
            return known
        try:
            return await compat.wait_for_ms(compat.resolve(host, port), timeout_ms)
        except (OSError, asyncio.TimeoutError) as error:
            if known:
                return known
            raise LinkError("dns", "%s does not resolve (%s)" % (host, error)) from None
