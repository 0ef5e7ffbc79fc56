# SPDX-License-Identifier: MIT
"""Data goes to stdout, everything said to a person goes to stderr; options that all or many commands have.

`--json` prints one object with `schema`, or one such object per line when a command follows. `--quiet` leaves
what was asked for and what went wrong.
"""

import json

import click

_hushed = {"quiet": False}  # of the process, not of click's context: threads say things as well


def _hush(_context: click.Context, _option: click.Parameter, quiet: bool) -> None:
    _hushed["quiet"] = quiet


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")

dry_run_option = click.option("--dry-run", is_flag=True, help="Check and tell, but change nothing.")

quiet_option = click.option(
    "--quiet", is_flag=True, expose_value=False, callback=_hush, help="No messages while all is well."
)


def emit(obj: dict, schema: str) -> None:
    """Print `obj` as one JSON line that names its schema, for example `suanpan.runtime.list/1`."""
    click.echo(json.dumps({"schema": schema, **obj}, ensure_ascii=False, default=_plain))


def say(message: str) -> None:
    """Tell the person at the terminal, on stderr, unless `--quiet` was given."""
    if not is_quiet():
        warn(message)


def warn(message: str) -> None:
    """Tell what went wrong, on stderr, `--quiet` or not."""
    click.echo(message, err=True)


def is_quiet() -> bool:
    return _hushed["quiet"]


def _plain(value: object) -> object:
    return value.hex() if isinstance(value, bytes | bytearray | memoryview) else str(value)
