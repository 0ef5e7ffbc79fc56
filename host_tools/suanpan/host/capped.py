# SPDX-License-Identifier: MIT
"""paho's client with a cap: paho itself asks for as much memory as a broker announces, up to 256 MiB (FAULTS F18).

What is beyond the cap is read and let go. So the message still ends, is put aside as longer than one may be, and is
acknowledged: a connection that ended instead would bring it again for ever.
"""

import paho.mqtt.client as mqtt

from suanpan.host.envelope import MAX_PAYLOAD

MOST = 2 * MAX_PAYLOAD  # bytes of a packet; whatever is cut is too long even without its topic
_CHUNK = 65536


class CappedClient(mqtt.Client):
    """Keeps no more than MOST bytes of a packet."""

    def _sock_recv(self, bufsize: int) -> bytes:
        del self._in_packet["packet"][MOST - _CHUNK :]
        return super()._sock_recv(min(bufsize, _CHUNK))
