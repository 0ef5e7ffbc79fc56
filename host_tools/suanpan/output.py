# SPDX-License-Identifier: MIT
"""Data goes to stdout, everything said to a person goes to stderr.

`--json` prints one object with `schema`, or one such object per line when a command follows.
"""

import json

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")

quiet_option = click.option("--quiet", is_flag=True, help="Print nothing when all is well.")


def emit(obj: dict, schema: str) -> None:
    """Print `obj` as one JSON line that names its schema, for example `suanpan.runtime.list/1`."""
    click.echo(json.dumps({"schema": schema, **obj}, ensure_ascii=False, default=_plain))


def say(message: str) -> None:
    """Tell the person at the terminal, on stderr."""
    click.echo(message, err=True)


def _plain(value: object) -> object:
    return value.hex() if isinstance(value, bytes | bytearray | memoryview) else str(value)
