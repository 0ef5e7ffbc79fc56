# SPDX-License-Identifier: MIT
"""Short names for what is private to one file of the image: each distinct name costs 7 bytes of heap for ever.

Worse, the table of names doubles: beyond 1 260 it takes 9 KB more, beyond 2 540 another 18. The same few short names
serve every file. They are given to `_names` that one file alone uses, and to arguments of functions so named.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, count, product
from pathlib import Path
from typing import NamedTuple

from suanpan.firmware.edits import Edits
from suanpan.firmware.scopes import arguments, bound, evaluated

WORD = re.compile(r"\w+")
PRIVATE = re.compile(r"\b_\w+")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


# What other programs may call by keyword: whole folders, and in a bundle these functions and classes.
PUBLISHED = ("pos/crypto/", "pos/cards/", "pos/domain/")
PUBLISHED_IN = {"pos/codec_.py": {"dumps", "loads"}, "pos/net_.py": {"Client"}}


class Known(NamedTuple):
    """What others than the image use of it: `_names`, and arguments by keyword."""

    private: set[str]
    keywords: set[str]


class Names:
    """Every identifier of an image, and those that must stay: strings, keywords and others know them."""

    def __init__(self, trees: dict[str, ast.Module], known: Known) -> None:
        self.kept, self.keywords = set(known.private), set(known.keywords)
        self.files: dict[str, set[str]] = defaultdict(set)  # of each name: where it is used
        self.public: set[str] = set()  # what is more than a local of functions
        self.shared: set[str] = set()  # members that are asked of another object than `self`, or inherited
        for path, tree in trees.items():
            for node in without_words(tree):
                for name in self._words(node):
                    self.files[name].add(path)
            self.public |= set(bound(tree))
            if inherits(tree):
                self.shared |= {name for name, files in self.files.items() if path in files}

    def apart(self, name: str, path: str) -> bool:
        """Is this `_name` of one file nothing to any other?"""
        return self.files[name] == {path} or name not in self.shared

    def _words(self, node: ast.AST) -> Iterator[str]:
        match node:
            case ast.Name(name) | ast.arg(name):
                yield name
            case ast.Attribute(value, name) if not (isinstance(value, ast.Name) and value.id == "self"):
                self.public.add(name)
                self.shared.add(name)
                yield name
            case (
                ast.Attribute(_, name)
                | ast.FunctionDef(name)
                | ast.AsyncFunctionDef(name)
                | ast.ClassDef(name)
            ):
                self.public.add(name)
                yield name
            case ast.Constant(str(text)):
                self.kept |= set(WORD.findall(text))
            case ast.keyword(str(name)):
                self.keywords.add(name)
            case ast.Dict(keys):
                self.keywords |= texts(keys)
            case ast.ExceptHandler(name=str(name)):
                self.kept.add(name)
            case ast.alias(name, other):
                self.kept |= {*name.split("."), other or ""}
            case ast.Global(names) | ast.Nonlocal(names):
                self.kept |= set(names)

    def unused(self, begin: str, end: str) -> Iterator[str]:
        """Short names that stand nowhere in the image."""
        for letters in chain.from_iterable(product(LETTERS, repeat=size) for size in count(1)):
            name = begin + "".join(letters) + end
            if name not in self.files and name not in self.kept | self.keywords:
                yield name


def shortened(texts: dict[str, str], known: Known) -> dict[str, str]:
    """The same sources with short names."""
    trees = {path: ast.parse(text) for path, text in texts.items()}
    names = Names(trees, known)
    return {path: Shortener(path, text, trees[path], names).text() for path, text in texts.items()}


class Shortener(ast.NodeVisitor):
    """One file."""

    def __init__(self, path: str, text: str, tree: ast.Module, names: Names) -> None:
        self._names, self._tree, self._edits = names, tree, Edits(text.encode())
        self._scopes: list[
            dict[str, str]
        ] = []  # names of each function; short ones of its arguments, else ""
        self._path, self._class = path, ""
        self._private = dict(zip(self._own(path), names.unused("_", ""), strict=False))

    def text(self) -> str:
        self.visit(self._tree)
        return self._edits.text()

    def _own(self, path: str) -> list[str]:
        """Names with an underscore that are defined and used in this file only, and in no class made elsewhere."""
        if inherits(self._tree):
            return []
        found = {name for name in defined(self._tree) if is_private(name) and self._names.apart(name, path)}
        return sorted(found - self._names.kept - self._names.keywords)

    # --- nodes ---

    def visit_Name(self, node: ast.Name) -> None:
        short = next((scope[node.id] for scope in reversed(self._scopes) if node.id in scope), "")
        self._rename(node, node.id, short or self._private.get(node.id))

    def visit_arg(self, node: ast.arg) -> None:
        self._rename(node, node.arg, self._scopes[-1][node.arg] or self._private.get(node.arg))
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._rename(node, node.attr, self._private.get(node.attr))
        self.visit(node.value)

    def _rename(self, node: ast.AST, name: str, short: str | None) -> None:
        if short and short != name:
            self._edits.rename(node, short)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._rename(node, node.name, self._private.get(node.name))
        before, self._class = self._class, node.name
        self.generic_visit(node)
        self._class = before

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        name = getattr(node, "name", "_")
        if name != "_":
            self._rename(node, name, self._private.get(name))
        for outside in [*getattr(node, "decorator_list", []), *node.args.defaults, *node.args.kw_defaults]:
            if outside:
                self.visit(outside)
        inside = self._scopes or is_private(name) or not self._published(self._class or name)
        self._scopes.append(self._scope(node, bool(inside)))
        for part in arguments(node) + (node.body if isinstance(node.body, list) else [node.body]):
            self.visit(part)
        self._scopes.pop()

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = _function

    def _published(self, name: str) -> bool:
        return self._path.startswith(PUBLISHED) or name in PUBLISHED_IN.get(self._path, ())

    def _scope(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, inside: bool
    ) -> dict[str, str]:
        """Names of a function; a short one for each argument that no name outside functions equals."""
        scope = dict.fromkeys(bound(node), "")
        gone = {name for outer in self._scopes for name in outer.values()}
        short = (name for name in self._names.unused("", "_") if name not in gone)
        classes = any(isinstance(part, ast.ClassDef) for part in ast.walk(node))
        for argument in arguments(node) if inside and not classes else ():
            if argument.arg not in self._names.keywords | self._names.public | {"self"}:
                scope[argument.arg] = next(short)
        return scope

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        outside, inside = evaluated(node)
        self.visit(outside)
        self._scopes.append(dict.fromkeys(bound(node), ""))
        for part in inside:
            self.visit(part)
        self._scopes.pop()

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension


def without_words(tree: ast.Module) -> list[ast.AST]:
    """Every node but the texts for the reader."""
    words = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [node for node in ast.walk(tree) if not (isinstance(node, ast.Constant) and id(node) in words)]


def known_to(files: Iterable[Path]) -> Known:
    """What these Python files ask of others: members of other objects, imports, arguments by keyword."""
    private, keywords = set(), set()
    for node in [node for file in files for node in ast.walk(ast.parse(file.read_bytes()))]:
        match node:
            case ast.ClassDef():  # it may stand for one of the image's, or be derived from it
                private |= set(bound(node))
            case ast.Attribute(_, name):
                private.add(name)
            case ast.alias(name):
                private.add(name)
            case ast.Constant(str(text)):
                private |= set(PRIVATE.findall(text))
            case ast.keyword(str(name)):
                keywords.add(name)
            case ast.Dict(keys):
                keywords |= texts(keys)
    return Known({name for name in private if is_private(name)}, keywords)


def texts(keys: list[ast.expr | None]) -> set[str]:
    """Keys of a dict that may be handed over as keywords, `f(**asked)`."""
    return {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"


def defined(tree: ast.Module) -> set[str]:
    """Names that a file binds itself: globals, members of classes, attributes of `self`."""
    found = set(bound(tree))
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef():
                found |= set(bound(node))
            case ast.Attribute(ast.Name("self"), name, ast.Store()):
                found.add(name)
    return found


def inherits(tree: ast.Module) -> bool:
    """Is a class derived from one of another file? Then neither knows the other's names."""
    imported = {a.asname or a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names}
    bases = [base for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for base in node.bases]
    return any(word.id in imported for base in bases for word in ast.walk(base) if isinstance(word, ast.Name))
