# SPDX-License-Identifier: MIT
"""One record as it goes into the books: identity, what it tells about, body and hash (codec/records.py).

A record of a kind that this host does not know keeps its identity, so it is stored and folded by a later host.
"""

import hashlib
from typing import NamedTuple

from pos.codec import cbor
from suanpan.host import layout
from suanpan.host.schema import Identity

_LIMIT = 1 << 63  # what SQLite and PostgreSQL hold in an integer


class Entry(NamedTuple):
    """A decoded record of `terminal`; `known` is False when only its head could be read."""

    terminal: str
    epoch: int
    seq: int
    kind: int
    known: bool
    fields: dict
    body: bytes
    body_hash: bytes

    @property
    def identity(self) -> Identity:
        """Never used twice."""
        return self.terminal, self.epoch, self.seq

    @property
    def subject(self) -> Identity:
        """Identity of the intent that this record tells about, or its own."""
        fields = self.fields
        if "of_seq" in fields:
            return self.terminal, fields["of_epoch"], fields["of_seq"]
        return self.terminal, self.epoch, self.seq

    def row(self, now_s: int) -> dict:
        """As the table `records` keeps it."""
        _, subject_epoch, subject_seq = self.subject
        return {
            "terminal": self.terminal,
            "epoch": self.epoch,
            "seq": self.seq,
            "kind": self.kind,
            "subject_epoch": subject_epoch,
            "subject_seq": subject_seq,
            "body_hash": self.body_hash,
            "body": self.body,
            "received_s": now_s,
        }


def read(terminal: str, body: bytes) -> Entry:
    """The record in `body`; ValueError when not even its identity can be read."""
    known = layout.of(body)
    fields = known.read(body) if known else _head(body)
    kind, epoch, seq = fields["kind"], fields["epoch"], fields["seq"]
    if seq == 0 or (known and known.wide and max(map(fields.__getitem__, known.wide)) >= _LIMIT):
        raise ValueError("a number is out of range")
    return Entry(terminal, epoch, seq, kind, known is not None, fields, body, hashlib.sha256(body).digest())


def _head(body: bytes) -> dict:
    values = cbor.loads(body)
    head = values[:4] if isinstance(values, list) else []
    if len(head) < 4 or not all(type(value) is int and 0 <= value < 1 << 32 for value in head):
        raise ValueError("no record: it does not begin with kind, epoch, seq and time")
    return dict(zip(("kind", "epoch", "seq", "at_s"), head, strict=True))
