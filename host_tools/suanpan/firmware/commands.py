# SPDX-License-Identifier: MIT
"""`suanpan firmware font|rom|memory|package|files`: what is built from the sources before a terminal can run."""

import os
from pathlib import Path

import click

from suanpan.output import dry_run_option, emit, is_quiet, json_option, quiet_option, say


@click.group()
def firmware() -> None:
    """What is built for a terminal: font, ROM image, file lists."""


@firmware.command()
@json_option
@quiet_option
@dry_run_option
def font(as_json: bool, dry_run: bool) -> None:
    """Build the indexed bitmap font (docs/font.md) and print its path."""
    from suanpan.firmware.font import built_font, font_file

    if dry_run:
        show_dry("font", built_font(), not built_font().exists(), as_json)
    else:
        show("font", font_file(), as_json)


@firmware.command()
@click.option("--runtime", default="micropython", type=click.Choice(["micropython", "micropython32"]))
@json_option
@quiet_option
@dry_run_option
def rom(runtime: str, as_json: bool, dry_run: bool) -> None:
    """Build the ROM image, print its path.

    It holds the application and the font.
    """
    from suanpan.firmware.rom import built_image, image, stale

    if dry_run:
        show_dry("rom", built_image(runtime), stale(runtime), as_json)
    else:
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
@dry_run_option
def package(as_json: bool, dry_run: bool) -> None:
    """Write firmware/package.json from the manifest.

    `mip install` reads it.
    """
    from suanpan.firmware.package import TARGET, stale, write

    if dry_run:
        show_dry("package", TARGET, stale(), as_json)
    else:
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


def show_dry(kind: str, path: Path, stale: bool, as_json: bool) -> None:
    if as_json:
        emit({"kind": kind, "path": path, "stale": stale, "dry_run": True}, "suanpan.firmware.built/1")
    else:
        say(f"{path} {'would be built' if stale else 'is as new as its sources'}")
