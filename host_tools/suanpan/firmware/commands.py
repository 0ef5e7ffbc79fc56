# SPDX-License-Identifier: MIT
"""`suanpan firmware font|rom`: what is built from the sources before a terminal can run."""

import click

from suanpan.output import emit, json_option


@click.group()
def firmware() -> None:
    """Build the font and the ROM image."""


@firmware.command()
@json_option
def font(as_json: bool) -> None:
    """Build the indexed bitmap font (docs/font.md) and print its path."""
    from suanpan.firmware.font import font_file

    show("font", font_file(), as_json)


@firmware.command()
@click.option("--runtime", default="micropython", type=click.Choice(["micropython", "micropython32"]))
@json_option
def rom(runtime: str, as_json: bool) -> None:
    """Build the ROM image with the application and the font, and print its path."""
    from suanpan.firmware.rom import image

    show("rom", image(runtime), as_json)


def show(kind: str, path, as_json: bool) -> None:
    if as_json:
        emit({"kind": kind, "path": path, "bytes": path.stat().st_size}, "suanpan.firmware.built/1")
    else:
        click.echo(path)
