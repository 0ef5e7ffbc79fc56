# SPDX-License-Identifier: MIT
"""`suanpan firmware font|rom|memory|package|files`: what is built from the sources before a terminal can run."""

import os
from pathlib import Path

import click

from suanpan.output import emit, is_quiet, json_option, quiet_option


@click.group()
def firmware() -> None:
    """What is built for a terminal: font, ROM image, file lists."""


@firmware.command()
@json_option
@quiet_option
def font(as_json: bool) -> None:
    """Build the indexed bitmap font (docs/font.md) and print its path."""
    from suanpan.firmware.font import font_file

    show("font", font_file(), as_json)


@firmware.command()
@click.option("--runtime", default="micropython", type=click.Choice(["micropython", "micropython32"]))
@json_option
@quiet_option
def rom(runtime: str, as_json: bool) -> None:
    """Build the ROM image, print its path.

    It holds the application and the font.
    """
    from suanpan.firmware.rom import image

    show("rom", image(runtime), as_json)


@firmware.command()
@json_option
@quiet_option
def memory(as_json: bool) -> None:
    """Measure what each module of the ROM image takes of the heap.

    On micropython32; bytes, in the order of their size (docs/memory.md).
    """
    from suanpan.firmware.parts import parts

    sizes = parts()
    if as_json:
        emit({"bytes": sizes, "total": sum(sizes.values())}, "suanpan.firmware.memory/1")
        return
    for name, size in [*sizes.items(), ("total", sum(sizes.values()))]:
        click.echo(f"{size:>7} {name}")


@firmware.command()
@json_option
@quiet_option
def package(as_json: bool) -> None:
    """Write firmware/package.json from the manifest.

    `mip install` reads it.
    """
    from suanpan.firmware.package import write

    show("package", write(), as_json)


@firmware.command()
@json_option
@quiet_option
def files(as_json: bool) -> None:
    """List the source files that go onto a device.

    firmware/manifest.py names them.
    """
    from suanpan.firmware.sources import device_files

    if as_json:
        emit({"files": device_files()}, "suanpan.firmware.files/1")
    else:
        click.echo("\n".join(os.path.relpath(path) for path in device_files().values()))


def show(kind: str, path: Path, as_json: bool) -> None:
    if as_json:
        emit({"kind": kind, "path": path, "bytes": path.stat().st_size}, "suanpan.firmware.built/1")
    elif not is_quiet():
        click.echo(path)
