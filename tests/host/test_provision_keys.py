# SPDX-License-Identifier: MIT
"""`suanpan provision`: components, key block, injection; nothing of a key is told, and what is wrong is refused."""

import json
import stat

import pytest
from click.testing import CliRunner

from pos.crypto import dukpt
from pos.crypto.dukpt_register import Register
from pos.journal.devices import FileDevice
from suanpan.cli import main
from suanpan.provision.components import check_value

KEY_ID = "1234567890123456"
BASE = "FEDCBA9876543210F1F1F1F1F1F1F1F1"  # ANSI X9.24-3-2017, the test vectors' key
INITIAL = "1273671EA26AC29AFA4D1084127652A1"


def run(*words, **given):
    return CliRunner().invoke(main, ["provision", *map(str, words)], **given)


def written(path, value):
    facts = {"component": value.hex(), "kcv": check_value(value)}
    path.write_text(json.dumps(facts))
    path.chmod(0o600)
    return path


@pytest.fixture
def parts(tmp_path):
    """Options that name two components of each key; the base key is the standard's."""
    mask = bytes(range(16))
    base = bytes(a ^ b for a, b in zip(bytes.fromhex(BASE), mask, strict=True))
    words = []
    for name, value in (("a", base), ("b", mask)):
        words += ["--component", written(tmp_path / name, value)]
    for name in ("p", "q"):
        assert run("component", "--out", tmp_path / name, "--bits", "256").exit_code == 0
        words += ["--protection", tmp_path / name]
    return words


def keys(tmp_path, parts, *more, **given):
    who = ["--by", "Li", "--by", "Wu"]
    return run(
        "keys", "SIM00001", "--key-id", KEY_ID, *parts, *who, "--out", tmp_path / "block", *more, **given
    )


def protection(parts):
    return parts[parts.index("--protection") :]


def test_from_components_to_the_first_transaction_key(tmp_path, parts):
    done = keys(tmp_path, parts, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["key_id"], told["kcv"]) == (KEY_ID, check_value(bytes.fromhex(INITIAL)))
    profile = tmp_path / "profile"
    profile.mkdir()
    assert run("inject", tmp_path / "block", *protection(parts), "--profile", profile).exit_code == 0
    register = Register(FileDevice(str(profile / "dukpt.img")))
    first, pin_key = register.take(), bytearray(16)
    first.working_key("pin", pin_key)
    assert pin_key == dukpt.working_key(bytes.fromhex(INITIAL), bytes.fromhex(KEY_ID), 1, "pin")
    assert stat.S_IMODE((profile / "dukpt.img").stat().st_mode) == 0o600


def test_nothing_of_a_key_is_told_and_the_audit_names_who_and_what(tmp_path, parts):
    told = (
        keys(tmp_path, parts).output
        + (tmp_path / "block.audit.jsonl").read_text()
        + (tmp_path / "block").read_text()
    )
    secrets = [BASE, INITIAL] + [json.loads((tmp_path / n).read_text())["component"] for n in "abpq"]
    assert not [secret for secret in secrets if secret.upper() in told.upper()]
    (line,) = (tmp_path / "block.audit.jsonl").read_text().splitlines()
    assert json.loads(line)["by"] == ["Li", "Wu"] and json.loads(line)["terminal"] == "SIM00001"


def test_a_component_is_its_owners_alone_and_never_replaced(tmp_path):
    path = tmp_path / "mine"
    assert run("component", "--out", path).exit_code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_text()
    again = run("component", "--out", path)
    assert again.exit_code == 1 and "never replaced" in again.output and path.read_text() == before
    assert json.loads(before)["component"] not in again.output


def test_a_wrong_check_value_writes_nothing(tmp_path, parts):
    wrong = keys(tmp_path, parts, "--kcv", "000000")
    assert wrong.exit_code == 6 and "nothing was written" in wrong.output
    assert not (tmp_path / "block").exists() and not (tmp_path / "block.audit.jsonl").exists()
    assert keys(tmp_path, parts, "--kcv", check_value(bytes.fromhex(BASE))).exit_code == 0


def test_a_changed_component_is_noticed(tmp_path, parts):
    facts = json.loads((tmp_path / "a").read_text())
    facts["component"] = "00" + facts["component"][2:]
    (tmp_path / "a").write_text(json.dumps(facts))
    assert keys(tmp_path, parts).exit_code == 6


def trouble_one_component(tmp_path, parts):
    return parts[2:], "two persons"


def trouble_same_component(tmp_path, parts):
    return ["--component", tmp_path / "b", *parts[2:]], "came twice"


def trouble_open_to_others(tmp_path, parts):
    (tmp_path / "a").chmod(0o644)
    return parts, "chmod 600"


def trouble_no_component(tmp_path, parts):
    (tmp_path / "a").write_text("[]")
    return parts, "is no component"


def trouble_not_there(tmp_path, parts):
    (tmp_path / "a").unlink()
    return parts, "is not usable"


def trouble_unequal(tmp_path, parts):
    written(tmp_path / "a", bytes(31) + b"1")
    return parts, "differ in length"


TROUBLES = [value for name, value in list(globals().items()) if name.startswith("trouble_")]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda one: one.__name__)
def test_components_that_cannot_be_taken(tmp_path, parts, trouble):
    words, said = trouble(tmp_path, parts)
    done = keys(tmp_path, words)
    assert done.exit_code in (1, 2) and said in done.output and "Next: " in done.output
    assert not (tmp_path / "block").exists()


def test_two_names_and_a_whole_key_id_are_wanted(tmp_path, parts):
    words = ["keys", "SIM00001", *parts, "--out", tmp_path / "block"]
    assert run(*words, "--key-id", KEY_ID, "--by", "Li", "--by", "Li").exit_code == 2
    assert run(*words, "--key-id", "12", "--by", "Li", "--by", "Wu").exit_code == 2


def test_typed_components_are_not_echoed(tmp_path, parts):
    typed = ["--component", "-", "--component", "-", *protection(parts)]
    done = keys(tmp_path, typed, "--dry-run")
    assert done.exit_code == 130  # nobody there to ask
    answers = "xyz\n" + BASE + "\nn\n" + BASE + "\ny\n" + "00" * 15 + "01\ny\n"
    done = keys(tmp_path, typed, "--dry-run", input=answers)
    assert done.exit_code == 0 and BASE not in done.output and "hexadecimal digits are wanted" in done.output
    assert not (tmp_path / "block").exists()


def test_a_block_of_another_key_or_no_block_is_refused(tmp_path, parts):
    keys(tmp_path, parts)
    profile = tmp_path / "profile"
    profile.mkdir()
    swapped = ["--protection", tmp_path / "p", "--protection", tmp_path / "b"]
    written(tmp_path / "b", bytes(31) + b"2")
    wrong = run("inject", tmp_path / "block", *swapped, "--profile", profile)
    assert wrong.exit_code == 6 and "another protection key" in wrong.output
    for rubbish in (b"", b"\xff\xfe", b"D0016P0AE00E0000"):
        (tmp_path / "block").write_bytes(rubbish)
        wrong = run("inject", tmp_path / "block", *protection(parts), "--profile", profile)
        assert wrong.exit_code == 6 and "Next: " in wrong.output
    assert list(profile.iterdir()) == []


def test_the_same_keys_are_never_injected_twice(tmp_path, parts):
    """Their counter would begin again: X9.24-3 section 5.1."""
    keys(tmp_path, parts)
    words = ["inject", tmp_path / "block", *protection(parts), "--profile", tmp_path]
    assert run(*words, "--dry-run").exit_code == 0 and not (tmp_path / "dukpt.img").exists()
    assert run(*words).exit_code == 0
    again = run(*words)
    assert again.exit_code == 1 and "new key id" in again.output
