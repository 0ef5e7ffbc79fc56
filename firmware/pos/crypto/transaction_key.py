# SPDX-License-Identifier: MIT
"""The DUKPT key of one transaction (ANSI X9.24-3), given out by dukpt_register and apart from it: it stays longer."""

from pos.crypto.wipe import wipe


class TransactionKey:
    """One transaction's key: `ksn` goes with the message; `working_key` as often as wanted; then `wipe`."""

    def __init__(self, scheme, key_id, counter, key):
        self._scheme, self._key_id, self._counter, self._key = scheme, key_id, counter, key
        self.ksn = scheme.ksn(key_id, counter)

    def working_key(self, usage, out):
        """Put the key for 'pin', 'mac' or 'data' into `out`, a bytearray of 16 that the caller wipes."""
        self._scheme.derive_working(self._key, self._key_id, self._counter, usage, out)

    def wipe(self):
        wipe(self._key)


def pin_block(key, pin, pan, random8):
    """KSN and block of ISO 9564-1 format 4, 28 bytes. ValueError for PIN or PAN."""
    from pos.crypto.pinblock import format4

    pin_key = bytearray(16)
    key.working_key("pin", pin_key)
    try:
        return key.ksn + format4(pin_key, pin, pan, random8)
    finally:
        wipe(pin_key)
