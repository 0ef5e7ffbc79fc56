# SPDX-License-Identifier: MIT
"""`suanpan conformance broker URL`: what a broker must do for terminals and host, tried out on it."""

import click

from suanpan.output import json_option, quiet_option


@click.group()
def conformance() -> None:
    """Try out what Suanpan relies on."""


@conformance.command()
@click.argument("url")
@click.option("--ca", type=click.Path(exists=True, dir_okay=False), help="CA of an mqtts:// broker (PEM).")
@click.option("--denied", metavar="TOPIC", default="", help="A topic that this user may not publish to.")
@click.option(
    "--queue", type=click.IntRange(1), default=2000, show_default=True, help="Messages for one absent."
)
@json_option
@quiet_option
def broker(url: str, ca: str | None, denied: str, queue: int, as_json: bool) -> None:
    """Try the broker at URL (mqtt://[user:password@]host[:port], mqtts://…); 6 when a required check fails."""
    from suanpan.conformance import suite

    suite.show(url, ca, denied, queue, as_json)
