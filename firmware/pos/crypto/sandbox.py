# SPDX-License-Identifier: MIT
"""Keys of simulated terminals, derived from a public constant so that host and simulator agree at once.

They protect nothing: anyone can compute them. The host takes them only in sandbox mode.
"""

from pos.crypto.hmac import hmac_sha256

SANDBOX_MASTER = b"suanpan sandbox: a public key ok"
BASE_ID = b"TEST"  # begins every initial key id of the sandbox (ANSI X9.24-3)


def derive(terminal):
    """(mac key of 32 bytes, data key of 16 bytes) of the sandbox terminal `terminal` (text)."""
    name = terminal.encode()
    return hmac_sha256(SANDBOX_MASTER, b"mac" + name), hmac_sha256(SANDBOX_MASTER, b"data" + name)[:16]


def base_key():
    """Base derivation key of DUKPT, 16 bytes."""
    return hmac_sha256(SANDBOX_MASTER, b"base")[:16]


def key_id(terminal, epoch):
    """Initial key id, 8 bytes: another one for a terminal that begins anew, whose counter does."""
    return BASE_ID + hmac_sha256(SANDBOX_MASTER, b"id %d " % epoch + terminal.encode())[:4]


def initial_key(terminal, epoch):
    """(initial DUKPT key of 16 bytes, its key id)."""
    from pos.crypto import dukpt

    name = key_id(terminal, epoch)
    return dukpt.initial_key(base_key(), name), name
