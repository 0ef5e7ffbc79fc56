# SPDX-License-Identifier: MIT
"""A terminal's DUKPT keys (ANSI X9.24-3-2017, X9.24-1-2009): future keys derived ahead, used ones erased.

What comes after a transaction is durable before its key is given out: after a power cut a counter may be skipped,
never taken twice. `scheme` is pos.crypto.dukpt or pos.crypto.dukpt_tdes.
"""

from pos.crypto import dukpt
from pos.crypto.dukpt import ones
from pos.crypto.slots import Slots
from pos.crypto.transaction_key import TransactionKey
from pos.crypto.wipe import wipe

_KEY = 16
_COUNTER = 4  # bytes; 0 when every key is used


class RegisterError(Exception):
    """There is no key to be had; the text says the next step."""


def next_counter(counter, scheme):
    """The counter after this one, without those of too many ones; 0 after the last."""
    counter += 1 if ones(counter) < scheme.MOST_ONES else counter & -counter
    return 0 if counter >> scheme.COUNTER_BITS else counter


def lowest_bit(counter):
    """Number of its lowest set bit."""
    return ones((counter & -counter) - 1)


class Register:
    """`inject` once, then `take` for each transaction. `device`: two or more erase blocks that are its own."""

    def __init__(self, device, scheme=dukpt):
        self._scheme = scheme
        self._slots = Slots(device, _COUNTER + scheme.KEY_ID + scheme.COUNTER_BITS * _KEY)
        state, keys = self._slots.state, _COUNTER + scheme.KEY_ID
        self._counter_bytes, self._key_id, self._keys = state[:_COUNTER], state[_COUNTER:keys], state[keys:]
        self.ready = self._slots.load()

    @property
    def exhausted(self):
        """Has every key been used?"""
        return self.ready and not self._counter()

    @property
    def key_id(self):
        """The initial key id; None without keys."""
        return bytes(self._key_id) if self.ready else None

    def inject(self, initial_key, key_id):
        """Take up a new initial key, which the caller wipes then. RegisterError when its key id is here already."""
        scheme = self._scheme
        if len(initial_key) != _KEY or len(key_id) != scheme.KEY_ID:
            raise ValueError("DUKPT: key of 16 and key id of %d bytes wanted" % scheme.KEY_ID)
        if self.key_id == bytes(key_id):
            raise RegisterError("these keys are injected already: their counter cannot go back")
        self.ready = False
        self._key_id[:] = key_id
        for bit in range(scheme.COUNTER_BITS):
            scheme.derive_next(initial_key, self._key_id, 1 << bit, self._at(bit))
        self._save(1)
        self.ready = True

    def check(self):
        """RegisterError without keys, or when all are used."""
        if not self.ready:
            raise RegisterError("no DUKPT keys: inject new keys")
        if self.exhausted:
            raise RegisterError("DUKPT keys used up: inject more")

    def take(self):
        """The next TransactionKey, used up by this call; RegisterError as of `check`."""
        self.check()
        counter = self._counter()
        bit = lowest_bit(counter)
        key = bytearray(self._at(bit))
        if ones(counter) < self._scheme.MOST_ONES:
            for lower in range(bit):
                self._scheme.derive_next(key, self._key_id, counter | 1 << lower, self._at(lower))
        wipe(self._at(bit))
        self._save(next_counter(counter, self._scheme))
        return TransactionKey(self._scheme, bytes(self._key_id), counter, key)

    def erase(self):
        """Forget every key: tamper, or the terminal's end."""
        self.ready = False
        self._slots.erase()

    def _counter(self):
        return int.from_bytes(self._counter_bytes, "big")

    def _save(self, counter):
        self._counter_bytes[:] = counter.to_bytes(_COUNTER, "big")
        self._slots.save()

    def _at(self, bit):
        return self._keys[bit * _KEY : (bit + 1) * _KEY]
