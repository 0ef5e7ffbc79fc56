# SPDX-License-Identifier: MIT
"""The `suanpan` command as a whole: quick help, errors without traceback, exit codes."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from suanpan.cli import GROUPS, main
from suanpan.errors import PORT, Failure

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


def test_a_failure_is_told_with_the_next_step_and_its_code(monkeypatch):
    @click.command()
    def busy():
        raise Failure("Port 8080 is taken.", "make run PORT=8081", PORT)

    monkeypatch.setattr(type(main), "get_command", lambda *_: busy)
    result = CliRunner().invoke(main, ["busy"])
    assert (result.exit_code, result.stdout) == (PORT, "")
    assert result.stderr == "suanpan: Port 8080 is taken.\nNext: make run PORT=8081\n"


@pytest.mark.parametrize("words", [["nothing"], ["--nothing"], ["runtime", "run", "cpython"]])
def test_wrong_usage_ends_with_2(words):
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
