# SPDX-License-Identifier: MIT
"""Key store for Linux: a file that its owner alone may read; anything else is refused.

It protects from other users of the machine, not from a copy of its medium: that needs an encrypted disk.
"""

from pos.crypto import key_file
from pos.crypto.named_keys import NamedKeys


class OwnerKeyStore(NamedKeys):
    """Keys in the file `path`, which must have mode 600 and belong to the user that runs the terminal."""

    def __init__(self, path):
        self._path = path
        NamedKeys.__init__(self)

    def _load(self):
        data = key_file.read(self._path)
        if data is not None:
            key_file.check_private(self._path)
        return data

    def _store(self, data):
        key_file.replace(self._path, data, True)

    def _destroy(self):
        key_file.remove(self._path)
