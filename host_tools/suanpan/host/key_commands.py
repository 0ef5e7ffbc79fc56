# SPDX-License-Identifier: MIT
"""`suanpan host keys …`: look at the host's keys, and bring a base derivation key in."""

import click

from suanpan.host.options import keys_option, listing_group
from suanpan.output import dry_run_option, json_option, quiet_option


@listing_group(keys_option)
def keys(keys, as_json) -> None:
    """List keys by label and check value; or add one."""
    from suanpan.host import key_listing

    key_listing.show(keys, as_json)


@keys.command()
@click.argument("base_id", metavar="ID")
@click.option(
    "--component",
    "components",
    multiple=True,
    metavar="FILE",
    help="One person's component of the key, at least twice; - asks for it, unseen.",
)
@click.option("--kcv", metavar="HEX", help="Check value that the whole key must have.")
@keys_option
@json_option
@quiet_option
@dry_run_option
@click.pass_obj
def add(given, base_id, components, kcv, keys, as_json, dry_run) -> None:
    """Bring in the base derivation key whose initial key ids begin with ID (8 hexadecimal digits)."""
    from suanpan.host import key_listing

    key_listing.add(keys or given, base_id, components, kcv, as_json, dry_run)
