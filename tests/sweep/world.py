# SPDX-License-Identifier: MIT
"""What a power cut does not take: the flash, the paper, the host's books, and what was promised to the application."""

from torn import Flash

from pos.codec import records
from pos.domain import transaction as tx
from pos.journal import Journal

TERMINAL = "SIM00001"
_LAST = 8  # records among which the last sale before the story is


class World:
    """`branch` makes another one with the same past. Records before `since` were settled before the story began."""

    def __init__(self, image):
        self.image = image
        self.settled = []  # encoded records from number 1 on
        self.since = 1
        self.promised = []  # the ones behind them: `append` returned
        self.trying = None  # the one that is being appended
        self.receipted = 0  # up to here `retire` returned
        self.ledger = {}  # seq: encoded record, in the host's books, from `since` on
        self.slips = []  # (seq, amount) of what came out of the printer since

    def branch(self, image):
        other = self.__class__(image)
        other.settled, other.since = self.settled, self.since
        other.promised, other.trying = list(self.promised), self.trying
        other.receipted, other.ledger, other.slips = self.receipted, dict(self.ledger), list(self.slips)
        return other

    def flash(self, before=None):
        """The journal's device."""
        return Flash(self.image, before)

    def forget(self):
        """A new story begins."""
        self.since += len(self.promised)
        self.settled = self.settled + self.promised
        for kept in (self.promised, self.ledger, self.slips):
            kept.clear()

    def last_transaction(self):
        """The newest intent and what was promised to follow it, folded; None without any."""
        following = []
        for record in reversed(self.settled[-_LAST:] + self.promised):
            fields = records.as_dict(record)
            owner = tx.identity(fields)
            if owner is not None:
                following.append(fields)
            if fields["kind"] in tx.INTENTS:
                mine = [found for found in reversed(following) if tx.identity(found) == owner]
                return tx.fold(mine)
        return None


class Witness(Journal):
    """The journal, with `world` as the memory of what it promised."""

    def __init__(self, device, world):
        Journal.__init__(self, device)
        self._world = world

    def append(self, schema, values, urgent=False):
        wanted = list(values)
        wanted[:3] = [schema.kind, self.epoch, self.next_seq]
        self._world.trying = schema.pack(wanted)
        try:
            seq = Journal.append(self, schema, values, urgent)
            self._world.promised.append(self._world.trying)
            assert seq == self._world.since - 1 + len(self._world.promised), "number %d given twice" % seq
        finally:
            self._world.trying = None
        return seq

    def retire(self, cumulative, ranges=()):
        Journal.retire(self, cumulative, ranges)
        self._world.receipted = max(self._world.receipted, cumulative)


def examine(world, journal, books, whole):
    """All that must hold of a journal and its books right after recovery (FAULTS F1); `whole`: old records too."""
    promised = world.since - 1 + len(world.promised)
    if (
        journal.next_seq == promised + 2 and world.trying is not None
    ):  # whole, though its append never returned
        world.promised.append(world.trying)
        promised += 1
    world.trying = None
    assert journal.next_seq == promised + 1, "next number %d after %d records" % (journal.next_seq, promised)
    _held(world, journal, whole)
    _delivery(world, journal)
    _books(world, books)


def _held(world, journal, whole):
    expected = None
    for seq, record in journal.scan(from_seq=0 if whole else world.since):
        assert seq == (expected or seq), "record %d where %d belongs" % (seq, expected)
        written = world.promised[seq - world.since] if seq >= world.since else world.settled[seq - 1]
        assert record == written, "record %d is not what was written" % seq
        expected = seq + 1
    assert (expected or journal.next_seq) == journal.next_seq, "the last records are missing"


def _delivery(world, journal):
    pending = [seq for seq, _ in journal.pending()]
    assert len(pending) == journal.pending_count(), "pending count"
    assert journal.cumulative >= world.receipted, "the cursor is behind a receipt that was durable"
    for seq in range(world.since, journal.next_seq):
        assert seq in pending or seq in world.ledger, "record %d was retired without a receipt" % seq


def _books(world, books):
    expected, found = world.last_transaction(), books.last
    assert found.as_dict() == expected.as_dict(), "last transaction"
    assert (books.trace, books.voucher) == (expected.trace, expected.voucher), "trace"


def settle(world):
    """All is at the host, byte by byte, and no slip speaks of money that the host does not have."""
    assert len(world.ledger) == len(world.promised), "records at the host"
    for i in range(len(world.promised)):
        assert world.ledger[world.since + i] == world.promised[i], "record %d differs at the host" % (
            world.since + i
        )
    taken = _taken(world.ledger.values())
    for seq, amount in world.slips:
        assert taken.get(seq) == amount, "a slip says that %d was approved" % seq


def _taken(encoded):
    """Amounts of what was approved, by number."""
    found = tx.fold_all([records.as_dict(record) for record in encoded])
    return {one.seq: one.amount for one in found if one.state in (tx.APPROVED, tx.VOIDED)}
