# SPDX-License-Identifier: MIT
"""Where a simulated terminal's keys come from: one JSON file, which protects nothing by itself.

Boards put a store with the same methods in its place: sealed_keystore, owner_keystore, nvs_keystore (FAULTS S11).
"""

import json
from binascii import unhexlify


class KeyStoreError(Exception):
    """The key file is missing or damaged; the terminal must be provisioned."""


class FileKeyStore:
    """Keys of `path`: {"mac": 64 hexadecimal digits, "data": 32 hexadecimal digits}."""

    def __init__(self, path):
        self._path = path
        try:
            with open(path) as file:
                keys = json.load(file)
            self._mac, self._data = [bytearray(unhexlify(keys[name])) for name in ("mac", "data")]
        except OSError:
            raise KeyStoreError("key file missing: provision the terminal") from None
        except (ValueError, KeyError, TypeError):
            raise KeyStoreError("key file damaged: provision the terminal again") from None
        if len(self._mac) != 32 or len(self._data) != 16:
            raise KeyStoreError("key file holds keys of the wrong length: provision the terminal again")

    def mac_key(self):
        """32 bytes for messages, which `erase` overwrites wherever they are held."""
        return self._held(self._mac)

    def data_key(self):
        """16 bytes for card data."""
        return self._held(self._data)

    def erase(self):
        """Overwrite the keys in memory, then the file, which is removed; nobody gets a key from here again."""
        for key in (self._mac, self._data):
            if key:
                key[:] = bytes(len(key))
        self._mac = self._data = None
        from pos.crypto.key_file import remove

        remove(self._path)

    def _held(self, key):
        if key is None:
            raise KeyStoreError("keys are erased: provision the terminal again")
        return key
