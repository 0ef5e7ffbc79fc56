# SPDX-License-Identifier: MIT
"""What the listing commands of `suanpan host` do; loaded only when one runs, so that `--help` stays fast."""

from sqlalchemy import Engine

from suanpan.errors import PARTLY
from suanpan.host import database, icc, ledger
from suanpan.host import reconcile as reconciliation
from suanpan.host.show import table
from suanpan.output import emit, say, warn

_TRANSACTION = ("occurred_at", "terminal", "trace", "kind", "state", "amount", "pan_masked", "emv", "code")
_ALARM = ("last_at", "severity", "source", "terminal", "code", "text", "detail", "count")
_SUM = ("terminal", "batch", "currency", "kind", "state", "count", "amount", "fee")
_TERMINAL = ("terminal", "state", "source", "enrolled_at", "seen_at")


def transactions(db: str | None, as_json: bool, terminal: str | None, limit: int | None) -> None:
    """Transactions, the newest last."""
    rows = ledger.all_transactions(_books(db), terminal, limit)
    if as_json:
        emit({"transactions": rows}, "suanpan.host.transactions/1")
    else:
        _table("transactions", rows, *_TRANSACTION)


def terminals(db: str | None, as_json: bool) -> None:
    """Registered terminals."""
    _show("terminals", ledger.all_terminals(_books(db)), as_json, _TERMINAL)


def alarms(db: str | None, as_json: bool) -> None:
    """Alarms of host and terminals."""
    _show("alarms", ledger.all_alarms(_books(db)), as_json, _ALARM)


def cases(db: str | None, as_json: bool) -> None:
    """What waits for a person, and what was put aside."""
    engine = _books(db)
    found, aside, apart = ledger.cases(engine), ledger.all_quarantine(engine), ledger.aside(engine)
    closed = ledger.closed(engine)
    if as_json:
        emit({"cases": found, "quarantine": aside, "aside": apart, "closed": closed}, "suanpan.host.cases/1")
        return
    table("cases", found, ("code", "terminal", "detail", "count", "last_at", "next_step"))
    table("quarantine", aside, ("reason", "terminal", "detail", "count", "last_at"))
    _table("transactions kept apart", apart, "case", *_TRANSACTION, "epoch", "seq")
    table("closed cases", closed, ("case_id", "terminal", "outcome", "settled_at", "who", "note"))


def reconcile(db: str | None, as_json: bool) -> None:
    """Sums and gaps; ends with PARTLY when records are missing or kept apart."""
    engine = _books(db)
    sums, gaps, apart = (
        reconciliation.sums(engine),
        reconciliation.missing(engine),
        reconciliation.aside(engine),
    )
    if as_json:
        emit({"sums": sums, "gaps": gaps, "aside": apart}, "suanpan.host.reconcile/1")
    else:
        table("sums", sums, _SUM)
        table("gaps", gaps, ("terminal", "epoch", "first", "last", "missing"))
        table("sums kept apart", apart, _SUM)
    if gaps:
        warn("records are missing; they are still in the terminals named: connect these to the network")
    if apart:
        warn(
            "transactions are kept apart from the books: see suanpan host cases, compare them with the shop, close them"
        )
    if gaps or apart:
        raise SystemExit(PARTLY)


def _table(name: str, rows: list[dict], *columns: str) -> None:
    """Of transactions; tells of chips where there are some."""
    told = [
        {**row, "state": row["state"] + " offline" * row["offline"], "emv": icc.brief(row["emv"])}
        for row in rows
    ]
    chips = any(row["emv"] for row in told)
    table(name, told, tuple(column for column in columns if chips or column != "emv"))


def migrate(db: str | None, as_json: bool, dry_run: bool) -> None:
    """Tables up to date."""
    url = db or database.default_url()
    version, newest = (
        database.versions(url) if dry_run else (database.migrate(database.open_engine(url)),) * 2
    )
    if as_json:
        emit({"version": version, "newest": newest, "dry_run": dry_run}, "suanpan.host.migrate/1")
    elif version == newest:
        say(f"the database is at version {version}")
    else:
        say(f"the database would go from version {version or 'none'} to {newest}")


def _books(db: str | None) -> Engine:
    return database.open_books(db or database.default_url())


def _show(name: str, rows: list[dict], as_json: bool, columns: tuple[str, ...]) -> None:
    if as_json:
        emit({name: rows}, f"suanpan.host.{name}/1")
    else:
        table(name, rows, columns)
