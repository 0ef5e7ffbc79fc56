# SPDX-License-Identifier: MIT
"""A whole run with its accounts, and what is said of it."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from fleet import accounts, tills
from fleet.run import Run
from fleet.stage import Order, Stage, books
from pos.domain import money
from suanpan.simulator.network import FaultyProxy


class Outcome(NamedTuple):
    """`complaints` is empty after a good run."""

    text: str
    complaints: list[str]
    run: Run
    host: accounts.Books


async def outcome(order: Order, folder: Path, tell: Callable[[str], None]) -> Outcome:
    """Play it, settle its accounts. Failed when it cannot be played to the end."""
    with books(order.broker, folder) as db:
        run = Run(Stage(order, folder, db), tell)
        await run.play()
        host = accounts.books(db)
    return Outcome(summary(run, host), accounts.complaints(run.stage.tills, host), run, host)


def summary(run: Run, host: accounts.Books) -> str:
    """What was done and what came of it, in a few lines."""
    order, stage = run.stage.order, run.stage
    lines = [
        f"{order.broker}, seed {order.seed}: {len(stage.tills)} terminals ({tills.by_runtime(stage.tills)}), "
        f"{order.seconds:.0f} s of faults, synced after {run.seconds['sync']:.1f} s",
        run.strokes_told(),
        f"{_connections(stage.proxies)}; {sum(till.went_round for till in stage.tills)} journals went round",
        _money(host),
    ]
    lines += [f"MISSING: {name}: {why}" for name, why in stage.missing.items()]
    return "\n".join(lines)


def _connections(proxies: list[FaultyProxy]) -> str:
    total = sum((proxy.stats for proxy in proxies), Counter())
    return (
        f"{total['connections']} connections, {total['resets']} reset, {total['swallowed']} bytes swallowed"
    )


def _money(host: accounts.Books) -> str:
    rows = [row for rows in host.transactions.values() for row in rows]
    count = sum(len(bodies) for bodies in host.bodies.values())
    by_state = {}
    for row in rows:
        number, amount = by_state.get(row["state"], (0, 0))
        by_state[row["state"]] = number + 1, amount + row["amount"]
    states = "; ".join(
        f"{state} {n} of {money.text(amount)}" for state, (n, amount) in sorted(by_state.items())
    )
    decided = sum(map(len, host.decided.values()))
    return f"{count} records ({host.again} came again), {len(rows)} transactions, {decided} decided online: {states}"
