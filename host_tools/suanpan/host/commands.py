# SPDX-License-Identifier: MIT
"""`suanpan host …`: serve, and look at what the host knows (DESIGN.md section 5)."""

import click
from sqlalchemy import Engine

from suanpan.errors import PARTLY
from suanpan.host import database, ledger
from suanpan.host import reconcile as reconciliation
from suanpan.host.options import db_option
from suanpan.host.show import table
from suanpan.host.terminal_commands import terminals
from suanpan.output import emit, json_option, say


@click.group()
def host() -> None:
    """Receive, keep and show transactions."""


host.add_command(terminals)


@host.command()
@db_option
@click.option(
    "--broker", envvar="SUANPAN_BROKER", metavar="URL", default="mqtt://127.0.0.1:1883", show_default=True,
    help="mqtt://[user:password@]host[:port] or mqtts://…",
)  # fmt: skip
@click.option("--partition", metavar="I/N", help="Serve only partition I of N (default: all).")
@click.option("--ca", type=click.Path(), help="PEM file of the CA that signed the broker's certificate.")
@click.option("--cert", type=click.Path(), help="PEM file of the host's own certificate.")
@click.option("--key", type=click.Path(), help="PEM file of its key.")
@click.option("--issuer", type=click.Choice(["sandbox"]), default="sandbox", show_default=True)
@click.option(
    "--late-after",
    type=click.FloatRange(0),
    default=35,
    show_default=True,
    help="Seconds until a late answer.",
)
def serve(db, broker, partition, ca, cert, key, issuer, late_after) -> None:
    """Receive transactions until Ctrl-C."""
    from suanpan.host.serve import serve as run
    from suanpan.host.uplink import Tls

    run(db or database.default_url(), broker, partition, Tls(ca, cert, key), issuer == "sandbox", late_after)


@host.command()
@db_option
@json_option
@click.option("--terminal", metavar="ID", help="Only of this terminal.")
@click.option("--limit", type=click.IntRange(1), help="Only the newest ones.")
def transactions(db, as_json, terminal, limit) -> None:
    """List transactions."""
    rows = ledger.all_transactions(_books(db), terminal, limit)
    if not as_json:
        rows = [{**row, "state": row["state"] + " offline" * row["offline"]} for row in rows]
    _show("transactions", rows, as_json, _TRANSACTION)


@host.command()
@db_option
@json_option
def alarms(db, as_json) -> None:
    """List alarms of host and terminals."""
    _show("alarms", ledger.all_alarms(_books(db)), as_json, _ALARM)


@host.command()
@db_option
@json_option
def cases(db, as_json) -> None:
    """List what waits for a person, with the next step, and what was put aside."""
    engine = _books(db)
    found, aside = ledger.cases(engine), ledger.all_quarantine(engine)
    if as_json:
        emit({"cases": found, "quarantine": aside}, "suanpan.host.cases/1")
        return
    table("cases", found, ("code", "terminal", "detail", "count", "last_at", "next_step"))
    table("quarantine", aside, ("reason", "terminal", "detail", "count", "last_at"))


@host.command()
@db_option
@json_option
def reconcile(db, as_json) -> None:
    """Sum up the books and look for records that never came; exit code 8 when some are missing."""
    engine = _books(db)
    sums, gaps = reconciliation.sums(engine), reconciliation.gaps(engine)
    if as_json:
        emit({"sums": sums, "gaps": gaps}, "suanpan.host.reconcile/1")
    else:
        table("sums", sums, ("terminal", "batch", "currency", "kind", "state", "count", "amount", "fee"))
        table("gaps", gaps, ("terminal", "epoch", "first", "last"))
    if gaps:
        say("records are missing; they are still in the terminals named: connect these to the network")
        raise SystemExit(PARTLY)


@host.command()
@db_option
@json_option
def migrate(db, as_json) -> None:
    """Bring the tables of the database to this version (serve does so by itself)."""
    version = database.migrate(database.open_engine(db or database.default_url()))
    if as_json:
        emit({"version": version}, "suanpan.host.migrate/1")
    else:
        say(f"the database is at version {version}")


_TRANSACTION = ("occurred_at", "terminal", "trace", "kind", "state", "amount", "pan_masked", "code")
_ALARM = ("last_at", "severity", "source", "terminal", "code", "text", "detail", "count")


def _books(db: str | None) -> Engine:
    return database.open_books(db or database.default_url())


def _show(name: str, rows: list[dict], as_json: bool, columns) -> None:
    if as_json:
        emit({name: rows}, f"suanpan.host.{name}/1")
    else:
        table(name, rows, columns)
