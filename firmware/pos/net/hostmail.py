# SPDX-License-Identifier: MIT
"""Opens what claims to come from the host: COSE_Mac0 (RFC 9052) under this terminal's key, for this terminal.

Whoever runs the broker can send anything, and again; only what passes here may move the cursor or decide a sale.
"""

from pos.codec import cose, messages
from pos.codec.cose import MacError


class ForgedError(Exception):
    """Not made by the host for this terminal; `alarm` is the name in the catalogue."""

    def __init__(self, alarm, detail):
        super().__init__(detail)
        self.alarm = alarm


def opened(mac_key, terminal, nonce, epoch, next_seq, payload):
    """The message as a dict, or None for one to an earlier power-on. ForgedError for everything else."""
    try:
        message = messages.parse_down(cose.open_mac0(mac_key, payload, messages.AAD_DOWN))
    except MacError:
        raise ForgedError("host_mac", "wrong MAC") from None
    except ValueError as error:
        raise ForgedError("host_mac", "malformed: %s" % error) from None
    if message["terminal"] != terminal:
        raise ForgedError("identity", "message for %s" % message["terminal"])
    if message["epoch"] < epoch:
        return None  # delivered late; what it speaks of has its own epoch's evidence
    if message["epoch"] > epoch or _highest(message) >= next_seq:
        raise ForgedError("identity", "the host knows records that this terminal never wrote")
    return message if message["nonce"] == nonce else None


def _highest(message):
    """Highest sequence number that the message speaks of."""
    highs = [high for _, high in message.get("ranges", ())]
    return max([message.get("seq", 0), message.get("cumulative", 0)] + highs)
