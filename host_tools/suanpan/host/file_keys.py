# SPDX-License-Identifier: MIT
"""The key service for development: keys in clear in one file that nobody but its owner may read.

JSON {label: hexadecimal digits}; 32 bytes alone are the vault's key, as earlier versions wrote it.
"""

import json
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pos.crypto import dukpt
from pos.crypto.kcv import aes_kcv
from suanpan.errors import FAILED, Failure
from suanpan.host.keys import VAULT, KeyMissing, KeysAway, base_label, split_ksn
from suanpan.host.private_file import read_private, write_private
from suanpan.places import data_dir

NONCE = 12
_SIZES = (16, 32)


def default_path() -> Path:
    """File that holds the host's own keys when no service is named."""
    return Path(os.environ.get("SUANPAN_HOST_KEY") or data_dir() / "host.key")


class FileKeys:
    """See keys.KeyService. The file is read each time: no key stays here longer than it is used."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self.name = f"the key file {self._path}"

    def data_key(self, ksn: bytes) -> bytes:
        return self._working_key(ksn, "data")

    def pin_key(self, ksn: bytes) -> bytes:
        return self._working_key(ksn, "pin")

    def _working_key(self, ksn: bytes, usage: str) -> bytes:
        key_id, counter = split_ksn(ksn)
        label = base_label(key_id)
        base = self._held().get(label)
        if base is None:
            raise KeyMissing(label)
        return dukpt.working_key(dukpt.initial_key(base, key_id), key_id, counter, usage)

    def seal(self, clear: bytes, aad: bytes) -> bytes:
        keys = self._held()
        if VAULT not in keys:
            self._write(keys | {VAULT: os.urandom(32)})
        nonce = os.urandom(NONCE)
        return nonce + self._cipher().encrypt(nonce, clear, aad)

    def unseal(self, sealed: bytes, aad: bytes) -> bytes:
        try:
            return self._cipher().decrypt(sealed[:NONCE], sealed[NONCE:], aad)
        except InvalidTag as error:
            raise Failure(f"this does not open with {self.name}", "name the file that was in use") from error

    def put_base(self, base_id: bytes, key: bytes) -> None:
        keys, label = self._held(), base_label(base_id)
        if label in keys:
            raise Failure(f"{self.name} has a key {label} already", "give the new key an id of its own")
        self._write(keys | {label: key})

    def listed(self) -> list[dict]:
        return [
            {"label": label, "bits": 8 * len(key), "kcv": aes_kcv(key, 3).hex().upper(), "leaves": True}
            for label, key in sorted(self._keys().items())
        ]

    def close(self) -> None:
        pass

    def _cipher(self) -> AESGCM:
        key = self._keys().get(VAULT)
        if key is None:
            raise Failure(f"{self.name} has no key {VAULT}", "name the file that was in use")
        return AESGCM(key)

    def _held(self) -> dict[str, bytes]:
        """No keys yet when the file is not there yet."""
        return self._keys() if self._path.exists() else {}

    def _keys(self) -> dict[str, bytes]:
        try:
            raw = read_private(self._path, self.name)
            return {VAULT: raw} if len(raw) == 32 else _parsed(raw)
        except Failure as error:
            raise KeysAway(error.message, error.next_step, FAILED) from error
        except (ValueError, AttributeError, TypeError) as error:
            told = f"{self.name} is not usable: it holds no keys"
            raise KeysAway(told, "put it back from its copy", FAILED) from error

    def _write(self, keys: dict[str, bytes]) -> None:
        text = json.dumps({label: key.hex().upper() for label, key in keys.items()}, indent=1)
        write_private(self._path, text.encode() + b"\n", self.name)


def _parsed(raw: bytes) -> dict[str, bytes]:
    keys = {label: bytes.fromhex(text) for label, text in json.loads(raw).items()}
    if any(len(key) not in _SIZES for key in keys.values()):
        raise ValueError("wrong size")
    return keys
