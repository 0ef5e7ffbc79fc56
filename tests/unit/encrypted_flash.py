# SPDX-License-Identifier: MIT
"""ESP32 flash encryption as far as software sees it: bytes go through a pad that hangs on their address."""


def pad(buf, address):
    """Encipher or decipher in place what is to be at `address`."""
    for i in range(len(buf)):
        buf[i] ^= (address + i) * 167 + ((address + i) >> 8) * 59 & 0xFF


def encrypted(flash, block_size):
    """A class of devices that read and write through the pad on the class `flash`."""

    class Encrypted(flash):
        def readblocks(self, block, buf, offset=0):
            flash.readblocks(self, block, buf, offset)
            pad(buf, block * block_size + offset)
            return 0

        def writeblocks(self, block, buf, offset=None):
            hidden = bytearray(buf)
            pad(hidden, block * block_size + (offset or 0))
            return flash.writeblocks(self, block, hidden, offset)

    return Encrypted
