# SPDX-License-Identifier: MIT
"""Seals terminal keys for the database with AES-256-GCM (NIST SP 800-38D) under a key file outside it.

A copy of the database alone opens nothing. The key file is `$SUANPAN_HOST_KEY`, else host.key in the data folder.
"""

import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from suanpan.errors import Failure
from suanpan.places import data_dir

_NONCE = 12


def key_path() -> Path:
    """File that holds the host's own key."""
    return Path(os.environ.get("SUANPAN_HOST_KEY") or data_dir() / "host.key")


def seal(terminal: str, mac_key: bytes, data_key: bytes) -> bytes:
    """Keys of `terminal` as the database keeps them."""
    nonce = os.urandom(_NONCE)
    clear = json.dumps({"mac": mac_key.hex(), "data": data_key.hex()}).encode()
    return nonce + _cipher(create=True).encrypt(nonce, clear, terminal.encode())


def unseal(terminal: str, sealed: bytes) -> tuple[bytes, bytes]:
    """(mac key, data key) of `terminal`; Failure when the key file is missing or another one."""
    try:
        clear = _cipher(create=False).decrypt(sealed[:_NONCE], sealed[_NONCE:], terminal.encode())
    except InvalidTag as error:
        raise Failure(
            f"the keys of terminal {terminal} do not open with {key_path()}",
            "set SUANPAN_HOST_KEY to the key file that was in use when the terminal was added",
        ) from error
    return parse_keys(clear)


def parse_keys(text: bytes) -> tuple[bytes, bytes]:
    """(mac key, data key) of a keys file: {"mac": 64 hex digits, "data": 32 hex digits}. ValueError otherwise."""
    fields = json.loads(text)
    if not isinstance(fields, dict):
        raise ValueError("not a keys file")
    mac_key, data_key = (bytes.fromhex(str(fields.get(name, ""))) for name in ("mac", "data"))
    if len(mac_key) != 32 or len(data_key) != 16:
        raise ValueError("mac needs 64 hex digits and data 32")
    return mac_key, data_key


def _cipher(create: bool) -> AESGCM:
    path = key_path()
    try:
        if create and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(os.urandom(32))
                file.flush()
                os.fsync(file.fileno())
        return AESGCM(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Failure(
            f"the host's key file {path} is not usable: {error}",
            "restore it, or set SUANPAN_HOST_KEY to where it is",
        ) from error
