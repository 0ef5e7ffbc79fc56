# SPDX-License-Identifier: MIT
"""A scenario file, read and checked as a whole before anything starts (DESIGN section 5).

A bare list of steps, or a mapping with `name`, `config`, `parameters`, `host` and `steps`.
"""

from pathlib import Path
from typing import Any, NamedTuple

import yaml

from suanpan import regular_file
from suanpan.errors import Failure
from suanpan.provision.parameters import checked
from suanpan.simulator import cards, vocabulary
from suanpan.simulator.vocabulary import WordError, near

PRESENTED = {"swipe": cards.STRIPE, "insert": cards.CHIP, "tap": cards.CONTACTLESS}


class ScenarioError(Exception):
    """A scenario that cannot be run; the message begins with file and line."""


class Step(NamedTuple):
    """One step: its word, its checked values, its line in the file."""

    word: str
    values: Any
    line: int


class Scenario(NamedTuple):
    path: Path
    name: str
    config: dict[str, Any]
    host: dict[str, Any]
    steps: list[Step]
    parameters: bytes = b""  # of card applications; empty: those of the profile


def load(path: Path) -> Scenario:
    """The scenario in `path`; ScenarioError names file, line and what would be right."""
    try:
        root = yaml.compose(regular_file.content(path).decode(), Loader=yaml.SafeLoader)
        return _scenario(path, root)
    except WordError as error:
        where = f" (step {error.step})" if error.step else ""
        raise ScenarioError(f"{path}:{error.line}: {error}{where}") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ScenarioError(f"{path}:{line}: not YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise ScenarioError(f"{path}:1: not YAML: {error}") from None
    except RecursionError:
        raise ScenarioError(f"{path}:1: nested too deep, or an anchor that holds itself") from None
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{path}:1: not UTF-8 text: {error.reason}") from None
    except OSError as error:
        raise ScenarioError(
            f"{path}: cannot be read: {error.strerror}; give the path of a scenario"
        ) from None


def _scenario(path: Path, root: yaml.Node | None) -> Scenario:
    if isinstance(root, yaml.SequenceNode):
        return Scenario(path, path.stem, {}, {}, _steps(root, path))
    if not isinstance(root, yaml.MappingNode):
        raise ScenarioError(f"{path}:1: expected a list of steps, or name, config, host and steps")
    top = vocabulary.Words(
        {
            "name": vocabulary.text,
            "config": vocabulary.configuration,
            "parameters": lambda node: _parameters(node, path.parent),
            "host": vocabulary.HOST,
            "steps": lambda node: _steps(node, path),
        },
        (("steps",),),
    )(root)
    name, parameters = top.get("name", path.stem), top.get("parameters", b"")
    return Scenario(path, name, top.get("config", {}), top.get("host", {}), top["steps"], parameters)


def _parameters(node: yaml.Node, folder: Path) -> bytes:
    try:
        return checked(folder / vocabulary.text(node))
    except Failure as failure:
        raise WordError(node, failure.message) from None


def _steps(node: yaml.Node, path: Path) -> list[Step]:
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        raise WordError(node, 'expected a list of steps, such as `- keys: "1 2 3 4 ENTER"`')
    return [_numbered(number, item, path) for number, item in enumerate(node.value, 1)]


def _numbered(number: int, node: yaml.Node, path: Path) -> Step:
    try:
        return _step(node, path)
    except WordError as error:
        error.step = number
        raise


def _step(node: yaml.Node, path: Path) -> Step:
    if not isinstance(node, yaml.MappingNode) or len(node.value) != 1:
        raise WordError(node, "expected one step with one word, such as `- wait: {idle: true}`")
    key, value = node.value[0]
    word = vocabulary.text(key)
    if word not in vocabulary.STEPS:
        raise WordError(key, f"unknown step {word!r}{near(word, vocabulary.STEPS)}")
    values = vocabulary.STEPS[word](value)
    _check_meaning(word, values, value, path)
    return Step(word, values, node.start_mark.line + 1)


def _check_meaning(word: str, values: Any, node: yaml.Node, path: Path) -> None:
    """What one key alone cannot tell: the card exists, and the step does something."""
    if word == "swipe":
        if ("card" in values) == bool({"track1", "track2"} & set(values)):
            raise WordError(node, 'expected {card: …} or {track1: "…", track2: "…"}')
    elif word in ("network", "printer", "expect") and not set(values) - {"within_ms"}:
        raise WordError(node, f"{word!r} has nothing to do; give it a key")
    if word in PRESENTED and "card" in values:
        _check_card(word, values, node, path.parent)


def _check_card(word: str, values: Any, node: yaml.Node, folder: Path) -> None:
    try:
        if word == "swipe":
            values["track1"], values["track2"] = cards.card_tracks(values["card"], folder)
            return
        for name in filter(None, (values["card"], values.get("second"))):
            cards.made(name, PRESENTED[word], folder)
        values["folder"] = folder
    except cards.CardError as error:
        raise WordError(node, str(error)) from None
