# SPDX-License-Identifier: MIT
"""Files that a person names: regular ones of a bounded size. A device or a pipe may never end, or never begin."""

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

MOST = 1 << 20  # bytes of what a person writes, or a key


def opened(path: Path | str) -> BinaryIO:
    """The file, to be read. OSError when there is none."""
    file = open(path, "rb", opener=_at_once)  # noqa: SIM115 - the caller's
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise OSError(errno.EINVAL, "it is no regular file", str(path))


def content(path: Path | str, most: int = MOST) -> bytes:
    """What is in the file. OSError when there is none, or more than `most` bytes are in it."""
    with opened(path) as file:
        found = file.read(most + 1)
    if len(found) > most:
        raise OSError(errno.EINVAL, f"it has more than {most} bytes", str(path))
    return found


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)  # a pipe that nobody writes to would keep it waiting
