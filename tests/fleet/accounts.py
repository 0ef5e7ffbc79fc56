# SPDX-License-Identifier: MIT
"""What is left of a run: per terminal, journal, host and what the cashier was told must say the same, to the fen.

The host's side is what `suanpan host …` prints, the journal's what `suanpan journal …` reads out of the image.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from click.testing import CliRunner
from sqlalchemy import func, select

from fleet.tills import Till
from pos.domain import alarms as catalogue
from pos.domain import money
from pos.ui import strings
from suanpan.cli import main
from suanpan.host import database
from suanpan.host.schema import cursors, decisions, records
from suanpan.journal.evidence import evidence as exported
from suanpan.journal.image import recovered
from suanpan.simulator import invariants
from suanpan.simulator.invariants import Evidence, HostBooks, Slip
from suanpan.simulator.invariants.evidence import identity

EXPECTED = {"duplicates", "gap"}  # alarms of the host: what was resent, and what overtook
FAULTS = {"identity", "refused", "host_mac", "invariant", "journal_damaged", "task_failed"}
TROUBLE = {"task_failed", "critical_task_failed", "flow_failed", "request_failed", "not_ready", "stopped"}
STATES = {  # what the screen said: what host and journal may say
    strings.text("approved", "en"): {"approved", "voided"},
    strings.text("voided", "en"): {"approved"},
    strings.text("declined", "en"): {"declined", "reversed"},
    strings.text("reversed", "en"): {"reversed"},
}
_AMOUNT = re.compile(r"^[A-Z]{3} (.*)$")
Complaints = Iterator[str]


@dataclass
class Books:
    """All that the host's commands and tables say, by terminal."""

    transactions: dict[str, list[dict]] = field(default_factory=lambda: defaultdict(list))
    sums: dict[str, Counter] = field(default_factory=lambda: defaultdict(Counter))
    bodies: dict[str, dict] = field(default_factory=lambda: defaultdict(dict))
    decided: dict[str, set] = field(default_factory=lambda: defaultdict(set))
    again: int = 0  # records that came more than once
    alarms: list[dict] = field(default_factory=list)
    quarantine: list[dict] = field(default_factory=list)
    gaps: list[dict] = field(default_factory=list)


def said_by_host(db: str, *words: str) -> dict:
    """JSON of one `suanpan host` command."""
    result = CliRunner().invoke(main, ["host", *words, "--db", db, "--json"])
    return json.loads(result.stdout)


def books(db: str) -> Books:
    found = Books()
    for row in said_by_host(db, "transactions")["transactions"]:
        found.transactions[row["terminal"]].append(row)
    reconciled = said_by_host(db, "reconcile")
    found.gaps = reconciled["gaps"]
    for row in reconciled["sums"]:
        count_and_amount = {"count": row["count"], "amount": row["amount"]}
        for name, value in count_and_amount.items():
            found.sums[row["terminal"]][row["kind"], row["state"], name] += value
    found.alarms = said_by_host(db, "alarms")["alarms"]
    found.quarantine = said_by_host(db, "cases")["quarantine"]
    _tables(database.open_books(db), found)
    return found


def _tables(engine, found: Books) -> None:
    with database.reading(engine) as connection:
        for row in connection.execute(select(records)):
            found.bodies[row.terminal][row.epoch, row.seq] = bytes(row.body)
        for row in connection.execute(select(decisions)):
            found.decided[row.terminal].add((row.epoch, row.seq))
        found.again = int(connection.execute(select(func.sum(cursors.c.duplicates))).scalar() or 0)
    engine.dispose()


def complaints(tills: list[Till], host: Books) -> list[str]:
    """Everything that does not agree, each beginning with the terminal and naming the record; empty is good."""
    found = list(_of_host(host))
    for till in tills:
        found += [f"{till.terminal} ({till.runtime}): {text}" for text in _of_terminal(till, host)]
    return found


def _of_host(host: Books) -> Complaints:
    for row in host.alarms:
        if row["source"] == "host" and row["code"] not in EXPECTED:
            yield f"{row['terminal']}: the host raises {row['code']}: {row['detail']}"
    for row in host.quarantine:
        yield f"{row['terminal']}: in quarantine for {row['reason']}: {row['detail']}"
    for gap in host.gaps:
        yield f"{gap['terminal']}: seq {gap['first']} to {gap['last']} never came to the host"


def _of_terminal(till: Till, host: Books) -> Complaints:
    image = till.image
    trouble = exported(image)["trouble"]
    if trouble:
        yield f"the journal does not hold: {trouble}"
        return
    left = evidence(till, image, host)
    for verdict in invariants.check(left):
        if not verdict["holds"]:
            yield f"invariant {verdict['number']}, {verdict['name']}: {verdict['detail']}"
    yield from _sums(till, left, host)
    yield from _said(till, host)
    yield from _asked(till, host)
    yield from _told_of(till, left)


def evidence(till: Till, image: bytes, host: Books) -> Evidence:
    """What the invariants are checked on."""
    journal = recovered(image)
    pending = {(journal.epoch, seq) for seq, _ in journal.pending()}
    slips = [Slip(line["slip"], True) for line in till.lines("notebook.jsonl") if "slip" in line]
    name = till.terminal
    return Evidence(
        journal=[bytes(body) for _, body in journal.scan()],
        pending=pending,
        damage=[] if not pending else [f"{len(pending)} records have no receipt"],
        earlier=till.earlier,
        slips=slips,
        host=HostBooks(host.bodies[name], host.decided[name], host.transactions[name]),
    )


def _sums(till: Till, left: Evidence, host: Books) -> Complaints:
    """Σ journal = Σ host. What a journal that went round holds no longer is the notebook's part."""
    own = Counter()
    for row in left.transactions():
        own[row["kind"], row["state"], "count"] += 1
        own[row["kind"], row["state"], "amount"] += row["amount"]
    theirs = host.sums[till.terminal]
    for key in sorted(own.keys() | theirs.keys()):
        if own[key] != theirs[key]:
            yield f"Σ {' '.join(key)}: {own[key]} in the journal, {theirs[key]} at the host"


def _said(till: Till, host: Books) -> Complaints:
    """What the cashier was told is so at the host, with that amount: nothing is lost."""
    rows = {(row["epoch"], row["seq"]): row for row in host.transactions[till.terminal]}
    for line in till.lines("notebook.jsonl"):
        if "said" not in line:
            continue
        row = rows.get((line["epoch"], line["seq"]))
        told = f"seq {line['seq']}: the screen said {line['said']} {line['amount']}"
        if row is None:
            yield f"{told}, the host has nothing"
        elif row["state"] not in STATES.get(line["said"], ()) or row["amount"] != _minor(line["amount"]):
            yield f"{told}, the host has {row['state']} {row['amount']}"


def _asked(till: Till, host: Books) -> Complaints:
    """Every transaction of the host was asked for by the cashier, as often: nothing is doubled or invented."""
    asked = Counter(
        (line["asked"], _minor(line["amount"])) for line in till.lines("notebook.jsonl") if "asked" in line
    )
    held = Counter((row["kind"], row["amount"]) for row in host.transactions[till.terminal])
    for (kind, amount), count in (held - asked).items():
        yield f"the host has {count} {kind} of {amount} more than were asked for"


def _told_of(till: Till, left: Evidence) -> Complaints:
    """Alarms and log lines that only a fault of the product makes; a worn journal's first one is its new epoch."""
    codes = {catalogue.find(name).code: name for name in FAULTS}
    new_epoch = (till.earlier[0] + 1, 1)
    for row in left.records:
        if row["kind"] == "alarm" and row["code"] in codes and identity(row) != new_epoch:
            yield f"seq {row['seq']}: alarm {codes[row['code']]}: {row['detail']}"
    for line in till.lines("said.log"):
        if line.get("event") in TROUBLE and line.get("task") != "shop":
            yield f"its log says {json.dumps(line)}"


def _minor(text: str) -> int:
    found = _AMOUNT.match(text)
    if not found:
        raise ValueError(f"{text!r} is no amount")
    return money.parse(found[1])
