# SPDX-License-Identifier: MIT
"""`suanpan runtime install|list|which|run`: the Pythons that the terminal's application runs on.

Each command loads its work only when it runs, so that `--help` stays fast.
"""

import os
import shlex
from typing import TYPE_CHECKING

import click

from suanpan.errors import FAILED, PARTLY, Failure
from suanpan.output import dry_run_option, emit, is_quiet, json_option, quiet_option, say, warn
from suanpan.runtime.options import NAMES, RUNTIME, HeapSize, heap_option

if TYPE_CHECKING:
    from suanpan.runtime.launch import Launch

WIDTHS = {"--heap": 2, "--json": 1, "--quiet": 1}  # words that each option of `run` takes


@click.group()
def runtime() -> None:
    """Python runtimes that the terminal runs on: cpython, micropython, micropython32."""


@runtime.command()
@click.argument("names", nargs=-1, type=RUNTIME)
@json_option
@quiet_option
@dry_run_option
def install(names: tuple[str, ...], as_json: bool, dry_run: bool) -> None:
    """Fetch the runtimes that are not there yet.

    All of them without NAMES; exit code 8 if one cannot be had.
    """
    rows = [row(name, may_install=not dry_run) for name in names or NAMES]
    missing = [r for r in rows if not r["available"]]
    if dry_run:
        would_fetch(rows, missing, as_json)
        return
    if missing or not is_quiet():
        report(rows, as_json)
    if missing:
        raise SystemExit(PARTLY if len(missing) < len(rows) else FAILED)


def would_fetch(rows: list[dict], missing: list[dict], as_json: bool) -> None:
    if as_json:
        report(rows, as_json)
    for r in missing:
        say(f"would fetch {r['name']} from the distribution's packages")


@runtime.command("list")
@json_option
@quiet_option
def list_(as_json: bool) -> None:
    """Show every runtime, its version, and why one is missing."""
    report([row(name, may_install=False) for name in NAMES], as_json)


@runtime.command()
@click.argument("name", type=RUNTIME)
@json_option
@quiet_option
def which(name: str, as_json: bool) -> None:
    """Print the command that starts runtime NAME."""
    from suanpan.runtime import launch

    command, version = launch.which(name)
    if as_json:
        emit({"name": name, "command": command, "version": version}, "suanpan.runtime.which/1")
    else:
        click.echo(shlex.join(command))


class ProgramCommand(click.Command):
    """Options stand before NAME or right behind it; what follows FILE is the program's own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        name = past_options(args, 0)
        rest = past_options(args, name + 1)  # click itself reads no option behind the first argument
        return super().parse_args(
            ctx, args[:name] + args[name + 1 : rest] + args[name : name + 1] + args[rest:]
        )


def past_options(words: list[str], at: int) -> int:
    """Index of the first word from `at` on that belongs to no option of `run`."""
    while at < len(words) and words[at] in WIDTHS:
        at += WIDTHS[words[at]]
    return at


@runtime.command(
    cls=ProgramCommand, context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}
)
@click.argument("name", type=RUNTIME)
@heap_option
@json_option
@quiet_option
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="FILE [ARG]... [--heap 128k]")
def run(name: str, heap: str | None, as_json: bool, words: tuple[str, ...]) -> None:
    """Run FILE on runtime NAME.

    The application can be imported as `pos`. With --json: its exit code and what it wrote, as one object when it
    has ended.
    """
    from suanpan.runtime import launch

    file, args, heap = split_words(list(words), heap)
    started = launch.launch(name, file, tuple(args), heap)
    if not as_json:
        os.execvpe(started.argv[0], started.argv, started.env)
    raise SystemExit(run_and_tell(started, {"name": name, "file": file}))


def run_and_tell(started: "Launch", named: dict) -> int:
    """Exit code of a program whose end is told as one object; that of a signal as a shell gives it."""
    import subprocess

    ended = subprocess.run(started.argv, env=started.env, capture_output=True, text=True, errors="replace")
    code = ended.returncode if ended.returncode >= 0 else 128 - ended.returncode
    output = {"exit_code": code, "stdout": ended.stdout, "stderr": ended.stderr}
    emit({**named, **output}, "suanpan.runtime.run/1")
    return code


def split_words(words: list[str], heap: str | None) -> tuple[str, list[str], str | None]:
    """`--heap` is ours right behind FILE or at the very end too; elsewhere it is FILE's own."""
    for place in (1, len(words) - 2):
        if len(words) >= 2 and words[place : place + 1] == ["--heap"]:
            heap, words = HeapSize()(words[place + 1]), words[:place] + words[place + 2 :]
            break
    if not words:
        raise click.UsageError("Missing argument 'FILE'.")
    if not os.path.isfile(words[0]):
        raise click.UsageError(f"There is no file {words[0]}.")
    return words[0], words[1:], heap


def row(name: str, may_install: bool) -> dict:
    from suanpan.runtime import launch

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
            warn(f"{r['name']}: {r['reason']}")
