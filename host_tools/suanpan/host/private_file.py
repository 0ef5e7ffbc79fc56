# SPDX-License-Identifier: MIT
"""Files that their owner alone may read: keys, components of keys, and PINs."""

import os
import tempfile
from pathlib import Path
from typing import BinaryIO

from suanpan.errors import Failure
from suanpan.regular_file import MOST, opened

_OTHERS = 0o077


def read_private(path: Path, name: str, mine: bool = True) -> bytes:
    """What is in it. Failure when others may read it, it is another user's and should be `mine`, or cannot be read."""
    try:
        with opened(path) as file:
            facts = os.fstat(file.fileno())
            if facts.st_mode & _OTHERS or (mine and facts.st_uid != os.geteuid()):
                raise Failure(
                    f"{name} is not its owner's alone", f"chmod 600 {path}; replace what others may have seen"
                )
            if facts.st_size > MOST:
                raise Failure(f"{name} is too large for keys", "name another one")
            return file.read()
    except OSError as error:
        raise Failure(
            f"{name} is not usable: {error.strerror}", "put it back from its copy, or name another one"
        ) from error


def create_private(path: Path, content: bytes, name: str) -> None:
    """A new file, durable on return; one that is there stays."""
    try:
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            _put(file, content)
        _sync(path.parent)
    except OSError as error:
        raise Failure(
            f"{name} cannot be made: {error.strerror}", "name another file: this one is never replaced"
        ) from error


def write_private(path: Path, content: bytes, name: str) -> None:
    """Replace it whole, durable on return."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, written = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # mode 600 from the start
        with open(handle, "wb") as file:
            _put(file, content)
        os.replace(written, path)
        _sync(path.parent)
    except OSError as error:
        raise Failure(f"{name} cannot be written: {error.strerror}", "name another place") from error


def _put(file: BinaryIO, content: bytes) -> None:
    file.write(content)
    file.flush()
    os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
