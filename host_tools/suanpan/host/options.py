# SPDX-License-Identifier: MIT
"""Options and groups of the `suanpan host` commands."""

from collections.abc import Callable
from typing import Any

import click

from suanpan.output import json_option, quiet_option

db_option = click.option(
    "--db",
    envvar="SUANPAN_DB",
    metavar="URL",
    help="sqlite:///PATH or postgresql+psycopg://… (default: a file of yours).",
)

keys_option = click.option(
    "--keys",
    envvar="SUANPAN_KEYS",
    metavar="WHERE",
    help="Key service: file:PATH or pkcs11:token=LABEL?pin-source=file:PATH (default: a file of yours).",
)


def listing_group(place: Callable) -> Callable[[Callable[[Any, bool], None]], click.Group]:
    """A group that lists when no command is named; its `place` holds for the commands, which may name another."""

    def made(show: Callable[[Any, bool], None]) -> click.Group:
        @click.group(show.__name__, help=show.__doc__, invoke_without_command=True)
        @place
        @json_option
        @quiet_option
        @click.pass_context
        def group(ctx: click.Context, as_json: bool, **given: Any) -> None:
            (ctx.obj,) = given.values()
            if ctx.invoked_subcommand is None:
                show(ctx.obj, as_json)

        return group

    return made
