# SPDX-License-Identifier: MIT
"""Every device file is in MicroPython's dialect: the cross compiler, the runtime and the published stubs say so."""

import json
import subprocess

import pytest

from suanpan.errors import Failure
from suanpan.firmware import rom
from suanpan.firmware.sources import device_files
from suanpan.places import ROOT
from suanpan.runtime.launch import launch

FILES = device_files()

COMPILE_ALL = """
import sys
for path in sys.argv[1:]:
    try:
        with open(path) as source:
            compile(source.read(), path, "exec")
    except SyntaxError as error:
        print(path, repr(error))
"""


def test_the_manifest_names_the_application():
    assert {"main.py", "pos/compat.py", "pos/codec/records.py", "boards/unix/__init__.py"} <= set(FILES)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("march", ["x64", "x86", "xtensawin"])
def test_mpy_cross_compiles(name, march):
    code = rom.compiled(name, FILES[name], march)
    assert code is not None and code[:2] == b"M\x06"


def test_micropython_itself_compiles_every_file(tmp_path):
    script = tmp_path / "compile_all.py"
    script.write_text(COMPILE_ALL)
    try:
        started = launch("micropython", script, tuple(str(path) for path in FILES.values()))
    except Failure as failure:
        pytest.skip(f"micropython: {failure}")
    done = subprocess.run(started.argv, env=started.env, capture_output=True, text=True, timeout=100)
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_types_against_the_published_stubs():
    """The same command as `make check`, which puts the stubs there."""
    if not (ROOT / ".cache/stubs/.done").exists():
        pytest.skip("the MicroPython stubs are not installed: make check")
    files = [str(path.relative_to(ROOT)) for path in FILES.values()]
    command = [str(ROOT / ".venv/bin/mypy"), "--config-file", "mypy-device.ini", *files]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_device_code_takes_nothing_that_only_one_runtime_has():
    """`pos.compat` alone branches on the runtime; the rest names no module that MicroPython lacks."""
    absent = ("typing", "dataclasses", "enum", "functools", "contextlib", "datetime", "pathlib", "uuid")
    wrong = []
    for name, path in FILES.items():
        for number, line in enumerate(path.read_text().splitlines(), 1):
            words = line.replace(",", " ").split()
            if words[:1] in (["import"], ["from"]) and words[1] in absent and line[0] != " ":
                wrong.append(f"{name}:{number}: {line}")
            if "implementation.name ==" in line and name != "pos/compat.py":
                wrong.append(f"{name}:{number}: {line}")
    assert wrong == []


def test_package_json_lists_the_application():
    """`mip install` takes what the manifest's package `pos` holds; `make firmware` writes the list."""
    listed = json.loads((ROOT / "firmware/package.json").read_text())["urls"]
    wanted = [name for name in FILES if name.startswith("pos/")]
    assert [row[0] for row in listed] == wanted, "Next: make firmware"


def test_no_two_modules_of_the_tests_share_a_name():
    """Folders of tests are all on the path, so that one file's tools serve another; a package's have its name."""
    found = [path for path in (ROOT / "tests").rglob("*.py") if "bench" not in path.parts]
    paths = [path for path in found if not (path.parent / "__init__.py").exists()]
    names = [path.name for path in paths if not path.name.startswith(("test_", "__", "conftest"))]
    assert {name for name in names if names.count(name) > 1} == set()
