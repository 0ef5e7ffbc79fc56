# SPDX-License-Identifier: MIT
"""`suanpan runtime install|list|which|run`: the Pythons that the terminal's application runs on."""

import os
import shlex

import click

from suanpan.errors import FAILED, PARTLY, Failure
from suanpan.output import emit, json_option, quiet_option, say
from suanpan.runtime import launch

NAME = click.Choice(launch.NAMES)


@click.group()
def runtime() -> None:
    """Python runtimes that the terminal runs on: cpython, micropython, micropython32."""


@runtime.command()
@click.argument("names", nargs=-1, type=NAME)
@json_option
@quiet_option
def install(names: tuple[str, ...], as_json: bool, quiet: bool) -> None:
    """Fetch the runtimes that are not there yet (all of them without NAMES); 8 if one cannot be had."""
    rows = [row(name, may_install=True) for name in names or launch.NAMES]
    missing = [r for r in rows if not r["available"]]
    if missing or not quiet:
        report(rows, as_json)
    if missing:
        raise SystemExit(PARTLY if len(missing) < len(rows) else FAILED)


@runtime.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Show every runtime, its version, and why one is missing."""
    report([row(name, may_install=False) for name in launch.NAMES], as_json)


@runtime.command()
@click.argument("name", type=NAME)
@json_option
def which(name: str, as_json: bool) -> None:
    """Print the command that starts runtime NAME."""
    command, version = launch.which(name)
    if as_json:
        emit({"name": name, "command": command, "version": version}, "suanpan.runtime.which/1")
    else:
        click.echo(shlex.join(command))


@runtime.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@click.argument("name", type=NAME)
@click.option("--heap", help="Heap size of MicroPython, for example 128k.")
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="FILE [ARG]... [--heap 128k]")
def run(name: str, heap: str | None, words: tuple[str, ...]) -> None:
    """Run FILE on runtime NAME with the application importable as `pos`."""
    file, args, heap = split_words(list(words), heap)
    started = launch.launch(name, file, tuple(args), heap)
    os.execvpe(started.argv[0], started.argv, started.env)


def split_words(words: list[str], heap: str | None) -> tuple[str, list[str], str | None]:
    """`--heap` is ours before FILE, right behind it, or at the very end; elsewhere it is FILE's own."""
    for place in (0, 1, len(words) - 2):
        if len(words) >= 2 and words[place : place + 1] == ["--heap"]:
            heap, words = words[place + 1], words[:place] + words[place + 2 :]
            break
    if not words:
        raise click.UsageError("Missing argument 'FILE'.")
    if not os.path.isfile(words[0]):
        raise click.UsageError(f"There is no file {words[0]}.")
    return words[0], words[1:], heap


def row(name: str, may_install: bool) -> dict:
    try:
        command, version = launch.which(name, may_install)
        return {"name": name, "available": True, "version": version, "command": command, "reason": ""}
    except Failure as failure:
        return {"name": name, "available": False, "version": "", "command": [], "reason": str(failure)}


def report(rows: list[dict], as_json: bool) -> None:
    if as_json:
        emit({"runtimes": rows}, "suanpan.runtime.list/1")
        return
    for r in rows:
        click.echo(f"{r['name']:<14} {r['version'] or 'missing':<8} {shlex.join(r['command'])}")
        if r["reason"]:
            say(f"{r['name']}: {r['reason']}")
