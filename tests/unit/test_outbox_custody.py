# SPDX-License-Identifier: MIT
# heap: 512k
"""In a dispute, an outcome or a reversal leaves the queue only beside its intent (FAULTS F6, F16)."""

from journal_bench import formatted, numbers, sale
from outbox_rig import TERMINAL, Host, Terminal
from pos.codec import messages, records
from pos.net import custody


def reversal(of_seq, of_epoch=1):
    return records.REVERSAL.values(of_epoch=of_epoch, of_seq=of_seq, reason=records.REASON_POWER_CUT)


def begun():
    """The intent 1 has its receipt; 2 takes it back."""
    journal, _ = formatted()
    journal.append(records.SALE, sale(100))
    journal.retire(1)
    journal.append(records.REVERSAL, reversal(1), urgent=True)
    return journal


class Custodian(Host):
    """Keeps everything apart and says so."""

    def take(self, batch):
        seqs = [records.as_dict(record)["seq"] for record in batch["records"]]
        self.batches.append(seqs)
        ranges = [(seq, seq) for seq in seqs]
        self.say(messages.dispute(TERMINAL, 1, ranges, 2, (0, 0, 0), 1, batch["nonce"]))


async def test_f16_a_reversal_is_handed_over_beside_the_intent_that_the_books_may_hold():
    journal, host = begun(), Custodian()
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: not journal.pending_count())
    assert host.batches == [[2], [1, 2]]


def test_what_came_with_its_intent_or_has_none_is_handed_over():
    journal = begun()
    journal.append(records.ALARM, records.ALARM.values(code=305))
    journal.append(records.SALE, sale(200))
    journal.append(records.REVERSAL, reversal(4), urgent=True)
    journal.append(records.REVERSAL, reversal(7, of_epoch=9), urgent=True)
    assert custody.whole(journal, [[2, 6]]) == [(3, 3), (4, 4), (5, 5), (6, 6)]
    assert custody.whole(journal, [[1, 2]]) == [(1, 1), (2, 2)]


def test_each_intent_stands_once_before_what_was_told_of_it():
    journal = begun()
    journal.append(records.REVERSAL, reversal(1), urgent=True)
    bodies = [journal.read(2), journal.read(3)]
    assert custody.beside(journal, bodies) == [journal.read(1)] + bodies
    assert numbers(journal.pending()) == [2, 3]
