# SPDX-License-Identifier: MIT
"""Seals terminal keys for the database (AES-256-GCM, NIST SP 800-38D) by the key service, which is outside it.

A copy of the database alone opens nothing.
"""

import json

from suanpan.errors import Failure
from suanpan.host.keys import KeysAway, KeyService


def seal(keys: KeyService, terminal: str, mac_key: bytes, data_key: bytes) -> bytes:
    """Keys of `terminal` as the database keeps them."""
    clear = json.dumps({"mac": mac_key.hex(), "data": data_key.hex()}).encode()
    return keys.seal(clear, terminal.encode())


def unseal(keys: KeyService, terminal: str, sealed: bytes) -> tuple[bytes, bytes]:
    """(mac key, data key) of `terminal`; Failure when the key service is another one than sealed them."""
    try:
        return parse_keys(keys.unseal(sealed, terminal.encode()))
    except KeysAway:
        raise
    except Failure as error:
        raise Failure(
            f"the keys of terminal {terminal} do not open: {error.message}",
            "name the key service that was in use when the terminal was added (SUANPAN_KEYS, SUANPAN_HOST_KEY)",
        ) from error


def parse_keys(text: bytes) -> tuple[bytes, bytes]:
    """(mac key, data key) of a keys file: {"mac": 64 hex digits, "data": 32 hex digits}. ValueError otherwise."""
    fields = json.loads(text)
    if not isinstance(fields, dict):
        raise ValueError("not a keys file")
    mac_key, data_key = (bytes.fromhex(str(fields.get(name, ""))) for name in ("mac", "data"))
    if len(mac_key) != 32 or len(data_key) != 16:
        raise ValueError("mac needs 64 hex digits and data 32")
    return mac_key, data_key
