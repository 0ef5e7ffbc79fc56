# SPDX-License-Identifier: MIT
# heap: 256k
"""FAULTS F7: memory ends in the middle of a sale; whatever was decided stands, whatever was not is taken back."""

from given import IDLE, approved, to_card
from rig import Rig

from pos.codec import records


async def test_f7_without_memory_after_the_decision_the_decision_is_still_shown():
    rig = Rig([approved(1234)])

    def scarce(*_):
        raise MemoryError

    rig.terminal.recent.add = scarce
    await rig.flow(*to_card(), ("APPROVED", None), (IDLE, None))
    assert not any("try again" in text for text in rig.screen.texts)
    assert rig.transactions()[0].state == "approved"


async def test_f7_without_memory_for_a_moment_idle_comes_back():
    rig = Rig([approved(1234)])
    in_doubt, failures = rig.terminal.books.in_doubt, [1, 2, 3]

    def scarce():
        if failures:
            failures.pop()
            raise MemoryError
        return in_doubt()

    rig.terminal.books.in_doubt = scarce
    await rig.flow(*to_card(), ("APPROVED", None), (IDLE, None))
    assert not failures


async def test_f7_without_memory_before_the_intent_the_cashier_is_asked_to_try_again():
    rig = Rig([approved(1234)])

    def scarce(*_):
        raise MemoryError

    rig.terminal.fingerprint = scarce
    await rig.flow(*to_card(), ("try again", None), (IDLE, None))
    assert rig.transactions() == []


def scarce_after(journal, schema):
    """Memory ends right after the first record of `schema` is durable."""
    write, ended = journal.append, []

    def append(kind, values, urgent=False):
        seq = write(kind, values, urgent=urgent)
        if kind is schema and not ended:
            ended.append(seq)
            raise MemoryError
        return seq

    journal.append = append


async def test_f7_without_memory_right_behind_the_intent_it_is_taken_back_before_anything_else():
    rig = Rig([approved(500)])
    scarce_after(rig.journal, records.SALE)
    await rig.flow(
        *to_card(), ("try again", None), ("REVERSED", "ENTER"), *to_card("5 00"), ("APPROVED", None)
    )
    assert [one.state for one in rig.transactions()] == ["reversed", "approved"]


async def test_f7_without_memory_right_behind_the_outcome_it_stands():
    rig = Rig([approved(1234)])
    scarce_after(rig.journal, records.OUTCOME)
    await rig.flow(*to_card(), ("APPROVED", None), (IDLE, None))
    assert [one.state for one in rig.transactions()] == ["approved"]
    assert not any("REVERSED" in text for text in rig.screen.texts)
