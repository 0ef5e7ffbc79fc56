# SPDX-License-Identifier: MIT
"""A profile is made once and kept; nothing is formatted in silence (FAULTS F6)."""

import json

import pytest

from pos.crypto import sandbox
from suanpan.simulator.ledger import read_journal
from suanpan.simulator.profile import Profile, ProfileError


def test_a_new_profile_has_configuration_keys_and_an_empty_journal(tmp_path):
    profile = Profile.open(tmp_path / "t")
    assert profile.terminal == "SIM00001"
    assert set(json.loads(profile.keys_path.read_text())) == {"mac", "data"}
    assert profile.keys_path.stat().st_mode & 0o077 == 0
    assert read_journal(profile.flash_path) == ([], [], 0)


def test_its_configuration_is_one_that_the_terminal_takes(tmp_path):
    from pos.config import load

    profile = Profile.open(tmp_path / "t")
    assert load(str(profile.config_path)).language == "en"


def test_its_register_has_the_keys_that_the_sandbox_knows(tmp_path):
    profile = Profile.open(tmp_path / "t", epoch=7)
    assert profile.sandbox_keys() == sandbox.initial_key("SIM00001", 7)
    assert profile.register_path.stat().st_mode & 0o077 == 0
    profile.register_path.unlink()  # as profiles of before have none
    assert profile.sandbox_keys() is None


def test_opening_it_again_changes_nothing(tmp_path):
    before = Profile.open(tmp_path / "t")
    before.configure({"language": "zh"})
    image = before.flash_path.read_bytes()
    again = Profile.open(tmp_path / "t")
    assert again.config["language"] == "zh"
    assert again.flash_path.read_bytes() == image


@pytest.mark.fault("F6")
def test_a_profile_without_its_journal_is_refused(tmp_path):
    Profile.open(tmp_path / "t").flash_path.unlink()
    with pytest.raises(ProfileError, match="flash.img is missing"):
        Profile.open(tmp_path / "t")


def test_a_broken_configuration_says_which_file(tmp_path):
    profile = Profile.open(tmp_path / "t")
    profile.config_path.write_text("{", encoding="utf-8")
    with pytest.raises(ProfileError, match="config.json"):
        profile.configure({"language": "zh"})


@pytest.mark.parametrize("name", ["a-file", "a-file/t"])
def test_a_place_that_cannot_hold_a_profile_says_so_with_the_next_step(tmp_path, name):
    (tmp_path / "a-file").touch()
    with pytest.raises(ProfileError, match="can be kept in .*--profile"):
        Profile.open(tmp_path / name)


def test_one_simulator_at_a_time(tmp_path):
    profile, other = Profile.open(tmp_path / "t"), Profile.open(tmp_path / "t")
    profile.lock()
    with pytest.raises(ProfileError, match="another simulator"):
        other.lock()
    profile.unlock()
    other.lock()
    other.unlock()
