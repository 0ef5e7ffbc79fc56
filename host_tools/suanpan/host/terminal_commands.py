# SPDX-License-Identifier: MIT
"""`suanpan host terminals …`: register, suspend and list terminals (DOMAIN.md M20)."""

from pathlib import Path

import click

from suanpan.host.options import db_option, listing_group
from suanpan.output import dry_run_option, json_option, quiet_option


@listing_group(db_option)
def terminals(db, as_json) -> None:
    """List terminals; or add, suspend, activate one."""
    from suanpan.host import listing

    listing.terminals(db, as_json)


@terminals.command("list")
@db_option
@json_option
@quiet_option
@click.pass_obj
def list_(given, db, as_json) -> None:
    """List registered terminals."""
    from suanpan.host import listing

    listing.terminals(db or given, as_json)


@terminals.command()
@click.argument("terminal", metavar="ID")
@click.option(
    "--keys", type=click.Path(path_type=Path), required=True, help='JSON: {"mac": 64 hex digits, "data": 32}.'
)
@db_option
@json_option
@quiet_option
@dry_run_option
@click.pass_obj
def add(given, terminal, keys, db, as_json, dry_run) -> None:
    """Register terminal ID with the keys that it was provisioned with."""
    from suanpan.host import registration

    registration.add(db or given, terminal, keys, as_json, dry_run)


@terminals.command()
@click.argument("terminal", metavar="ID")
@db_option
@json_option
@quiet_option
@dry_run_option
@click.pass_obj
def suspend(given, terminal, db, as_json, dry_run) -> None:
    """Refuse terminal ID from now on; its records stay with it."""
    from suanpan.host import registration

    registration.set_state(db or given, terminal, "suspended", as_json, dry_run)


@terminals.command()
@click.argument("terminal", metavar="ID")
@db_option
@json_option
@quiet_option
@dry_run_option
@click.pass_obj
def activate(given, terminal, db, as_json, dry_run) -> None:
    """Take terminal ID's records again."""
    from suanpan.host import registration

    registration.set_state(db or given, terminal, "active", as_json, dry_run)
