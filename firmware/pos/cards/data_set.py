# SPDX-License-Identifier: MIT
"""What terminal and card know of one transaction, as BER-TLV in one bounded buffer (EMV Book 3 annex A).

The terminal's own objects come first, so that no card can take their place; the card's records stand as they were
read, for the signature over them. Nothing of it has a text form.
"""

from binascii import hexlify

from pos.cards import tlv
from pos.cards.errors import CardError
from pos.compat import const

_RECORD = const(0x70)
_AMOUNT = const(0x9F02)
_CAPACITY = const(2304)
_TVR = const(0x95)
_TSI = const(0x9B)
_SCRIPT_RESULTS = const(0x9F5B)
_TYPE = const(0x9C)
_REFUND = b"\x20"


class DataSet:
    """`tvr` and `tsi` are set bit by bit; `application` is the terminal's row for the one chosen.

    These two and `script_results` are the terminal's alone: what a card says of them is never read.
    """

    def __init__(self, capacity=_CAPACITY):
        self._buf = bytearray(capacity)
        self._view = memoryview(self._buf)
        self._size = self._card = 0
        self._forget()

    def _forget(self):
        self.tvr, self.tsi = bytearray(5), bytearray(2)
        self.application = None
        self.signed = []
        self.script_results = b""
        self.genuine = True  # no signature over a cryptogram has failed
        self.told = []  # values of PDOL and CDOLs, which CDA signs besides the answer
        self._records = self._size

    def keep(self):
        """What was put so far is the terminal's and outlives `restart`."""
        self._card = self._size

    def restart(self):
        """Forget everything of the card: another application is tried."""
        self._clear(self._card, self._size)
        self._size = self._card
        self._forget()

    def wipe(self):
        """Overwrite everything."""
        self._card = 0
        self.restart()

    def _clear(self, at, end):
        for i in range(at, end):
            self._buf[i] = 0

    def get(self, tag):
        """Copy of a value, or None."""
        if tag == _TVR:
            return bytes(self.tvr)
        if tag == _TSI:
            return bytes(self.tsi)
        if tag == _SCRIPT_RESULTS:
            return self.script_results or None
        if not tlv.find(self._buf, tag, 0, self._size):
            return None
        at = tlv.FOUND[tlv.START]
        return bytes(self._view[at : at + tlv.FOUND[tlv.LENGTH]])

    @property
    def amount(self):
        """Amount authorised in minor units."""
        return int(hexlify(self.get(_AMOUNT)))

    @property
    def refunds(self):
        """Does money go back? Then the card is only read, and what cryptogram it gives decides nothing."""
        return self.get(_TYPE) == _REFUND

    def put(self, tag, value):
        """Set a value; an older one of another length becomes padding."""
        if tlv.find(self._buf, tag, 0, self._size):
            at, length = tlv.FOUND[tlv.START], tlv.FOUND[tlv.LENGTH]
            if length == len(value):
                self._buf[at : at + length] = value
                return
            self._clear(tlv.FOUND[tlv.BEGIN], at + length)
        self._append(tlv.build((tag, value)))

    def take(self, fields, value_of):
        """Put what an answer holds, by rows (tag, shortest, longest, must be there); else CardError."""
        for tag, shortest, longest, needed in fields:
            value = value_of(tag)
            if value is None and needed or value is not None and not shortest <= len(value) <= longest:
                raise CardError("malformed")
            if value is not None:
                self.put(tag, value)

    def _append(self, encoded):
        end = self._size + len(encoded)
        if end > len(self._buf):
            raise CardError("malformed")
        self._buf[self._size : end] = encoded
        self._size = end

    def begin_records(self):
        self._records = self._size

    def add_record(self, record, signed):
        """Take a record's template 70; the same object in two records is an error (Book 3 section 10.2).

        `signed` None: not covered by the signature; else how many bytes of its head are not.
        """
        size = self._size
        for tag, _, _ in tlv.parse(tlv.value(record, _RECORD)):
            if tlv.find(self._buf, tag, self._records, size):
                raise CardError("malformed")
        self._append(record)
        if signed is not None:
            self.signed.append((size + signed, self._size))

    def hash_signed(self, digest):
        """Feed the records that the signature covers to a digest, in the order of reading."""
        for at, end in self.signed:
            digest.update(self._view[at:end])
