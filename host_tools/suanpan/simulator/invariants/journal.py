# SPDX-License-Identifier: MIT
"""Invariants 2 and 3 in the journal alone: numbers, hash chain, and an outcome for every intent."""

from pos.codec.records import ENTRY_STRIPE, ICC_REQUEST, ICC_RESULT
from pos.domain.transaction import APPROVED, INTENTS, VOIDED, Transaction, fold_all
from suanpan.host.icc import CHIPS
from suanpan.simulator.invariants.evidence import Complaints, Evidence, Row, identity, named

CARDS = (ENTRY_STRIPE, *CHIPS)
_WANTED = {"void": VOIDED, "refund": APPROVED}  # states of an original


def numbers(evidence: Evidence) -> Complaints:
    """Each record has the number behind the one before; a new epoch begins with 1."""
    last = None
    for record in evidence.records:
        epoch, seq = identity(record)
        if last and (epoch, seq) != (last[0], last[1] + 1) and not (epoch > last[0] and seq == 1):
            yield f"{named((epoch, seq))} follows {named(last)} in the journal"
        last = epoch, seq


def undamaged(evidence: Evidence) -> Complaints:
    """The hash chain holds, and what was sent can be read."""
    yield from evidence.damage


def settled(evidence: Evidence) -> Complaints:
    """An intent is settled, by an outcome or a reversal, before the next one."""
    waiting = None
    for record in evidence.records:
        if record["kind"] in ("outcome", "reversal") and (record["of_epoch"], record["of_seq"]) == waiting:
            waiting = None
        elif record["kind"] in INTENTS:
            if waiting:
                yield f"{named(identity(record))} begins before {named(waiting)} has an outcome or a reversal"
            waiting = identity(record)


def chip_data(evidence: Evidence) -> Complaints:
    """Chip data stands behind its sale, each stage once, the request first; no chip is paid without any."""
    told: dict[tuple[int, int], list[int]] = {}
    for record in evidence.records:
        if record.get("entry") in CARDS:
            told[identity(record)] = []
        elif record["kind"] == "icc":
            yield from _stage(
                evidence, record, told.get((record["of_epoch"], record["of_seq"])), record["stage"]
            )
    for one in fold_all(evidence.records):
        if one.state in (APPROVED, VOIDED) and told.get((one.epoch, one.seq)) == [] and one.entry in CHIPS:
            yield f"{named((one.epoch, one.seq))} is paid by a chip, and the journal holds no chip data"


def _stage(evidence: Evidence, record: Row, told: list[int] | None, stage: int) -> Complaints:
    of = record["of_epoch"], record["of_seq"]
    if told is None:
        if evidence.retained(of):
            yield f"{named(identity(record))} tells of a chip in {named(of)}, which is no sale by card before it"
        return
    if stage not in (ICC_REQUEST, ICC_RESULT) or any(stage <= before for before in told):
        yield f"{named(identity(record))} is stage {stage} of {named(of)} behind {told}"
    told.append(stage)


def consistent(evidence: Evidence) -> Complaints:
    """What an approved void took back is voided; of what refunds gave back at least as much was paid."""
    found = {(one.epoch, one.seq): one for one in fold_all(evidence.records)}
    for one in found.values():
        original = found.get(one.original) if one.state == APPROVED and one.original else None
        if original and original.state != _WANTED[one.kind]:
            verb = f"{one.kind}s {named(one.original)}"
            yield f"{named((one.epoch, one.seq))} {verb}, which is {original.state}"
        if one.offline and one.kind in _WANTED:
            yield f"{named((one.epoch, one.seq))} is a {one.kind} that the host was not asked for"
        yield from _covered(one)


def _covered(one: Transaction) -> Complaints:
    if one.refunded > one.amount:
        yield f"{named((one.epoch, one.seq))}: {one.refunded} given back of {one.amount}"
