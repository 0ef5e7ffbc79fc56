# SPDX-License-Identifier: MIT
"""The `suanpan` command as a whole: quick help, errors without traceback, exit codes."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from every_command import every_command

from suanpan.cli import GROUPS, main
from suanpan.errors import FAILED, PORT, Failure
from suanpan.output import emit, quiet_option, say, warn

HELP = """
import sys
from suanpan.cli import main
try:
    main(["--help"])
except SystemExit:
    pass
print("LOADED", *sorted(m for m in sys.modules if m.split(".")[0] in ("suanpan", "sqlalchemy", "asyncio", "yaml")))
"""


def test_help_loads_no_group():
    """What makes `--help` take more than 150 ms is imports."""
    done = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True)
    assert all(name in done.stdout for name in GROUPS)
    assert done.stdout.splitlines()[-1] == "LOADED suanpan suanpan.cli suanpan.errors"


WALK = Path(__file__).with_name("every_command.py")
COMMANDS = {" ".join(words): command for words, command in every_command(main)}
SLOW = {"asyncio", "ssl", "multiprocessing", "xml"}  # of the standard library


def test_help_of_any_command_loads_neither_packages_nor_asyncio():
    """The 150 ms of DESIGN section 5, without a clock: the database alone takes longer to import."""
    done = subprocess.run([sys.executable, WALK], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "suanpan" in loaded
    assert loaded - sys.stdlib_module_names <= {"suanpan", "click"}
    assert not loaded & SLOW


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_explains_itself_and_knows_json_and_quiet(words):
    command = COMMANDS[words]
    options = {option for parameter in command.params for option in parameter.opts}
    assert command.help and {"--json", "--quiet"} <= options


def test_quiet_leaves_what_was_asked_for_and_what_went_wrong():
    @click.command()
    @quiet_option
    def work():
        say("all is well")
        warn("this is not")
        emit({}, "a/1")

    for words, said in ((["--quiet"], "this is not\n"), ([], "all is well\nthis is not\n")):
        result = CliRunner().invoke(work, words)
        assert (result.stdout, result.stderr) == ('{"schema": "a/1"}\n', said)


@pytest.mark.parametrize(
    "words", ["sim run x.yaml --heap 12x", "sim serve --heap k", "runtime run micropython --heap 0 x.py"]
)
def test_a_heap_that_is_no_size_is_wrong_usage(words):
    result = CliRunner().invoke(main, words.split())
    assert result.exit_code == 2
    assert "is no heap size; give for example 128k" in result.stderr


def test_a_failure_is_told_with_the_next_step_and_its_code(monkeypatch):
    @click.command()
    def busy():
        raise Failure("Port 8080 is taken.", "make run PORT=8081", PORT)

    monkeypatch.setattr(type(main), "get_command", lambda *_: busy)
    result = CliRunner().invoke(main, ["busy"])
    assert (result.exit_code, result.stdout) == (PORT, "")
    assert result.stderr == "suanpan: Port 8080 is taken.\nNext: make run PORT=8081\n"


def test_a_disk_that_is_full_is_no_traceback(monkeypatch):
    @click.command()
    def full():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "out/flash.img")

    monkeypatch.setattr(type(main), "get_command", lambda *_: full)
    result = CliRunner().invoke(main, ["full"])
    assert (result.exit_code, result.stdout) == (FAILED, "")
    assert result.stderr.startswith("suanpan: out/flash.img: No space left on device\nNext: ")


@pytest.mark.parametrize("words", [["nothing"], ["--nothing"], ["runtime", "run", "cpython"]])
def test_wrong_usage_ends_with_2(words):
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
