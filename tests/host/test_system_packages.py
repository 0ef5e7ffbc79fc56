# SPDX-License-Identifier: MIT
"""System programs that only tests use: found by any of their names, else the exact command."""

import system_packages


def test_every_line_names_programs_and_a_purpose():
    listed = system_packages.packages()
    assert {"chromium", "mosquitto"} <= set(listed)
    assert all(programs and purpose for programs, purpose in listed.values())


def test_a_program_is_found_by_another_name(monkeypatch, tmp_path):
    browser = tmp_path / "google-chrome"
    browser.touch(mode=0o755)
    monkeypatch.setattr(system_packages, "FOLDERS", str(tmp_path))
    assert system_packages.find("chromium") == str(browser)
    assert "mosquitto" in system_packages.missing()


def test_the_command_is_exact():
    said = system_packages.install_command(["chromium", "mosquitto"])
    assert said == "sudo apt-get install --no-install-recommends chromium mosquitto"


def test_without_apt_nothing_is_tried(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert system_packages.may_install() is None
