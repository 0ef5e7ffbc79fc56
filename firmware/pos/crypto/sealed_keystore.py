# SPDX-License-Identifier: MIT
"""Key store for development: a file sealed with a device key by AES-CCM (RFC 3610).

It is as good as the place of the device key. An old copy of the file opens again: it knows no rollback.
"""

from pos.compat import urandom
from pos.crypto import ccm, key_file
from pos.crypto.keystore import KeyStoreError
from pos.crypto.named_keys import NamedKeys

_MAGIC = b"SKS1"
_NONCE = 13
_HEAD = len(_MAGIC) + _NONCE


class SealedKeyStore(NamedKeys):
    """Keys in the file `path` under `device_key`, 16 bytes that no file holds in clear."""

    def __init__(self, path, device_key):
        if len(device_key) != 16:
            raise ValueError("key store: device key of 16 bytes wanted")
        self._path, self._device_key = path, device_key
        NamedKeys.__init__(self)

    def _load(self):
        sealed = key_file.read(self._path)
        if sealed is None:
            return None
        data = None
        if sealed[: len(_MAGIC)] == _MAGIC and len(sealed) >= _HEAD:
            data = ccm.decrypt(self._device_key, bytes(sealed[len(_MAGIC) : _HEAD]), sealed[_HEAD:], _MAGIC)
        if data is None:
            raise KeyStoreError("key file damaged or of another device: provision the terminal again")
        return bytearray(data)

    def _store(self, data):
        nonce = urandom(_NONCE)
        sealed = _MAGIC + nonce + ccm.encrypt(self._device_key, nonce, data, _MAGIC)
        key_file.replace(self._path, sealed, False)

    def _destroy(self):
        key_file.remove(self._path)
