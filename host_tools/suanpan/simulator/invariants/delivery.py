# SPDX-License-Identifier: MIT
"""Invariants 1 to 6 between journal and host: the same records, the same transactions, the same sums."""

from collections import Counter
from collections.abc import Iterable

from pos.domain.transaction import APPROVED, INTENTS
from suanpan.host.ledger import shown
from suanpan.simulator.invariants.evidence import Complaints, Evidence, Row, decoded, folded, identity, named

ASKED = (*INTENTS, "reversal")
GROUP = ("batch", "currency", "kind", "state")
TERMINAL_ONLY = ("printed", "occurred_at")  # the host shows the time as text: see _as_host


def sent_is_durable(evidence: Evidence) -> Complaints:
    """What crossed the broker is in the journal, byte for byte."""
    for body in evidence.sent:
        yield from _held(evidence, identity(decoded(body)), body, "was sent")


def asked_is_durable(evidence: Evidence) -> Complaints:
    """What the issuer decided on is an intent or a reversal of the journal."""
    held = {identity(row): row["kind"] for row in evidence.records}
    for one in sorted(evidence.books.decided):
        if evidence.retained(one) and held.get(one) not in ASKED:
            yield f"the issuer decided on {named(one)}, of which the journal holds no intent"


def same_records(evidence: Evidence) -> Complaints:
    """The host holds nothing that the journal does not."""
    for one, body in sorted(evidence.books.records.items()):
        yield from _held(evidence, one, body, "is with the host")


def same_transactions(evidence: Evidence) -> Complaints:
    """The host's rows are the fold of the records that it holds, each once, field by field."""
    wanted = {identity(row): _as_host(row) for row in folded(evidence.at_host())}
    rows = [row for row in evidence.books.transactions if evidence.retained(identity(row))]
    for one, count in Counter(map(identity, rows)).items():
        if count > 1:
            yield f"the host has {count} rows of {named(one)}"
    held = {identity(row): row for row in rows}
    for one in sorted(wanted.keys() | held.keys()):
        yield from _differences(one, wanted.get(one), held.get(one))


def receipted_is_held(evidence: Evidence) -> Complaints:
    """No record is behind the cursor that the host's database does not hold."""
    for one in evidence.bodies:
        if one > evidence.earlier and one not in evidence.pending and one not in evidence.books.records:
            yield f"{named(one)} has a receipt, and the host does not hold it"


def conserved(evidence: Evidence) -> Complaints:
    """Count, amount and fee of the journal's transactions that the host has heard of are those of its rows."""
    rows = [row for row in evidence.books.transactions if evidence.retained(identity(row))]
    journal, host = sums(folded(evidence.at_host())), sums(rows)
    for group in sorted(journal.keys() | host.keys()):
        if journal.get(group) != host.get(group):
            told = ", ".join(f"{name} {value}" for name, value in zip(GROUP, group, strict=True))
            yield f"{told}: the journal has {_figures(journal, group)}, the host {_figures(host, group)}"


def refunds_are_covered(evidence: Evidence) -> Complaints:
    """The host has not given back more of a sale than was paid, and nothing of one that is not approved."""
    rows = {identity(row): row for row in evidence.books.transactions}
    given: Counter = Counter()
    for row in rows.values():
        if (row["kind"], row["state"]) == ("refund", APPROVED):
            given[row["original_epoch"], row["original_seq"]] += row["amount"]
    for one, amount in sorted(given.items()):
        paid = rows[one]["amount"] if one in rows and rows[one]["state"] == APPROVED else 0
        if amount > paid:
            yield f"{named(one)}: the host has given back {amount} of {paid}"


def nothing_dropped(evidence: Evidence) -> Complaints:
    """What the journal retains no longer is with the host."""
    epoch, oldest = identity(evidence.records[0]) if evidence.records else (0, 0)
    for seq in range(1, oldest):
        if (epoch, seq) > evidence.earlier and (epoch, seq) not in evidence.books.records:
            yield f"{named((epoch, seq))} is neither in the journal nor with the host"


def sums(rows: Iterable[Row]) -> dict[tuple, tuple[int, int, int]]:
    """(count, amount, fee) in minor units by batch, currency, kind and state."""
    found: dict[tuple, tuple[int, int, int]] = {}
    for row in rows:
        group = tuple(row[name] for name in GROUP)
        count, amount, fee = found.get(group, (0, 0, 0))
        found[group] = count + 1, amount + row["amount"], fee + row["fee"]
    return found


def _held(evidence: Evidence, one: tuple[int, int], body: bytes, how: str) -> Complaints:
    if not evidence.retained(one):
        return
    if one not in evidence.bodies:
        yield f"{named(one)} {how}, and the journal does not hold it"
    elif evidence.bodies[one] != body:
        yield f"{named(one)} {how} with another body than the journal's"


def _differences(one: tuple[int, int], wanted: Row | None, held: Row | None) -> Complaints:
    if wanted is None or held is None:
        side = "the host has no row" if held is None else "the host has a row without record"
        yield f"{named(one)}: {side}"
        return
    for name, value in wanted.items():
        if held[name] != value:
            yield f"{named(one)}: {name} is {value!r} in the journal and {held[name]!r} with the host"


def _as_host(row: Row) -> Row:
    """A transaction of the journal with the fields that the host's row has too."""
    at_s = row["occurred_at"] or None
    return {**{k: v for k, v in row.items() if k not in TERMINAL_ONLY}, **shown({"occurred_s": at_s})}


def _figures(found: dict[tuple, tuple[int, int, int]], group: tuple) -> str:
    count, amount, fee = found.get(group, (0, 0, 0))
    return f"{count} of {amount} with fees of {fee}"
