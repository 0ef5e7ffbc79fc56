# SPDX-License-Identifier: MIT
"""`suanpan journal verify|find|export`: the image of a terminal's journal (flash.img) read without changing it.

Each command loads its work only when it runs, so that `--help` stays fast.
"""

from datetime import datetime

import click

from suanpan.output import dry_run_option, json_option, quiet_option

IMAGE = click.argument("image", type=click.Path(exists=True, dir_okay=False))
TIME = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"])


@click.group()
def journal() -> None:
    """Read a terminal's journal image: verify, find, export as evidence."""


@journal.command()
@IMAGE
@json_option
@quiet_option
def verify(image: str, as_json: bool) -> None:
    """Check every record and the hash chain of IMAGE; 6 when something does not hold."""
    from suanpan.journal import reading

    reading.verify(image, as_json)


@journal.command()
@IMAGE
@click.option("--trace", type=click.IntRange(1, 999999), help="System trace number.")
@click.option("--voucher", type=click.IntRange(1, 999999), help="Voucher number.")
@click.option("--amount", metavar="12.34", help="Amount in major units of the currency, CNY by default.")
@click.option("--last-four", metavar="DIGITS", default="", help="Last digits of the account number.")
@click.option("--from", "start", type=TIME, help="Not before (UTC).")
@click.option("--to", "end", type=TIME, help="Not after (UTC); a date means its beginning.")
@click.option(
    "--limit", type=click.IntRange(1, 10**9), default=20, show_default=True, help="Newest ones shown."
)
@json_option
@quiet_option
def find(image: str, start: datetime | None, end: datetime | None, as_json: bool, **wanted) -> None:
    """Transactions in IMAGE for which all options hold, the newest first."""
    from suanpan.journal import reading

    reading.find(image, start, end, as_json, **wanted)


@journal.command()
@IMAGE
@click.option("--out", type=click.Path(dir_okay=False), required=True, help="JSON file to write.")
@click.option("--yes", is_flag=True, help="Replace the file if it is there.")
@json_option
@quiet_option
@dry_run_option
def export(image: str, out: str, yes: bool, as_json: bool, dry_run: bool) -> None:
    """Write every whole record of IMAGE as evidence, with its place, bytes and hash; a damaged image too."""
    from suanpan.journal import evidence

    evidence.export(image, out, yes, as_json, dry_run)
