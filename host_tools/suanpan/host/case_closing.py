# SPDX-License-Identifier: MIT
"""What `suanpan host cases close` does: one transaction, which a dry run takes back."""

import time

import click

from pos.domain import money
from suanpan.host import database, settling
from suanpan.host.custody import Case
from suanpan.host.persons import name_of, text
from suanpan.output import emit, say


def close(
    db: str | None,
    case_id: str,
    decision: tuple[str, str, str | None],
    yes: bool,
    as_json: bool,
    dry_run: bool,
) -> None:
    """Settle it with (outcome, note, who); Failure says why it cannot be, and what can."""
    outcome, note, who = decision
    wanted = settling.Decision(case_id, outcome, text(note, "--note", 1000), name_of(who))
    engine = database.open_books(db or database.default_url())
    if not (yes or dry_run):
        click.confirm(f"Close case {case_id} as {outcome}, for good?", abort=True, err=True)
    with database.writing(engine) as connection:
        case, changed = settling.settle(connection, wanted, int(time.time()))
        if dry_run:
            connection.rollback()
    _tell(case, wanted, changed, as_json, dry_run)


def _tell(case: Case, wanted: settling.Decision, changed: bool, as_json: bool, dry_run: bool) -> None:
    row = case.row
    if as_json:
        told = {
            "case": case.case_id,
            "terminal": row["terminal"],
            "outcome": wanted.outcome,
            "who": wanted.who,
        }
        figures = {
            "amount": row["amount"],
            "currency": row["currency"],
            "changed": changed,
            "dry_run": dry_run,
        }
        emit({**told, **figures}, "suanpan.host.case/1")
        return
    amount = money.text(row["amount"], row["currency"])
    verb = "would be" if dry_run else "is" if changed else "was already"
    say(f"case {case.case_id}, {row['kind']} of {amount} at {row['terminal']}, {verb} {wanted.outcome}")
