# SPDX-License-Identifier: MIT
"""DES and triple DES (FIPS 46-3, NIST SP 800-67): legacy, for acquirers that still ask for it.

The twin with machine code where the runtime can emit it, else the plain one; both look into tables, so their
time depends on what is enciphered wherever memory is cached.
"""

from pos.crypto.des_tables import BOXES, SCHEDULE
from pos.crypto.xor import xor_into

try:
    from pos.crypto.des_native import des_block, des_schedule
except (ImportError, SyntaxError, AttributeError, ValueError):  # no native emitter here
    from pos.crypto.des_plain import des_block, des_schedule

BLOCK = 8


class Tdes:
    """Blocks under a key of 24 or 16 bytes, or of 8 (single DES). ValueError for another length."""

    def __init__(self, key):
        if len(key) not in (8, 16, 24):
            raise ValueError("DES: key of 8, 16 or 24 bytes wanted")
        self._schedules = []
        for at in range(0, len(key), BLOCK):
            schedule = bytearray(128)
            des_schedule(key, at, schedule, SCHEDULE)
            self._schedules.append(schedule)
        if len(key) == 16:
            self._schedules.append(self._schedules[0])

    def encrypt(self, block):
        """Encipher a bytearray of 8 in place."""
        self._pass(block, range(len(self._schedules)), 0)

    def decrypt(self, block):
        """Decipher a bytearray of 8 in place."""
        self._pass(block, range(len(self._schedules) - 1, -1, -1), 1)

    def _pass(self, block, order, backward):
        """Encipher, decipher, encipher; or the other way round."""
        if len(block) != BLOCK:  # machine code would write past its end
            raise ValueError("DES: block of 8 bytes wanted")
        for i in order:
            if i & 1 == backward:
                des_block(block, self._schedules[i], BOXES, 0, 8)
            else:
                des_block(block, self._schedules[i], BOXES, 120, -8)

    def cbc_encrypt(self, data):
        """Encipher a bytearray of whole blocks in place, from a zero vector."""
        if len(data) % BLOCK:
            raise ValueError("DES: whole blocks wanted")
        chain = bytearray(BLOCK)
        for at in range(0, len(data), BLOCK):
            xor_into(chain, data, at, BLOCK)
            self.encrypt(chain)
            data[at : at + BLOCK] = chain

    def wipe(self):
        """Overwrite the key schedules; the object is spent."""
        from pos.crypto.wipe import wipe

        for schedule in self._schedules:
            wipe(schedule)
