# SPDX-License-Identifier: MIT
"""Keys of simulated terminals, derived from a public constant so that host and simulator agree at once.

They protect nothing: anyone can compute them. The host takes them only in sandbox mode.
"""

from pos.crypto.hmac import hmac_sha256

SANDBOX_MASTER = b"suanpan sandbox: a public key ok"


def derive(terminal):
    """(mac key of 32 bytes, data key of 16 bytes) of the sandbox terminal `terminal` (text)."""
    name = terminal.encode()
    return hmac_sha256(SANDBOX_MASTER, b"mac" + name), hmac_sha256(SANDBOX_MASTER, b"data" + name)[:16]
