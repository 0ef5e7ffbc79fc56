# SPDX-License-Identifier: MIT
"""Key store in the ESP32's non-volatile storage (docs.micropython.org, esp32.NVS).

It protects nothing unless flash encryption and NVS encryption are on: docs/crypto.md says how.
"""

from pos.compat import const
from pos.crypto.keystore import KeyStoreError
from pos.crypto.named_keys import NamedKeys

_BLOB = "keys"
_ROOM = const(1024)  # more than a terminal's keys; a blob may have 4000
_NOT_FOUND = -0x1102  # ESP_ERR_NVS_NOT_FOUND, as the port raises it


class NvsKeyStore(NamedKeys):
    """Keys as one blob of `nvs`, esp32.NVS(namespace): written whole, so that a power cut leaves the old or the new."""

    def __init__(self, nvs):
        self._nvs = nvs
        NamedKeys.__init__(self)

    def _load(self):
        room = bytearray(_ROOM)
        try:
            size = self._nvs.get_blob(_BLOB, room)
        except OSError as error:
            if error.errno == _NOT_FOUND:
                return None
            raise KeyStoreError("key storage cannot be read: provision the terminal again") from None
        return room[:size]

    def _store(self, data):
        if len(data) > _ROOM:
            raise ValueError("key store: more than %d bytes of keys" % _ROOM)
        self._nvs.set_blob(_BLOB, data)
        self._nvs.commit()

    def _destroy(self):
        """Zeros first: the blob before stays in its page, enciphered, until that is reclaimed."""
        self._nvs.set_blob(_BLOB, bytes(_ROOM))
        self._nvs.commit()
        self._nvs.erase_key(_BLOB)
        self._nvs.commit()
