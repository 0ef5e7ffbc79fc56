# SPDX-License-Identifier: MIT
"""What others than the image use of it, and so must keep its name: tests that run on the image, published names."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from suanpan.firmware.scopes import bound

PRIVATE = re.compile(r"\b_\w+")


class Known(NamedTuple):
    """What others than the image use of it: members, globals as (module, name), and arguments by keyword."""

    names: set[str]
    globals: set[tuple[str | None, str]]
    keywords: set[str]


def known_to(files: Iterable[Path]) -> Known:
    """What these Python files ask of others: members of other objects, imports, arguments by keyword."""
    names, keywords = set(), set()
    wanted: set[tuple[str | None, str]] = set()
    for tree in [ast.parse(file.read_bytes()) for file in files]:
        theirs = their_own(tree)
        wanted |= imported(tree)
        for node in [node for node in ast.walk(tree) if id(node) not in theirs]:
            match node:
                case ast.ClassDef():  # it may stand for one of the image's
                    names |= set(bound(node))
                case ast.Attribute(_, name):
                    names.add(name)
                case ast.alias(name) if is_private(name):
                    names.add(name)
                case ast.Constant(str(text)):
                    names |= set(PRIVATE.findall(text))
                case ast.keyword(str(name)):
                    keywords.add(name)
                case ast.Dict(keys):
                    keywords |= texts(keys)
    return Known(names, wanted, keywords)


def imported(tree: ast.Module) -> set[tuple[str | None, str]]:
    """(module, name) of all that a file imports by name."""
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {(node.module, alias.name) for node in nodes for alias in node.names}


def their_own(tree: ast.Module) -> set[int]:
    """Attributes, by `id`, that classes derived from nothing have of `self`: no names of the image's."""
    classes = [node for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and not node.bases]
    parts = [part for node in classes for part in ast.walk(node) if isinstance(part, ast.Attribute)]
    return {id(part) for part in parts if isinstance(part.value, ast.Name) and part.value.id == "self"}


def texts(keys: list[ast.expr | None]) -> set[str]:
    """Keys of a dict that may be handed over as keywords, `f(**asked)`."""
    return {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"
