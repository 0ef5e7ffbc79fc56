# SPDX-License-Identifier: MIT
"""A wrong configuration is refused with the key's name; a right one has every key."""

from pos import config
from pos.config import ConfigError, checked


def complaint(values):
    try:
        checked(values)
    except ConfigError as error:
        return str(error)
    raise AssertionError(str(values))


def test_only_the_terminal_id_is_needed():
    made = checked({"terminal": "SIM00001"})
    assert made.terminal == "SIM00001"
    for name in config.KEYS:
        assert hasattr(made, name), name
    assert made.answer_timeout_s == 30
    assert made.offline_limits()["offline_each"] == 25000
    assert made.shop()["terminal"] == "SIM00001"


def test_a_missing_key_is_named():
    assert "terminal" in complaint({})


def test_an_unknown_key_is_named_with_the_nearest_known_one():
    said = complaint({"terminal": "SIM00001", "mechant_name": "x"})
    assert "mechant_name" in said and "merchant_name" in said


def test_tls_needs_the_file_of_the_ca():
    assert "tls_ca" in complaint({"terminal": "SIM00001", "tls": True})
    assert checked({"terminal": "SIM00001", "tls": True, "tls_ca": "ca.pem"}).tls


def test_types_and_ranges():
    for name, wrong in (
        ("answer_timeout_s", "30"),
        ("answer_timeout_s", 0),
        ("answer_timeout_s", True),
        ("broker_port", 70000),
        ("language", "fr"),
        ("currency", "YUAN"),
        ("terminal", ""),
        ("terminal", "SIM 1"),
        ("terminal", "+"),
        ("terminal", "A/B"),
        ("terminal", "算盘"),
        ("partition", "#"),
        ("tls", 1),
        ("debit_prefixes", "6228"),
        ("fees", {"credit": {"rate": 60}, "debit": {}, "wallet": {}}),
        ("fees", {"credit": {}}),
        ("fees", {"credit": 6000, "debit": {}, "wallet": {}}),
    ):
        values = {"terminal": "SIM00001"}
        values[name] = wrong
        assert name in complaint(values), name


def test_an_absent_file_says_what_to_do():
    try:
        config.load("no-such-folder/config.json")
    except ConfigError as error:
        assert "profile" in str(error)
    else:
        raise AssertionError("loaded nothing")
