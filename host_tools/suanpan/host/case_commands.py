# SPDX-License-Identifier: MIT
"""`suanpan host cases …`: what waits for a person, and how a person settles it (DOMAIN.md M15, M27)."""

import click

from suanpan.host.options import db_option
from suanpan.output import dry_run_option, json_option, quiet_option


@click.group(invoke_without_command=True)
@db_option
@json_option
@quiet_option
@click.pass_context
def cases(ctx, db, as_json) -> None:
    """List what waits for a person, with the next step, and what was put aside; or close a case of money."""
    ctx.obj = db
    if ctx.invoked_subcommand is None:
        from suanpan.host import listing

        listing.cases(db, as_json)


@cases.command()
@click.argument("case_id", metavar="ID")
@click.option(
    "--outcome", type=click.Choice(["booked", "dismissed", "reversed"]), required=True,
    help="Into the books; no money of the shop; or given back to the customer.",
)  # fmt: skip
@click.option("--note", metavar="TEXT", required=True, help="Why; kept for good.")
@click.option("--by", metavar="NAME", help="Who decides (default: the user of this system).")
@click.option("--yes", is_flag=True, help="Do not ask.")
@db_option
@json_option
@quiet_option
@dry_run_option
@click.pass_obj
def close(given, case_id, outcome, note, by, yes, db, as_json, dry_run) -> None:
    """Settle the transaction kept apart as case ID."""
    from suanpan.host import case_closing

    case_closing.close(db or given, case_id, (outcome, note, by), yes, as_json, dry_run)
