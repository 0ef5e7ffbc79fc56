# SPDX-License-Identifier: MIT
"""What `suanpan journal verify` and `find` do: the terminal's own journal code, on a copy."""

from datetime import UTC, datetime
from itertools import islice

import click

from pos import lookup
from pos.domain import money
from pos.domain.transaction import Transaction
from pos.journal import JournalError
from pos.journal.journal import Journal
from pos.journal.layout import BLOCK
from suanpan.errors import USAGE, VERIFICATION, Failure
from suanpan.host import icc
from suanpan.journal import retention
from suanpan.journal.image import read, recovered
from suanpan.output import emit, say

COLUMNS = ("occurred_at", "kind", "state", "trace", "voucher", "amount", "currency", "pan_masked", "code")
FOREVER_S = 0xFFFFFFFF


def opened(path: str) -> tuple[Journal, int]:
    """The journal of an image file and its blocks; a Failure with VERIFICATION when it is damaged."""
    image = read(path)
    try:
        return recovered(image), len(image) // BLOCK
    except (JournalError, ValueError) as error:
        next_step = f"keep the image; suanpan journal export {path} --out evidence.json saves what is whole"
        raise Failure(f"{path}: {error}", next_step, VERIFICATION) from None


def verify(path: str, as_json: bool) -> None:
    journal, blocks = opened(path)
    try:
        links = journal.verify()
        count, held = sum(1 for _ in journal.scan()), retention.held(journal)
    except JournalError as error:
        raise Failure(
            f"{path}: {error}", "compare with the host: suanpan host reconcile", VERIFICATION
        ) from None
    facts = {
        "terminal": journal.terminal,
        "epoch": journal.epoch,
        "records": count,
        "pending": journal.pending_count(),
        "next_seq": journal.next_seq,
        "links": links,
        "transactions": held.transactions,
        "since": _when(held.since_s),
        "keeps_sales": retention.kept_sales(blocks),
    }
    if as_json:
        emit({"holds": True, **facts}, "suanpan.journal.verify/1")
    else:
        for name, value in facts.items():
            click.echo(f"{name:12} {value}")
        say("every record and link holds")


def find(path: str, start: datetime | None, end: datetime | None, as_json: bool, limit: int, last_four: str,
         amount: str | None, **numbers: int | None) -> None:  # fmt: skip
    wanted = {name: number for name, number in numbers.items() if number is not None}
    if amount is not None:
        wanted["amount"] = _minor(amount)
    span = (int(start.replace(tzinfo=UTC).timestamp()) if start else 0, _end(end))
    try:
        found = list(islice(lookup.transactions(opened(path)[0], *span, last_four, **wanted), limit))
    except JournalError as error:
        raise Failure(f"{path}: {error}", exit_code=VERIFICATION) from None
    rows = [_row(transaction) for transaction in found]
    if as_json:
        emit({"transactions": rows}, "suanpan.journal.find/1")
        return
    from suanpan.host.show import table

    table("transactions", rows, COLUMNS)


def _minor(amount: str) -> int:
    try:
        return money.parse(amount)
    except ValueError:
        raise Failure(f"{amount!r} is no amount", "write it like 12.34", USAGE) from None


def _end(end: datetime | None) -> int:
    return int(end.replace(tzinfo=UTC).timestamp()) if end else FOREVER_S


def _row(transaction: Transaction) -> dict:
    row = transaction.as_dict()
    row["occurred_at"] = _when(row["occurred_at"])
    return {**row, "emv": icc.described(transaction.icc, transaction.entry)}


def _when(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
