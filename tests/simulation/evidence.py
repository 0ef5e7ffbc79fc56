# SPDX-License-Identifier: MIT
"""What a run left of one terminal, for the checks that scenarios use too; and who took money, by the issuer."""

from collections.abc import Iterator
from functools import cache
from random import Random

import cbor2

from pos.crypto import sandbox as sandbox_keys
from pos.domain.transaction import APPROVED, DECLINED, REVERSED, VOIDED
from pos.journal.journal import Journal
from simulation.flash import Flash
from simulation.schedule import CARDS
from suanpan.canaries import Canary, canary
from suanpan.host import ledger, sandbox
from suanpan.simulator.inspection import damage
from suanpan.simulator.invariants import Evidence, HostBooks

_ONE_IN = (
    32  # runs whose flash, slips and books are searched for secrets too: it takes as long as a fifth of a run
)
_CARDS = [one for card in set(CARDS) for one in canary.of_card(sandbox.cards.get(card, {"code": card}))]


@cache
def _canaries(name: str) -> list[Canary]:
    """What must not be found of the terminal `name`: its cards, codes and keys."""
    keys = map(canary.key, ("mac", "data"), sandbox_keys.derive(name))
    return [*_CARDS, *keys]


def of(terminal, world) -> Evidence:
    """Evidence from a copy of the flash and from the host's tables."""
    journal = Journal(Flash(terminal.flash.copy(), Random(0), lambda: None))
    journal.recover()
    bodies = [bytes(body) for _seq, body in journal.scan()]
    pending = {(journal.epoch, seq) for seq, _ in journal.pending()}
    sent = [posted.payload for posted in world.broker.heard if posted.topic.split("/")[3] == terminal.name]
    return Evidence(
        bodies,
        pending,
        damage(journal) if terminal.name not in world.checks.damaged else [],
        sent=[body for payload in sent for body in cbor2.loads(cbor2.loads(payload)[2])[4]],
        slips=terminal.slips,
        files=_files(terminal, sent)
        | (_all_else(terminal, world) if world.schedule.seed % _ONE_IN == 0 else {}),
        canaries=_canaries(terminal.name),
        host=_books(terminal.name, world.host.books),
    )


def _files(terminal, sent: list[bytes]) -> dict[str, bytes]:
    return {"log": "".join(terminal.log.lines).encode(), "wire": b"".join(sent)}


def _all_else(terminal, world) -> dict[str, bytes]:
    return {
        "flash": b"".join(terminal.flash.content),
        "slips": "\n".join(slip.text for slip in terminal.slips).encode(),
        "books": repr(world.host.books.save()).encode(),
    }


def _books(name: str, books) -> HostBooks:
    held = books.rows("SELECT epoch, seq, body FROM records WHERE terminal = ?", name)
    decided = books.rows("SELECT epoch, seq FROM decisions WHERE terminal = ?", name)
    return HostBooks(
        {(epoch, seq): bytes(body) for epoch, seq, body in held},
        set(decided),
        ledger.all_transactions(books.engine, name),
    )


def complaints(evidence: Evidence, world, terminal) -> Iterator[str]:
    """Everything has arrived, and the issuer's money is where the books say."""
    if evidence.pending:
        yield f"{len(evidence.pending)} records never reached the host"
    missing = evidence.bodies.keys() - evidence.books.records.keys()
    if missing:
        yield f"the host lacks {sorted(missing)}"
    yield from _issuer(evidence, world.host.books, terminal.name)


def _issuer(evidence: Evidence, books, name: str) -> Iterator[str]:
    """Money taken by the issuer stands in the books or was reversed; no online approval without a decision."""
    query = "SELECT epoch, seq, code, auth_code FROM decisions WHERE terminal = ?"
    decided = {(epoch, seq): told for epoch, seq, *told in books.rows(query, name)}
    for row in evidence.books.transactions:
        one, state = (row["epoch"], row["seq"]), row["state"]
        code, auth_code = decided.get(one, (None, ""))
        if state not in (APPROVED, DECLINED, REVERSED, VOIDED):
            yield f"{row['kind']} {one} is {state} at the end"
        online = state in (APPROVED, VOIDED) and not row["offline"]
        if online and (code, auth_code) != ("00", row["auth_code"]):
            yield f"{row['kind']} {one} is {state} by {row['auth_code']}, the issuer said {code} {auth_code}"
        if state == DECLINED and code in ("00", "10"):
            yield f"{row['kind']} {one} is declined, and the issuer took the money"
