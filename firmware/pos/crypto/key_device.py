# SPDX-License-Identifier: MIT
"""The register of DUKPT keys in a file, on Linux: erase blocks that their owner alone may read."""

import os

from pos.crypto import key_file
from pos.journal.devices import FileDevice


def open_device(path, blocks=2):
    """A block device for a Register, made when there is none; close it. KeyStoreError when it is open to others."""
    if not FileDevice.exists(path):
        new = key_file.created(path + ".new", True)
        FileDevice.create(new, blocks).close()
        os.rename(new, path)
    key_file.check_private(path)
    return FileDevice(path, blocks)
