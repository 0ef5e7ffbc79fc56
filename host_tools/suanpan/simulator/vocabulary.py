# SPDX-License-Identifier: MIT
"""The words of a scenario: each step, its keys, and which values they take (DESIGN section 5).

Checks work on YAML nodes, so that `code: 00` stays text and every complaint knows its line.
"""

import difflib
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import yaml

KEYS = tuple("0123456789") + ("00", "ENTER", "CANCEL", "CLEAR", "UP", "DOWN", "MENU", "FUNC")
DECISIONS = ("approve", "decline", "silent", "late")
Check = Callable[[yaml.Node], Any]


class WordError(Exception):
    """What is wrong with one node of the file; `line` counts from 1, and so does `step`, 0 outside the steps."""

    def __init__(self, node: yaml.Node, message: str) -> None:
        super().__init__(message)
        self.line, self.step = node.start_mark.line + 1, 0


def near(word: str, known: Iterable[str]) -> str:
    """'; did you mean …?' or the list of what is known."""
    names = [str(name) for name in known]
    close = difflib.get_close_matches(word, names, 1, 0.5)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(names)}"


def text(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode) or not node.value:
        raise WordError(node, "expected some text")
    return node.value


def response_code(node: yaml.Node) -> str:
    """ISO 8583 data element 39."""
    if not re.fullmatch(r"[0-9A-Z]{2}", text(node)):
        raise WordError(node, 'expected a response code of two characters, such as "51"')
    return node.value


def track(node: yaml.Node) -> str:
    if not text(node).isascii():
        raise WordError(node, "a stripe holds ASCII characters only")
    return node.value


def whole(low: int, high: int) -> Check:
    def check(node: yaml.Node) -> int:
        if not isinstance(node, yaml.ScalarNode) or not re.fullmatch(r"-?\d+", node.value):
            raise WordError(node, f"expected a whole number from {low} to {high}")
        if not low <= int(node.value) <= high:
            raise WordError(node, f"{node.value} is not in the range {low} to {high}")
        return int(node.value)

    return check


def share(node: yaml.Node) -> float:
    try:
        value = float(node.value)
    except (TypeError, ValueError):
        raise WordError(node, "expected a number from 0 to 1") from None
    if not 0 <= value <= 1:
        raise WordError(node, f"{value} is not in the range 0 to 1")
    return value


def boolean(node: yaml.Node) -> bool:
    if not isinstance(node, yaml.ScalarNode) or node.value not in ("true", "false"):
        raise WordError(node, "expected true or false")
    return node.value == "true"


def true(node: yaml.Node) -> bool:
    if not boolean(node):
        raise WordError(node, "only true makes sense here")
    return True


def one_of(*words: str) -> Check:
    def check(node: yaml.Node) -> str:
        if text(node) not in words:
            raise WordError(node, f"unknown value {node.value!r}{near(node.value, words)}")
        return node.value

    return check


def pattern(node: yaml.Node) -> "re.Pattern[str]":
    try:
        return re.compile(text(node), re.MULTILINE)
    except re.error as error:
        raise WordError(node, f"not a regular expression: {error}") from None


def moment(node: yaml.Node) -> int:
    """Unix seconds of an ISO 8601 time; without a zone it is UTC."""
    try:
        when = datetime.fromisoformat(text(node))
    except ValueError:
        raise WordError(node, 'expected a time such as "2036-01-01T00:00:00Z"') from None
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp())


def key_names(node: yaml.Node) -> list[str]:
    listed = isinstance(node, yaml.SequenceNode)
    names = [text(item) for item in node.value] if listed else text(node).split()
    if not names:
        raise WordError(node, 'expected at least one key, such as "1 2 3 4 ENTER"')
    for name in names:
        if name not in KEYS:
            raise WordError(node, f"unknown key {name!r}{near(name, KEYS)}")
    return names


def pin_digits(node: yaml.Node) -> str:
    """ISO 9564-1 section 6.1."""
    if not re.fullmatch(r"[0-9]{4,12}", text(node)):
        raise WordError(node, 'expected a PIN of 4 to 12 digits, such as "1234"')
    return node.value


def plain(node: yaml.Node) -> Any:
    """Any YAML value as it stands: only true, false, null, numbers and text have a meaning."""
    if isinstance(node, yaml.MappingNode):
        return {text(key): plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(item) for item in node.value]
    words = {"true": True, "false": False, "null": None}
    unquoted = isinstance(node, yaml.ScalarNode) and node.style is None
    if unquoted and node.value in words:
        return words[node.value]
    if unquoted and re.fullmatch(r"-?(0|[1-9]\d*)", node.value):
        return int(node.value)
    if unquoted and re.fullmatch(r"-?\d+\.\d+", node.value):
        return float(node.value)
    return node.value


def fields(node: yaml.Node) -> dict[str, Any]:
    if not isinstance(node, yaml.MappingNode) or not node.value:
        raise WordError(node, "expected fields such as {kind: sale, state: approved}")
    return plain(node)


def configuration(node: yaml.Node) -> dict[str, Any]:
    """Overrides of config.json, checked with the terminal's own rules."""
    from pos.config import KEYS as CONFIG_KEYS
    from pos.config import ConfigError, checked

    values = fields(node)
    for key, _value in node.value:
        if key.value not in CONFIG_KEYS:
            raise WordError(key, f"unknown key {key.value!r}{near(key.value, CONFIG_KEYS)}")
    try:
        checked({"terminal": "SIM00001", **values})
    except ConfigError as error:
        raise WordError(node, str(error)) from None
    return values


class Words:
    """The keys of one mapping; `needs` are sets of keys of which exactly one must be there in full."""

    def __init__(self, keys: dict[str, Check], needs: tuple[tuple[str, ...], ...] = ()) -> None:
        self._keys, self._needs = keys, needs

    def __call__(self, node: yaml.Node) -> dict[str, Any]:
        if not isinstance(node, yaml.MappingNode):
            raise WordError(node, f"expected {{{': …, '.join(self._keys)}: …}}")
        values: dict[str, Any] = {}
        for key, value in node.value:
            name = text(key)
            if name not in self._keys:
                raise WordError(key, f"unknown key {name!r}{near(name, self._keys)}")
            if name in values:
                raise WordError(key, f"{name!r} stands here twice")
            values[name] = self._keys[name](value)
        self._complete(node, values)
        return values

    def _complete(self, node: yaml.Node, values: dict[str, Any]) -> None:
        met = [need for need in self._needs if all(name in values for name in need)]
        if self._needs and len(met) != 1:
            choices = " or ".join("{" + ", ".join(need) + "}" for need in self._needs)
            raise WordError(node, f"expected {choices}, " + ("not both" if met else "none is complete"))


_TORN = whole(1, 1000)
_NONE = Words({})

STEPS: dict[str, Check] = {
    "keys": key_names,
    "pin": pin_digits,
    "swipe": Words(
        {"card": text, "track1": track, "track2": track, "damage": one_of("lrc", "parity", "short")},
    ),
    "insert": Words({"card": text, "torn_at": _TORN}, (("card",),)),
    "remove": Words({"now": true}),
    "tap": Words({"card": text, "second": text, "torn_at": _TORN}, (("card",),)),
    "scan": Words({"code": text, "damage": one_of("unreadable")}, (("code",),)),
    "network": Words(
        {"state": one_of("up", "down"), "delay_ms": whole(0, 600_000), "loss": share, "blackhole": boolean}
    ),
    "host": Words({"next": one_of(*DECISIONS), "code": response_code}, (("next",),)),
    "power": Words(
        {
            "cut": one_of("now"),
            "cut_after_writes": whole(1, 1_000_000),
            "tear": one_of("whole", "half", "nothing"),
            "on": true,
        },
        (("cut",), ("cut_after_writes",), ("on",)),
    ),
    "printer": Words(
        {
            "paper": one_of("in", "low", "out"),
            "paper_rows": whole(1, 100_000),
            "rows_per_s": whole(1, 100_000),
            "cover": one_of("open", "closed"),
            "overheat": boolean,
        }
    ),
    "clock": Words({"advance_s": whole(-(2**31), 2**31), "set": moment}, (("advance_s",), ("set",))),
    "battery": Words({"percent": whole(0, 100)}, (("percent",),)),
    "tamper": _NONE,
    "wait": Words({"idle": true, "synced": true, "ms": whole(0, 600_000)}, (("idle",), ("synced",), ("ms",))),
    "expect": Words(
        {
            "screen": pattern,
            "receipt": pattern,
            "alarm": pattern,
            "voice": pattern,
            "journal": fields,
            "host": fields,
            "receipts": whole(0, 10_000),
            "within_ms": whole(1, 600_000),
        }
    ),
}

HOST = Words({"db": text, "broker": text, "run": boolean})
