# SPDX-License-Identifier: MIT
"""Whatever file a command is given: a device, a pipe or one far too large is refused, never read to its end."""

import os

import pytest
from click.testing import CliRunner

from suanpan.cli import main

WORDS = {  # what is wrong goes in the place of FILE
    "scenario": "sim run FILE",
    "card": "sim run scenario.yaml",
    "terminal keys": "host terminals add SHOP-1 --keys FILE --db sqlite:///books.db",
    "host keys": "host keys --keys file:FILE",
    "component": "host keys add 12345678 --component FILE --component FILE --keys file:none",
    "key block": "provision inject FILE --protection p --protection q --profile .",
    "parameters": "provision parameters FILE --dry-run",
    "parameters of a scenario": "sim run parameters.yaml",
    "journal": "journal verify FILE",
    "import": "host import FILE --db sqlite:///books.db",
    "certificate": "conformance broker mqtts://127.0.0.1:1 --ca FILE",
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """With two components of a protection key and a scenario whose card is the odd file."""
    monkeypatch.chdir(tmp_path)
    for name in ("p", "q"):
        made = CliRunner().invoke(main, ["provision", "component", "--out", name, "--bits", "256"])
        assert made.exit_code == 0, made.output
    (tmp_path / "scenario.yaml").write_text("- swipe: {card: odd.json}\n")
    steps = "steps: [{wait: {idle: true}}]"
    (tmp_path / "parameters.yaml").write_text("parameters: odd.json\n" + steps + "\n")
    return tmp_path


def odd(kind, folder):
    path = folder / "odd.json"
    if kind == "pipe":
        os.mkfifo(path, 0o600)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.touch(mode=0o600)
        os.truncate(path, 1 << 40)
    return path


@pytest.mark.parametrize("kind", ["pipe", "device", "huge"])
@pytest.mark.parametrize("what", WORDS)
def test_an_odd_file_is_refused_at_once(what, kind, folder):
    words = WORDS[what].replace("FILE", str(odd(kind, folder))).split()
    done = CliRunner().invoke(main, words)
    assert isinstance(done.exception, SystemExit) and done.exit_code in (1, 2, 5), done.output
    assert "odd.json" in done.output and "Next: " in done.output
