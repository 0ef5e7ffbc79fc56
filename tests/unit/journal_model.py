# SPDX-License-Identifier: MIT
"""What a journal must still hold after a power cut (FAULTS F1): acknowledged is recovered, nothing torn is taken."""

from journal_bench import PowerCut, formatted, reopened
from pos.codec import records
from pos.journal import JournalFull

_AMOUNT = records.SALE.index("amount")


class Model:
    """A journal with a memory of what was promised; every method may end in a PowerCut."""

    def __init__(self, blocks=6):
        self.journal, self.flash = formatted(blocks)
        self.given = {}  # seq: amount of what `append` returned for
        self.trying = None  # amount that was being appended when the power went
        self.receipted = set()

    def append(self, amount, urgent=False):
        """False when the journal is full."""
        values = records.SALE.values(amount=amount, currency="CNY")
        self.trying = amount
        try:
            seq = self.journal.append(records.SALE, values, urgent)
        except JournalFull:
            self.trying = None
            return False
        assert seq not in self.given, "number %d given twice" % seq
        self.given[seq], self.trying = amount, None
        return True

    def retire(self, cumulative, ranges=()):
        for low, high in ((1, cumulative),) + tuple(ranges):
            self.receipted.update(range(low, high + 1))
        self.journal.retire(cumulative, ranges)

    def cycle(self, cut_at=None, tear="nothing", seed=1):
        """Power off and on; then everything is checked."""
        self.journal, self.flash = reopened(self.flash, cut_at, tear, seed)
        self.check()

    def check(self):
        self._accept_unacknowledged()
        held = {seq: self._amount(record) for seq, record in self.journal.scan()}
        assert sorted(held) == list(range(self.journal.next_seq - len(held), self.journal.next_seq)), "gap"
        for seq in held:
            assert self.given[seq] == held[seq], "record %d is not what was written" % seq
        pending = [seq for seq, _ in self.journal.pending()]
        assert len(pending) == self.journal.pending_count() and pending == sorted(pending)
        lost = [seq for seq in self.given if seq not in self.receipted and seq not in pending]
        assert not lost, "lost %s" % lost

    def _accept_unacknowledged(self):
        """A record whose append was interrupted may be there, whole, as the very last one."""
        last = max(self.given) if self.given else 0
        extra = self.journal.next_seq - 1 - last
        assert extra == 0 or (extra == 1 and self.trying is not None), "next_seq"
        if extra:
            self.given[last + 1] = self.trying
        self.trying = None

    @staticmethod
    def _amount(record):
        schema, values = records.decode(bytes(record))
        assert schema is records.SALE
        return values[_AMOUNT]


def operations(story):
    """How many programs and erases `story(model)` makes."""
    model = Model()
    before = model.flash.operations
    story(model)
    return model.flash.operations - before


def cut(prepare, story, cut_at, tear, seed=1):
    """Model after power failed at operation `cut_at` of `story`, which follows `prepare`."""
    model = Model()
    prepare(model)
    flash = model.flash
    flash.cut_at, flash.tear, flash._random = flash.operations + cut_at, tear, seed
    try:
        story(model)
    except PowerCut:
        return model
    return None
