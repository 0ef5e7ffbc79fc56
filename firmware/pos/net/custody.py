# SPDX-License-Identifier: MIT
"""In a dispute of numbers, what was told of an intent leaves the queue only beside that intent (docs/host.md).

The host's books may hold the intent and follow another device since: its body shows whose the decision is.
"""

from pos.codec import records
from pos.journal.errors import JournalDamaged


def whole(journal, ranges):
    """`ranges` of what the host keeps, without decisions that came apart from their intent."""
    kept = []
    for low, high in ranges:
        for seq in range(low, high + 1):
            of_seq, _ = _intent(journal, journal.read(seq))
            if not of_seq or any([first <= of_seq <= last for first, last in ranges]):
                kept.append((seq, seq))
    return kept


def beside(journal, bodies):
    """`bodies` with each outcome or reversal behind its intent."""
    together = []
    for body in bodies:
        _, intent = _intent(journal, body)
        if intent and intent not in together:
            together.append(intent)
        together.append(body)
    return together


def _intent(journal, body):
    """(number, body) of the intent that `body` decides; (0, None) when it decides none that is held."""
    schema = records.schema_of(body) if body else None
    if schema not in (records.OUTCOME, records.REVERSAL):
        return 0, None
    fields = records.as_dict(body)
    try:
        intent = journal.read(fields["of_seq"]) if fields["of_epoch"] == journal.epoch else None
    except JournalDamaged:
        intent = None
    return (fields["of_seq"], intent) if intent else (0, None)
