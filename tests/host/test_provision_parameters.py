# SPDX-License-Identifier: MIT
"""`suanpan provision parameters`: checked by the terminal's own code, installed whole or not at all."""

import json

import pytest
from click.testing import CliRunner

from pos.cards import parameters
from standard_rows import lines
from suanpan.cli import main
from suanpan.places import ROOT
from suanpan.provision.parameters import STANDARD
from suanpan.simulator.profile import Profile

BEFORE = "what was there before\n"
PAGE = ROOT / "docs" / "emv.md"


@pytest.fixture
def profile(tmp_path):
    folder = tmp_path / "profile"
    folder.mkdir()
    (folder / "applications.jsonl").write_text(BEFORE)
    return folder


def run(*words, code=0):
    done = CliRunner().invoke(main, ["provision", "parameters", *map(str, words)])
    assert done.exit_code == code, done.output
    return done


def written(tmp_path, *rows):
    path = tmp_path / "acquirer.jsonl"
    path.write_bytes(
        b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows)
    )
    return path


def test_a_good_file_takes_the_place_of_the_one_before(tmp_path, profile):
    path = written(tmp_path, *lines("contact", floor_limit=5000), *lines("contactless"))
    told = json.loads(run(path, "--profile", profile, "--json").stdout)
    assert (
        told["installed"] and told["applications"] == {"contact": 8, "contactless": 5} and not told["wrong"]
    )
    assert (profile / "applications.jsonl").read_bytes() == path.read_bytes()
    assert [found.name for found in profile.iterdir()] == ["applications.jsonl"], "nothing is left beside it"


def test_it_can_be_tried_first_without_a_profile_too(tmp_path, profile):
    assert "In order: 8 contact, 5 contactless" in run(STANDARD, "--dry-run").output
    assert "Would install" in run(STANDARD, "--profile", profile, "--dry-run").output
    assert json.loads(run(STANDARD, "--dry-run", "--json").stdout)["installed"] is False
    assert (profile / "applications.jsonl").read_text() == BEFORE
    assert "--profile" in run(STANDARD, code=2).output


GOOD = lines("contact")[0]
WRONG = {
    "wrong hex": ({**GOOD, "tac_online": "D84004F8ZZ"}, "tac_online must be 5 bytes"),
    "over-long aid": ({**GOOD, "aid": "A0" * 17}, "aid must be 5 to 16 bytes"),
    "missing tac": ({key: GOOD[key] for key in GOOD if key != "tac_denial"}, "tac_denial is missing"),
    "negative": ({**GOOD, "floor_limit": -1}, "floor_limit must be a whole number"),
    "nan": (json.dumps({**GOOD, "floor_limit": float("nan")}).encode(), "floor_limit must be a whole number"),
    "full width": ({**GOOD, "aid": "Ａ0000003330101"}, "aid must be"),
    "full-width amount": ({**GOOD, "floor_limit": "１００"}, "floor_limit must be a whole number"),
    "a key twice": (
        json.dumps({**GOOD, "aid": "A000000999"}).encode()[:-1] + b', "floor_limit": 500000}',
        "floor_limit is there twice",
    ),
    "unknown key": ({**GOOD, "flor_limit": 1}, "flor_limit is unknown"),
    "twice": (GOOD, "aid is in line 1 too"),
    "long": (b'{"way": "' + b"x" * 1_000_000 + b'"}', "longer than 1023 bytes"),
    "not UTF-8": (json.dumps(GOOD).encode()[:-1] + b', "\xff": 1}', "no JSON object in UTF-8"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_by_file_line_and_key_and_nothing_is_installed(name, tmp_path, profile):
    row, said = WRONG[name]
    path = written(tmp_path, GOOD, row)
    done = run(path, "--profile", profile, code=6)
    assert f"{path}:2: {said}" in done.output and "Next: " in done.output
    assert (profile / "applications.jsonl").read_text() == BEFORE
    (told,) = json.loads(run(path, "--dry-run", "--json", code=6).stdout)["wrong"]
    assert told["line"] == 2 and said.startswith(told["key"])


def test_every_wrong_line_is_told_up_to_a_screenful(tmp_path):
    done = run(written(tmp_path, *[b"rubbish"] * 30), "--dry-run", code=6)
    assert done.output.count("no JSON object") == 20 and "and 11 more" in done.output


def test_nothing_at_all_is_no_file_of_parameters(tmp_path, profile):
    assert "no application" in run(written(tmp_path), "--profile", profile, code=6).output
    for odd in (tmp_path, tmp_path / "none"):
        assert run(odd, "--profile", profile, code=2).exit_code == 2
    huge = written(tmp_path, b"x" * 2_000_000)
    assert "more than 1048576 bytes" in run(huge, "--profile", profile, code=1).output


def test_a_profile_older_than_its_parameters_gets_the_standard_ones_and_keeps_its_own(tmp_path):
    path = tmp_path / "terminal" / "applications.jsonl"
    Profile.open(path.parent)
    assert path.read_bytes() == STANDARD.read_bytes()
    path.unlink()
    Profile.open(path.parent)
    assert path.read_bytes() == STANDARD.read_bytes()
    path.write_text(BEFORE)
    Profile.open(path.parent)
    assert path.read_text() == BEFORE


def test_the_example_of_the_page_is_good_and_its_table_has_every_key(tmp_path):
    page = PAGE.read_text(encoding="utf-8")
    example = [line.strip() for line in page.splitlines() if line.startswith('    {"way"')]
    assert len(example) == 3
    run(written(tmp_path, *map(str.encode, example)), "--dry-run")
    table = {
        word for row in page.splitlines() if row.startswith("| `") for word in row.split("|")[1].split("`")
    }
    assert {*parameters._KEYS, "way"} <= table
