# SPDX-License-Identifier: MIT
"""`suanpan host …`: serve, and look at what the host knows (DESIGN.md section 5).

Each command loads its work only when it runs: the database alone would make `--help` slow.
"""

import sys

import click

from suanpan.host.case_commands import cases
from suanpan.host.key_commands import keys
from suanpan.host.options import db_option, keys_option
from suanpan.host.terminal_commands import terminals
from suanpan.output import dry_run_option, emit, json_option, quiet_option, say, warn
from suanpan.seconds import Seconds


class BooksGroup(click.Group):
    """What the database refuses in the middle of a command ends as every failure does."""

    def invoke(self, ctx: click.Context):
        try:
            return super().invoke(ctx)
        except Exception as error:
            if "suanpan.host.database" not in sys.modules:
                raise
            from suanpan.host.database import told

            raise told(error) from error


@click.group(cls=BooksGroup)
def host() -> None:
    """Receive, keep and show transactions."""


host.add_command(terminals)
host.add_command(cases)
host.add_command(keys)


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
@keys_option
@click.option("--issuer", type=click.Choice(["sandbox"]), default="sandbox", show_default=True)
@click.option(
    "--late-after",
    type=Seconds(0),
    default=35,
    show_default=True,
    help="Seconds until a late answer.",
)
@click.option("--json", "as_json", is_flag=True, help="Print each row that is stored as a JSON line.")
@quiet_option
def serve(db, broker, partition, ca, cert, key, keys, issuer, late_after, as_json) -> None:
    """Receive transactions until Ctrl-C."""
    from suanpan.host.database import default_url
    from suanpan.host.host import Host
    from suanpan.host.keys import open_service
    from suanpan.host.serve import until_ended
    from suanpan.host.tls import Tls

    sandbox, tls = issuer == "sandbox", Tls(ca, cert, key)
    service = open_service(keys)
    made = Host(db or default_url(), broker, partition, sandbox, late_after, tls, say, warn, service)
    if as_json:
        made.subscribe(lambda kind, row: emit({kind: row}, "suanpan.host.event/1"))
    until_ended(made)


@host.command()
@db_option
@json_option
@quiet_option
@click.option("--terminal", metavar="ID", help="Only of this terminal.")
@click.option("--limit", type=click.IntRange(1, 10**9), help="Only the newest ones.")
def transactions(**options) -> None:
    """List transactions."""
    from suanpan.host import listing

    listing.transactions(**options)


@host.command()
@db_option
@json_option
@quiet_option
def alarms(**options) -> None:
    """List alarms of host and terminals."""
    from suanpan.host import listing

    listing.alarms(**options)


@host.command()
@db_option
@json_option
@quiet_option
def reconcile(**options) -> None:
    """Sum up the books and look for records that never came; exit code 8 when some are missing."""
    from suanpan.host import listing

    listing.reconcile(**options)


@host.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--by", metavar="NAME", help="Who vouches for FILE (default: the user of this system).")
@db_option
@json_option
@quiet_option
@dry_run_option
def import_(file, by, db, as_json, dry_run) -> None:
    """Take what the books lack from FILE: an export of a terminal's journal, or its image.

    For books that were put back from a backup. Nothing is overwritten; what does not fit becomes a case.
    """
    from suanpan.host import importing

    importing.bring(db, file, by, as_json, dry_run)


@host.command()
@db_option
@json_option
@quiet_option
@dry_run_option
def migrate(**options) -> None:
    """Bring the tables of the database to this version (serve does so by itself)."""
    from suanpan.host import listing

    listing.migrate(**options)
