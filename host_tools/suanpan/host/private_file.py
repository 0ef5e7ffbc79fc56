# SPDX-License-Identifier: MIT
"""Files that their owner alone may read: keys and PINs of the host."""

import os
import tempfile
from pathlib import Path

from suanpan.errors import Failure

_OTHERS = 0o077


def read_private(path: Path, name: str) -> bytes:
    """What is in it. Failure when it cannot be read, is another user's, or others may read it."""
    try:
        with path.open("rb") as file:
            facts = os.fstat(file.fileno())
            if facts.st_uid != os.geteuid() or facts.st_mode & _OTHERS:
                raise Failure(
                    f"{name} is not its owner's alone", f"chmod 600 {path}; replace what others may have seen"
                )
            return file.read()
    except OSError as error:
        raise Failure(
            f"{name} is not usable: {error.strerror}", "put it back from its copy, or name another one"
        ) from error


def write_private(path: Path, content: bytes, name: str) -> None:
    """Replace it whole, durable on return."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, written = tempfile.mkstemp(dir=path.parent, prefix=path.name)  # mode 600 from the start
        with open(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(written, path)
        _sync(path.parent)
    except OSError as error:
        raise Failure(f"{name} cannot be written: {error.strerror}", "name another place") from error


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
