# SPDX-License-Identifier: MIT
"""`suanpan host terminals …`: register, suspend and list terminals (DOMAIN.md M20)."""

import re
import time
from pathlib import Path

import click

from suanpan.errors import USAGE, Failure
from suanpan.host import database, ledger, vault
from suanpan.host import terminals as register
from suanpan.host.options import db_option
from suanpan.host.show import table
from suanpan.output import emit, json_option, say

_NAME = re.compile(r"[A-Za-z0-9_-]{1,16}")  # fits a topic level and a sealed card


@click.group(invoke_without_command=True)
@db_option
@json_option
@click.pass_context
def terminals(ctx, db, as_json) -> None:
    """List terminals; or add, suspend, activate one."""
    ctx.obj = db
    if ctx.invoked_subcommand is None:
        _list(db, as_json)


@terminals.command("list")
@db_option
@json_option
@click.pass_context
def list_(ctx, db, as_json) -> None:
    """List registered terminals."""
    _list(db or ctx.obj, as_json)


@terminals.command()
@click.argument("terminal", metavar="ID")
@click.option(
    "--keys", type=click.Path(path_type=Path), required=True, help='JSON: {"mac": 64 hex digits, "data": 32}.'
)
@db_option
@click.pass_context
def add(ctx, terminal, keys, db) -> None:
    """Register terminal ID with the keys that it was provisioned with."""
    if not _NAME.fullmatch(terminal):
        raise Failure(f"{terminal!r} is no terminal id", "use up to 16 of A-Z a-z 0-9 _ -", USAGE)
    engine = database.open_books(db or ctx.obj or database.default_url(), create=True)
    sealed = vault.seal(terminal, *_keys(keys))
    with database.writing(engine) as connection:
        if register.Register(sandbox=False).find(connection, terminal) is not None:
            raise Failure(f"terminal {terminal} is already registered", "suspend it, or choose another id")
        register.enrol(connection, terminal, int(time.time()), sealed)
    say(f"terminal {terminal} is registered")


@terminals.command()
@click.argument("terminal", metavar="ID")
@db_option
@click.pass_context
def suspend(ctx, terminal, db) -> None:
    """Refuse terminal ID from now on; its records stay with it."""
    _set_state(db or ctx.obj, terminal, register.SUSPENDED)


@terminals.command()
@click.argument("terminal", metavar="ID")
@db_option
@click.pass_context
def activate(ctx, terminal, db) -> None:
    """Take terminal ID's records again."""
    _set_state(db or ctx.obj, terminal, register.ACTIVE)


def _list(db: str | None, as_json: bool) -> None:
    rows = ledger.all_terminals(database.open_books(db or database.default_url()))
    if as_json:
        emit({"terminals": rows}, "suanpan.host.terminals/1")
    else:
        table("terminals", rows, ("terminal", "state", "source", "enrolled_at", "seen_at"))


def _set_state(db: str | None, terminal: str, state: str) -> None:
    with database.writing(database.open_books(db or database.default_url())) as connection:
        register.set_state(connection, terminal, state)
    say(f"terminal {terminal} is {state}")


def _keys(path: Path) -> tuple[bytes, bytes]:
    try:
        return vault.parse_keys(path.read_bytes())
    except (OSError, ValueError) as error:
        step = 'give a file like {"mac": "64 hex digits", "data": "32 hex digits"}'
        raise Failure(f"cannot read keys from {path}: {error}", step, USAGE) from error
