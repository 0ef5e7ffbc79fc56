# SPDX-License-Identifier: MIT
"""`suanpan host cases …`: what waits for a person, and how a person settles it (DOMAIN.md M15, M27)."""

import click

from suanpan.host.options import db_option, listing_group
from suanpan.output import dry_run_option, json_option, quiet_option


@listing_group(db_option)
def cases(db, as_json) -> None:
    """List what waits for a person, with the next step, and what was put aside; or close a case of money."""
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
