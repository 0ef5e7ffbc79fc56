# SPDX-License-Identifier: MIT
"""`--dry-run`: every command that changes something has it, and then tells what it would do and leaves all as it is."""

import json

import pytest
from click.testing import CliRunner
from every_command import every_command

from stocked import stocked
from suanpan.cli import main
from suanpan.firmware import font, package, rom
from suanpan.host import database
from suanpan.runtime import launch

COMMANDS = {" ".join(words): command for words, command in every_command(main)}
CHANGE_NOTHING = {
    "firmware files", "firmware memory", "host alarms", "host cases", "host keys", "host reconcile", "host terminals",
    "host terminals list", "host transactions", "journal find", "journal verify", "runtime list", "runtime which",
    "sim cards",
}  # fmt: skip
WORK = {
    "conformance broker",
    "host serve",
    "runtime run",
    "sim run",
    "sim serve",
}  # there is nothing else to them


@pytest.mark.parametrize("words", sorted(set(COMMANDS) - CHANGE_NOTHING - WORK))
def test_what_changes_something_can_be_tried_first(words):
    assert "--dry-run" in {option for parameter in COMMANDS[words].params for option in parameter.opts}


def run(*words, code=0):
    done = CliRunner().invoke(main, [*map(str, words), "--dry-run"])
    assert done.exit_code == code, done.output
    return json.loads(done.stdout) if "--json" in words else done.output


def test_books_are_not_migrated(tmp_path):
    url = f"sqlite:///{tmp_path / 'host.db'}"
    assert run("host", "migrate", "--db", url, "--json")["version"] is None and not list(tmp_path.iterdir())
    engine = database.open_engine(url)
    database.migrate(engine, "0001")
    newest = run("host", "migrate", "--db", url, "--json")["newest"]
    assert f"would go from version 0001 to {newest}" in run("host", "migrate", "--db", url)
    assert database.migrate(engine) == newest
    assert f"at version {newest}" in run("host", "migrate", "--db", url)
    engine.dispose()


def test_no_evidence_is_written(tmp_path):
    image, out = tmp_path / "flash.img", tmp_path / "evidence.json"
    image.write_bytes(
        b"".join(bytes(page) if page else b"\xff" * 256 for page in stocked(1)._flash._device.pages)
    )
    assert "2 records would be in" in run("journal", "export", image, "--out", out)
    assert run("journal", "export", image, "--out", out, "--json")["written"] is False and not out.exists()
    out.touch()
    assert "there already" in run("journal", "export", image, "--out", out, code=2)


def test_no_component_is_made(tmp_path):
    out = tmp_path / "mine"
    assert "Would write" in run("provision", "component", "--out", out)
    assert run("provision", "component", "--out", out, "--json")["written"] is False and not out.exists()
    out.touch()
    assert "never replaced" in run("provision", "component", "--out", out, code=1)


@pytest.fixture
def nothing_built(tmp_path, monkeypatch):
    for module in (font, rom):
        monkeypatch.setattr(module, "BUILD", tmp_path)
    monkeypatch.setattr(package, "TARGET", tmp_path / "package.json")
    return tmp_path


@pytest.mark.parametrize("kind", ["font", "rom", "package"])
def test_nothing_is_built(kind, nothing_built):
    assert "would be built" in run("firmware", kind)
    told = run("firmware", kind, "--json")
    assert told["stale"] and told["path"].startswith(str(nothing_built)) and not list(nothing_built.iterdir())


def test_what_is_built_is_told_as_it_is(nothing_built):
    package.write()
    assert "would be built" not in run("firmware", "package")
    package.TARGET.write_text("{}")
    assert "would be built" in run("firmware", "package") and package.TARGET.read_text() == "{}"


def test_no_runtime_is_fetched(monkeypatch):
    monkeypatch.setattr(launch, "from_environment", lambda _name: None)
    monkeypatch.setattr(launch, "on_path", lambda _name: None)
    monkeypatch.setattr(launch.install, "installed", lambda _name: None)
    assert "would fetch micropython32" in run("runtime", "install", "micropython32")
    assert run("runtime", "install", "--json")["runtimes"][1]["available"] is False
