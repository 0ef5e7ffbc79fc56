# SPDX-License-Identifier: MIT
"""`suanpan runtime`: what scripts outside this repository rely on."""

import json
import select
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from suanpan.cli import main
from suanpan.errors import INTERRUPTED, USAGE, Failure
from suanpan.places import ROOT
from suanpan.runtime import install, launch

SUANPAN = Path(sys.executable).with_name("suanpan")
PROGRAM = """
import sys
import pos.compat
print(sys.argv[1:], pos.compat.MICROPYTHON, __name__)
sys.exit(7)
"""


def available(name):
    try:
        return launch.which(name)
    except Failure as failure:
        pytest.skip(f"{name}: {failure}")


@pytest.mark.parametrize("name", launch.NAMES)
def test_run_passes_arguments_and_exit_code(name, tmp_path):
    available(name)
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    long = "x" * 300
    command = [SUANPAN, "runtime", "run", name, program, "--heaped", "a b", long]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.stdout == f"['--heaped', 'a b', '{long}'] {name != 'cpython'} __main__\n", done.stderr
    assert done.returncode == 7


@pytest.mark.parametrize(
    "words",
    [("--json", "cpython"), ("cpython", "--json"), ("--quiet", "--heap", "96k", "cpython", "--json")],
    ids=" ".join,
)
def test_run_tells_the_end_of_a_program_in_json(words, tmp_path):
    program = tmp_path / "program.py"
    program.write_text("import sys\nprint(sys.argv[1:])\nsys.exit('why')\n")
    command = [SUANPAN, "runtime", "run", *words, program, "--json", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "")
    told = json.loads(done.stdout)
    assert told["schema"] == "suanpan.runtime.run/1" and told["exit_code"] == 1
    assert (told["stdout"], told["stderr"]) == ("['--json', '--quiet']\n", "why\n")


def test_a_program_ended_by_a_signal_gives_the_code_that_a_shell_gives(tmp_path):
    program = tmp_path / "program.py"
    program.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n")
    done = subprocess.run([SUANPAN, "runtime", "run", "--json", "cpython", program], capture_output=True)
    assert done.returncode == json.loads(done.stdout)["exit_code"] == 128 + 15


@pytest.mark.parametrize("name", launch.NAMES)
def test_a_printed_line_is_there_at_once(name, tmp_path, monkeypatch):
    """As on a board: what reads a device's output, or a log after its end, misses nothing."""
    available(name)
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    program = tmp_path / "program.py"
    program.write_text("import time\nprint('ready')\ntime.sleep(60)\n")
    started = launch.launch(name, program)
    child = subprocess.Popen(started.argv, env=started.env, stdout=subprocess.PIPE)
    try:
        assert select.select([child.stdout], [], [], 20)[0] and child.stdout.readline() == b"ready\n"
    finally:
        child.kill()
        child.communicate()


@pytest.mark.parametrize("place", ["before", "behind", "end"])
def test_heap_is_limited(place, tmp_path):
    available("micropython32")
    program = tmp_path / "heap.py"
    program.write_text("import gc\nprint(gc.mem_free() + gc.mem_alloc())\n")
    heap = ["--heap", "96k"]
    words = {"before": [*heap, program], "behind": [program, *heap, "more"], "end": [program, "more", *heap]}[
        place
    ]
    done = subprocess.run(
        [SUANPAN, "runtime", "run", "micropython32", *words], capture_output=True, text=True
    )
    assert 90_000 < int(done.stdout) <= 96 * 1024, done.stderr


def test_the_application_lies_outside_the_heap(tmp_path):
    available("micropython32")
    program = tmp_path / "where.py"
    program.write_text(
        "import os, pos.compat\nprint(os.stat('/rom/font16.bin')[6] > 200_000, pos.compat.__file__)\n"
    )
    done = subprocess.run(
        [SUANPAN, "runtime", "run", "micropython32", program], capture_output=True, text=True
    )
    assert done.stdout == "True /rom/pos/compat.mpy\n", done.stderr


def test_which_and_list_in_json():
    row = json.loads(CliRunner().invoke(main, ["runtime", "which", "cpython", "--json"]).stdout)
    assert (row["schema"], row["command"]) == ("suanpan.runtime.which/1", [sys.executable])
    listed = json.loads(CliRunner().invoke(main, ["runtime", "list", "--json"]).stdout)
    assert [r["name"] for r in listed["runtimes"]] == list(launch.NAMES)


def test_unknown_runtime_is_a_usage_error():
    assert CliRunner().invoke(main, ["runtime", "which", "jython"]).exit_code == USAGE


def test_a_micropython_that_does_not_run_is_named(monkeypatch):
    monkeypatch.setenv("MICROPYTHON", "/nowhere/micropython")
    result = CliRunner().invoke(main, ["runtime", "which", "micropython"])
    assert result.exit_code == 1
    assert "MICROPYTHON=/nowhere/micropython does not run" in result.stderr
    assert "Next: correct or unset MICROPYTHON" in result.stderr


def test_an_old_micropython_on_path_is_passed_over(monkeypatch, tmp_path):
    old = tmp_path / "micropython"
    old.write_text("#!/bin/sh\necho 1.19.1\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert launch.on_path("micropython") is None
    old.write_text("#!/bin/sh\necho 1.24.0\n")
    assert launch.on_path("micropython") == ([str(old)], "1.24.0")


def test_an_interrupted_install_leaves_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(install, "HOME", tmp_path)
    with pytest.raises(KeyboardInterrupt), install.staging("micropython") as folder:
        (folder / "half").touch()
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_ends_with_130(monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(launch, "which", interrupted)
    assert CliRunner().invoke(main, ["runtime", "which", "cpython"]).exit_code == INTERRUPTED


def test_no_address_of_a_mirror_stands_in_the_sources():
    for file in (ROOT / "host_tools/suanpan/runtime").glob("*.py"):
        assert "://" not in file.read_text(), file
