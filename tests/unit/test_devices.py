# SPDX-License-Identifier: MIT
# heap: 256k
"""Block devices without flash: the interface the journal relies on, and a journal that lives in a file."""

import os

from expect import raises
from journal_bench import amounts, sale
from own_file import own_file
from pos.codec import records
from pos.journal import Journal, JournalUnformatted
from pos.journal.devices import BLOCK, FileDevice, RamDevice

PATH = own_file("devices.img")


def with_file(story, blocks=6):
    """Run `story(device)` on a new file, which is removed in the end."""
    device = FileDevice.create(PATH, blocks)
    try:
        story(device)
    finally:
        device.close()
        os.remove(PATH)


def exercise(device):
    assert device.ioctl(4, 0) == 6 and device.ioctl(5, 0) == BLOCK and not device.ioctl(3, 0)
    got = bytearray(8)
    device.readblocks(2, got, 100)
    assert got == b"\xff" * 8
    device.writeblocks(2, b"abcd", 102)
    device.readblocks(2, got, 100)
    assert got == b"\xff\xffabcd\xff\xff"
    device.writeblocks(1, b"\x00" * BLOCK)
    device.readblocks(1, got, BLOCK - 8)
    assert got == bytes(8)
    device.ioctl(6, 1)
    device.ioctl(6, 2)
    for block in (1, 2):
        device.readblocks(block, got, 100)
        assert got == b"\xff" * 8
    assert device.writeblocks(5, b"12345678", BLOCK - 4) not in (0, None)


def test_memory_device():
    exercise(RamDevice(6))


def test_file_device():
    with_file(exercise)


def test_file_device_needs_an_image_of_the_right_size():
    raises(OSError, FileDevice, "no-such-image.img")
    with_file(lambda device: raises(ValueError, FileDevice, PATH, 7))


def test_a_new_file_is_not_a_journal():
    with_file(lambda device: raises(JournalUnformatted, Journal(device).recover))


def test_a_journal_in_a_file_is_there_after_reopening():
    def story(device):
        Journal.format(device, "SIM00001", 1)
        journal = Journal(device)
        journal.recover()
        for amount in range(20):
            journal.append(records.SALE, sale(amount))
        other = FileDevice(PATH)
        reader = Journal(other)
        assert reader.recover().records == 20 and amounts(reader) == list(range(20))
        other.close()

    with_file(story)
