# SPDX-License-Identifier: MIT
# heap: 512k
"""What speaks of another record travels with it; in a dispute it leaves the queue only so (FAULTS F6, F16)."""

from journal_bench import formatted, numbers, sale
from outbox_rig import TERMINAL, Host, Terminal
from pos.codec import messages, records
from pos.net import custody


def reversal(of_seq, of_epoch=1):
    return records.REVERSAL.values(of_epoch=of_epoch, of_seq=of_seq, reason=records.REASON_POWER_CUT)


def outcome(of_seq):
    return records.OUTCOME.values(epoch=1, seq=of_seq + 1, of_epoch=1, of_seq=of_seq, state=records.APPROVED)


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
    assert custody.beside(journal, bodies, 0) == [journal.read(1)] + bodies
    assert numbers(journal.pending()) == [2, 3]


def test_what_the_host_has_receipted_or_the_message_brings_is_not_sent_again():
    journal = begun()
    journal.append(records.SALE, sale(200))
    bodies = [journal.read(seq) for seq in (2, 3)] + [records.OUTCOME.pack(outcome(3))]
    assert custody.beside(journal, bodies, 1) == bodies
    assert custody.beside(journal, bodies[2:], 1) == [journal.read(3), bodies[2]]
    assert custody.beside(journal, bodies[2:], 3) == bodies[2:]


def test_a_void_travels_with_its_sale_and_a_record_of_another_epoch_alone():
    journal = begun()
    of = records.VOID.values(epoch=1, seq=9, original_epoch=1, original_seq=1)
    void, stray = records.VOID.pack(of), records.REVERSAL.pack(reversal(1, of_epoch=2))
    assert custody.beside(journal, [void], 0) == [journal.read(1), void]
    assert custody.beside(journal, [stray], 0) == [stray]


def test_a_refund_travels_with_its_sale():
    journal = begun()
    refund = records.REFUND.pack(records.REFUND.values(epoch=1, seq=9, original_epoch=1, original_seq=1))
    assert custody.beside(journal, [refund], 0) == [journal.read(1), refund]


class Recorder(Host):
    """Takes everything; `batches` has the numbers."""

    def take(self, batch):
        seqs = [records.as_dict(record)["seq"] for record in batch["records"]]
        self.batches.append((batch["urgent"], seqs))
        self.nonce = batch["nonce"]
        if batch["urgent"]:
            self.say(messages.answer(TERMINAL, 1, seqs[-1], "00", nonce=self.nonce))


async def test_f16_an_urgent_reversal_takes_the_unsent_intent_along():
    journal, host = begun(), Recorder()
    journal.append(records.SALE, sale(200))
    journal.append(records.REVERSAL, reversal(3), urgent=True)
    journal.append(records.SALE, sale(300))
    async with Terminal(journal, host) as terminal:
        await terminal.reaches(lambda: host.batches)
        assert (await terminal.box.request((2, 4, 5), 5000))["seq"] == 5
    assert (1, [3, 2, 4, 5]) in host.batches


async def test_f16_an_outcome_takes_along_the_intent_of_the_batch_before():
    """That batch may be lost, or come later."""
    journal, host = begun(), Recorder()
    journal.append(records.SALE, sale(200))
    journal.append(records.OUTCOME, outcome(3), urgent=True)
    async with Terminal(journal, host) as terminal:
        terminal.box._batch_bytes = 256
        await terminal.reaches(lambda: len(host.batches) > 1)
    assert [seqs for _, seqs in host.batches] == [[2, 3], [3, 4]]
