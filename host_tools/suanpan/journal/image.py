# SPDX-License-Identifier: MIT
"""A journal image on a copy in memory, so that nothing is ever written to the file."""

from typing import Any

from pos.journal.devices import BLOCK, PAGE, RamDevice
from pos.journal.journal import Journal
from suanpan import regular_file
from suanpan.errors import USAGE, Failure
from suanpan.terminal_id import NAME

MOST = 1 << 28  # bytes of an image, or of its export, which is three times as long


def device_of(image: bytes) -> RamDevice:
    """The image's blocks as a device of their own."""
    device = RamDevice(len(image) // BLOCK)
    pages: list[Any] = device.pages
    for page in range(len(image) // PAGE):
        # Not through writeblocks, which clears bit by bit: 100 ms in which no key press would be shown.
        pages[page] = bytearray(image[page * PAGE : (page + 1) * PAGE])
    return device


def recovered(image: bytes) -> Journal:
    """The journal of an image. JournalError when it is damaged or holds none; ValueError when it is no terminal's."""
    journal = Journal(device_of(image))
    journal.recover()
    if not NAME.fullmatch(journal.terminal):
        raise ValueError("its blocks name no terminal")
    return journal


def read(path: str) -> bytes:
    """The bytes of an image file; a Failure when it cannot be one."""
    return whole(content(path), path)


def content(path: str) -> bytes:
    """The bytes of a file; a Failure when it cannot be read."""
    step = "name the flash.img of a terminal, or what suanpan journal export wrote"
    try:
        return regular_file.content(path, MOST)
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}", step, USAGE) from None


def whole(image: bytes, path: str) -> bytes:
    """`image`; a Failure when it is not whole blocks."""
    if not image or len(image) % BLOCK:
        raise Failure(
            f"{path} is no journal image: {len(image)} bytes, not whole blocks of {BLOCK}",
            "name the flash.img of a terminal",
            USAGE,
        )
    return image
