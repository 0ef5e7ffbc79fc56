# SPDX-License-Identifier: MIT
"""Short names for what is private to one file of the image: each distinct name costs 7 bytes of heap for ever.

Worse, the table of names doubles: beyond 1 260 it takes 9 KB more, beyond 2 540 another 18. The same few short names
serve every file. They are given to `_names` that one file alone uses, and to arguments.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, count, product

from suanpan.firmware.edits import Edits
from suanpan.firmware.known import Known, is_private, texts
from suanpan.firmware.scopes import FUNCTIONS, arguments, bound, evaluated, own

WORD = re.compile(r"\w+")
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def short_names(begin: str, end: str) -> Iterator[str]:
    """begin + letters + end, the shortest first."""
    for letters in chain.from_iterable(product(LETTERS, repeat=size) for size in count(1)):
        yield begin + "".join(letters) + end


class Names:
    """Every identifier of an image, and those that must stay: strings, keywords and others know them."""

    def __init__(self, trees: dict[str, ast.Module], known: Known) -> None:
        self.kept, self.keywords = set(known.names), set(known.keywords)
        self.imported: set[str] = set()  # of another file
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
                self.imported |= set(name.split("."))
                if other:
                    yield other
            case ast.Global(names) | ast.Nonlocal(names):
                self.kept |= set(names)

    def unused(self, begin: str, end: str, taken: set[str]) -> Iterator[str]:
        """Short names that are not `taken`, and that nobody knows."""
        for name in short_names(begin, end):
            if name not in taken and name not in self.kept and name not in self.keywords:
                yield name


def shortened(texts: dict[str, str], known: Known) -> dict[str, str]:
    """The same sources with short names."""
    trees = {path: ast.parse(text) for path, text in texts.items()}
    names = Names(trees, known)
    return {path: Shortener(path, text, trees[path], names).text() for path, text in texts.items()}


class Shortener(ast.NodeVisitor):
    """One file. Globals and members have the same short names: they never meet."""

    def __init__(self, path: str, text: str, tree: ast.Module, names: Names) -> None:
        self._path, self._tree, self._names, self._edits = path, tree, names, Edits(text.encode())
        self._scopes: list[
            tuple[dict[str, str], bool]
        ] = []  # short names of what each binds, or ""; is it a class?
        self._words = {name for name, files in names.files.items() if path in files}
        self._globals = self._shorts(set(bound(tree)), self._words)
        seen = {self._globals.get(name, name) for name in seen_by_classes(tree)}
        self._members = self._shorts(members(tree), attributes(tree) | seen)

    def text(self) -> str:
        self.visit(self._tree)
        return self._edits.text()

    def _shorts(self, found: set[str], taken: set[str]) -> dict[str, str]:
        """Short ones for names with an underscore that this file alone uses, and no class made elsewhere."""
        if inherits(self._tree):
            return {}
        names = self._names
        own = {name for name in found if is_private(name) and names.apart(name, self._path)}
        own -= names.kept | names.imported | names.keywords
        return dict(zip(sorted(own), names.unused("_", "", taken), strict=False))

    # --- nodes ---

    def _short(self, name: str) -> str:
        """The short form of a name where it stands, '' when it has none."""
        for depth, (scope, is_class) in enumerate(reversed(self._scopes)):
            if name in scope and (not is_class or depth == 0):
                return scope[name]
        return self._globals.get(name, "")

    def _rename(self, node: ast.AST, short: str) -> None:
        if short:
            self._edits.rename(node, short)

    def visit_Name(self, node: ast.Name) -> None:
        self._rename(node, self._short(node.id))

    def visit_arg(self, node: ast.arg) -> None:
        self._rename(node, self._short(node.arg))
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._rename(node, self._members.get(node.attr, ""))
        self.visit(node.value)

    def visit_alias(self, node: ast.alias) -> None:
        short = self._short(node.asname) if node.asname else ""
        if short:
            self._edits.replace(node, f"{node.name} as {short}")

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._rename(node, self._short(node.name))
        for part in [*node.bases, *node.decorator_list]:
            self.visit(part)
        self._inside({name: self._members.get(name, "") for name in bound(node)}, node.body, is_class=True)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> None:
        if not isinstance(node, ast.Lambda):
            self._rename(node, self._short(node.name))
        for part in outside(node):
            self.visit(part)
        body = node.body if isinstance(node.body, list) else [node.body]
        self._inside(self._scope(node), [*arguments(node), *body])

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = _function

    def _inside(self, scope: dict[str, str], parts: Iterable[ast.AST], is_class: bool = False) -> None:
        self._scopes.append((scope, is_class))
        for part in parts:
            self.visit(part)
        self._scopes.pop()

    def _scope(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> dict[str, str]:
        """Names of a function; a short one for each argument that no name outside functions equals."""
        scope = dict.fromkeys(bound(node), "")
        gone = {short for outer, _ in self._scopes for short in outer.values()}
        short = self._names.unused("", "_", self._words | gone)
        classes = any(isinstance(part, ast.ClassDef) for part in ast.walk(node))
        for argument in () if classes else arguments(node):
            if argument.arg not in self._names.keywords | self._names.public | {"self"}:
                scope[argument.arg] = next(short)
        return scope

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        first, inside = evaluated(node)
        self.visit(first)
        self._inside(dict.fromkeys(bound(node), ""), inside)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension


def without_words(tree: ast.Module) -> list[ast.AST]:
    """Every node but the texts for the reader."""
    words = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    return [node for node in ast.walk(tree) if not (isinstance(node, ast.Constant) and id(node) in words)]


def outside(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[ast.expr]:
    """What of a function belongs to the scope around it."""
    found = [*getattr(function, "decorator_list", []), *function.args.defaults, *function.args.kw_defaults]
    return [part for part in found if part]


def members(tree: ast.Module) -> set[str]:
    """Members of the classes of a file, attributes of `self` among them."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef():
                found |= set(bound(node))
            case ast.Attribute(ast.Name("self"), name, ast.Store()):
                found.add(name)
    return found


def attributes(tree: ast.Module) -> set[str]:
    return members(tree) | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def seen_by_classes(tree: ast.Module) -> set[str]:
    """Names that stand in the body of a class itself: there a member would hide a global."""
    parts = [part for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for part in own(node)]
    defaults = [part for function in parts if isinstance(function, FUNCTIONS) for part in outside(function)]
    parts += [part for default in defaults for part in ast.walk(default)]
    return {part.id for part in parts if isinstance(part, ast.Name)}


def inherits(tree: ast.Module) -> bool:
    """Is a class derived from one of another file? Then neither knows the other's names."""
    imported = {a.asname or a.name for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names}
    bases = [base for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for base in node.bases]
    return any(word.id in imported for base in bases for word in ast.walk(base) if isinstance(word, ast.Name))
