# SPDX-License-Identifier: MIT
"""Reads the JSON body of an action: known fields only, each of its type and range, else a plain refusal."""

import json
from collections.abc import Callable
from typing import Any

Check = Callable[[Any], Any]


class BadInput(Exception):
    """A body that cannot be used; carries the field and what would be right."""

    def __init__(self, error: str, remedy: str) -> None:
        super().__init__(error)
        self.error, self.remedy = error, remedy


def parse(body: bytes, checks: dict[str, Check]) -> dict[str, Any]:
    """The fields of `body`; BadInput names the first wrong one."""
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise BadInput("the body is not valid JSON", "send one JSON object") from None
    if not isinstance(given, dict):
        raise BadInput("the body is not a JSON object", "send one JSON object")
    for name in given:
        if name not in checks:
            raise BadInput(f"unknown field {name[:40]!r}", "known fields: " + ", ".join(checks))
    return {name: _checked(name, checks[name], value) for name, value in given.items()}


def _checked(name: str, check: Check, value: Any) -> Any:
    try:
        return check(value)
    except ValueError as error:
        raise BadInput(f"{name} is wrong", f"{name} must be {error}") from None


def one_of(*allowed: Any) -> Check:
    def check(value: Any) -> Any:
        # `in` alone would take 1 for True
        if not any(value == known and type(value) is type(known) for known in allowed):
            raise ValueError("one of " + ", ".join(str(known) for known in allowed))
        return value

    return check


def text(longest: int, characters: str = "") -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not 0 < len(value) <= longest:
            raise ValueError(f"text of 1 to {longest} characters")
        if any(
            not "\x20" <= letter <= "\x7e" or (characters and letter not in characters) for letter in value
        ):
            raise ValueError(f"made of {characters or 'printable ASCII characters'}")
        return value

    return check


def number(low: float, high: float, kind: type = int) -> Check:
    def check(value: Any) -> Any:
        right = isinstance(value, int if kind is int else (int, float)) and not isinstance(value, bool)
        if not right or not low <= value <= high:
            raise ValueError(f"a number from {low} to {high}")
        return kind(value)

    return check


def list_of(check: Check, longest: int) -> Check:
    def check_all(value: Any) -> list[Any]:
        if not isinstance(value, list) or not 0 < len(value) <= longest:
            raise ValueError(f"a list of 1 to {longest}")
        return [check(item) for item in value]

    return check_all
