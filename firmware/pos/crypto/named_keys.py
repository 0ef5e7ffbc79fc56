# SPDX-License-Identifier: MIT
"""Keys by name: what the key stores with a backend share.

A backend has _load() -> bytearray or None, _store(data) and _destroy(). Keys are bytearrays that `erase` overwrites,
so that nobody goes on with an erased key.
"""

from pos.crypto.keystore import KeyStoreError
from pos.crypto.wipe import wipe


class NamedKeys:
    """`key`, `put`, `names`, `erase`; mac_key and data_key as FileKeyStore has them."""

    def __init__(self):
        data = self._load()
        self._keys = {} if data is None else _parsed(data)
        if data is not None:
            wipe(data)

    def key(self, name, size=None):
        """The key, a bytearray that the store keeps. KeyStoreError without it, or with another size."""
        if name not in self._keys:
            raise KeyStoreError("key '%s' is missing: provision the terminal" % name)
        if size is not None and len(self._keys[name]) != size:
            raise KeyStoreError("key '%s' has the wrong length: provision the terminal again" % name)
        return self._keys[name]

    def put(self, name, key):
        """Keep a key of 1 to 255 bytes durably under an ASCII name; another one of this name is overwritten."""
        if not 0 < len(name.encode()) < 256 or not 0 < len(key) < 256:
            raise ValueError("key store: name and key of 1 to 255 bytes wanted")
        keys = dict(self._keys)
        keys[name] = bytearray(key)
        data = _encoded(keys)
        try:
            self._store(data)
        finally:
            wipe(data)
        wipe(self._keys.get(name, b""))
        self._keys = keys

    def names(self):
        """What is kept, in order."""
        return sorted(self._keys)

    def mac_key(self):
        """32 bytes for messages."""
        return self.key("mac", 32)

    def data_key(self):
        """16 bytes for card data."""
        return self.key("data", 16)

    def erase(self):
        """Overwrite every key, in memory first, then remove what keeps them."""
        for key in self._keys.values():
            wipe(key)
        self._keys = {}
        self._destroy()

    def _load(self):
        raise NotImplementedError

    def _store(self, data):
        raise NotImplementedError

    def _destroy(self):
        raise NotImplementedError


def _encoded(keys):
    """Length, name, length, key; one after the other."""
    data = bytearray(sum([2 + len(name.encode()) + len(keys[name]) for name in keys]))
    at = 0
    for name in sorted(keys):
        for part in (name.encode(), keys[name]):
            data[at] = len(part)
            data[at + 1 : at + 1 + len(part)] = part
            at += 1 + len(part)
    return data


def _parts(data):
    at = 0
    while at < len(data):
        end = at + 1 + data[at]
        if end > len(data) or not data[at]:
            raise ValueError
        yield data[at + 1 : end]
        at = end


def _parsed(data):
    keys = {}
    try:
        parts = list(_parts(data))
        for i in range(0, len(parts), 2):
            keys[bytes(parts[i]).decode()] = parts[i + 1]
    except (ValueError, IndexError):
        raise KeyStoreError("key store damaged: provision the terminal again") from None
    return keys
