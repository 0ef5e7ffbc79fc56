# SPDX-License-Identifier: MIT
"""Files that hold keys: replaced in one step, for their owner alone, overwritten before they are removed."""

import os

from pos.compat import const, durable
from pos.crypto.keystore import KeyStoreError

_ENOENT = const(2)
_KIND, _REGULAR, _OTHERS = 0o170000, 0o100000, 0o077
_ZEROS = bytes(256)


def read(path):
    """The file's bytes in a bytearray; None when there is no file."""
    try:
        with open(path, "rb") as file:
            return bytearray(file.read())
    except OSError as error:
        if error.errno == _ENOENT:
            return None
        raise KeyStoreError("key file cannot be read (error %s): see its rights" % error.errno) from None


def replace(path, data, private):
    """Put `data` into the place of the file, durably and in one step; `private`: for its owner alone."""
    new = created(path + ".new", private)
    with open(new, "r+b") as file:
        file.write(data)
        durable(file)
    os.rename(new, path)


def created(path, private):
    """The path of a new empty file: its owner's alone where the runtime can say so; MicroPython takes the umask."""
    remove(path)
    if hasattr(os, "open"):
        flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY  # type: ignore[attr-defined]  # not in MicroPython
        os.close(os.open(path, flags, 0o600))
    else:
        open(path, "wb").close()
    if private:
        check_private(path)
    return path


def check_private(path):
    """KeyStoreError unless it is a regular file that its owner alone may read, and the owner is this user."""
    found = os.stat(path)
    if found[0] & _KIND != _REGULAR or found[0] & _OTHERS:
        raise KeyStoreError("key file is open to others: chmod 600, and start with umask 077")
    if hasattr(os, "geteuid") and found[4] != os.geteuid():
        raise KeyStoreError("key file belongs to another user: chown it to the terminal's")


def remove(path):
    """Overwrite the file with zeros, durably, then remove it; nothing when there is none."""
    try:
        with open(path, "r+b") as file:
            left = file.seek(0, 2)
            file.seek(0)
            while left > 0:
                left -= file.write(_ZEROS[: min(left, len(_ZEROS))])
            durable(file)
    except OSError as error:
        if error.errno == _ENOENT:
            return
        raise
    os.remove(path)
