# SPDX-License-Identifier: MIT
"""Registers terminals, suspends and activates them (DOMAIN.md M20); a dry run checks and changes nothing."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection

from suanpan import regular_file, terminal_id
from suanpan.errors import USAGE, Failure
from suanpan.host import database, vault
from suanpan.host import terminals as register
from suanpan.host.keys import open_service
from suanpan.output import emit, say


def add(db: str | None, terminal: str, keys: Path, as_json: bool, dry_run: bool) -> None:
    """Register `terminal` with the keys in a file."""
    terminal_id.checked(terminal)
    mac_key, data_key = _keys(keys)
    with _changing(db, dry_run, create=True) as connection:
        if register.state_of(connection, terminal) is not None:
            raise Failure(f"terminal {terminal} is already registered", "suspend it, or choose another id")
        if not dry_run:
            register.enrol(connection, terminal, int(time.time()), _sealed(terminal, mac_key, data_key))
    _done(terminal, register.ACTIVE, as_json, dry_run)


def set_state(db: str | None, terminal: str, state: str, as_json: bool, dry_run: bool) -> None:
    """Suspend or activate `terminal`."""
    terminal_id.checked(terminal)
    with _changing(db, dry_run) as connection:
        register.set_state(connection, terminal, state)
    _done(terminal, state, as_json, dry_run)


@contextmanager
def _changing(db: str | None, dry_run: bool, create: bool = False) -> Iterator[Connection]:
    """A transaction that a dry run takes back."""
    with database.writing(database.open_books(db or database.default_url(), create)) as connection:
        yield connection
        if dry_run:
            connection.rollback()


def _done(terminal: str, state: str, as_json: bool, dry_run: bool) -> None:
    if as_json:
        emit({"terminal": terminal, "state": state, "dry_run": dry_run}, "suanpan.host.terminal/1")
    else:
        say(f"terminal {terminal} {'would be' if dry_run else 'is'} {state}")


def _sealed(terminal: str, mac_key: bytes, data_key: bytes) -> bytes:
    service = open_service(os.environ.get("SUANPAN_KEYS"))
    try:
        return vault.seal(service, terminal, mac_key, data_key)
    finally:
        service.close()


def _keys(path: Path) -> tuple[bytes, bytes]:
    try:
        return vault.parse_keys(regular_file.content(path))
    except (OSError, ValueError) as error:
        step = 'give a file like {"mac": "64 hex digits", "data": "32 hex digits"}'
        raise Failure(f"cannot read keys from {path}: {error}", step, USAGE) from error
