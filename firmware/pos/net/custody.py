# SPDX-License-Identifier: MIT
"""Decisions, voids and refunds travel with the record they speak of, until the host has receipted that one.

The number alone may be another device's in the host's books; the body shows whose it is (docs/host.md).
"""

from pos.codec import records
from pos.journal.errors import JournalDamaged

_SEQ, _OF = 9, 19  # where numbers stand in a record: its own, the intent's epoch (docs/records.md)


def whole(journal, ranges):
    """`ranges` of what the host keeps, without decisions, voids and refunds that came apart from what they speak of."""
    kept = []
    for low, high in ranges:
        for seq in range(low, high + 1):
            of_seq = _spoken_of(journal, journal.read(seq))
            if not _read(journal, of_seq) or any([first <= of_seq <= last for first, last in ranges]):
                kept.append((seq, seq))
    return kept


def beside(journal, bodies, known):
    """`bodies`, and before them what they speak of above `known`, each once."""
    seqs = [_number(body, _SEQ) for body in bodies]
    first = []
    for body in bodies:
        of_seq = _spoken_of(journal, body)
        if of_seq > known and of_seq not in seqs:
            seqs.append(of_seq)
            first.append(_read(journal, of_seq))
    return [body for body in first if body] + bodies


def _spoken_of(journal, body):
    """Number of the record of this epoch that `body` speaks of; 0 when it speaks of none."""
    kind = body[2] if body else 0
    if kind in (records.VOID.kind, records.REFUND.kind):
        at = len(body) - 9
    elif kind in (records.OUTCOME.kind, records.REVERSAL.kind):
        at = _OF
    else:
        return 0
    return _number(body, at + 5) if _number(body, at) == journal.epoch else 0


def _number(body, at):
    return int.from_bytes(body[at : at + 4], "big")


def _read(journal, seq):
    """Body of record `seq`, None when it is not held or cannot be read any more."""
    try:
        return journal.read(seq)
    except JournalDamaged:
        return None
