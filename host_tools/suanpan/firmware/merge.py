# SPDX-License-Identifier: MIT
"""Puts modules together in one: each global gets a short name of its own there, and every use follows it.

Works on the syntax tree; what it cannot follow, such as a module that is handed around as a value, is a Failure
and never a guess.
"""

import ast
from collections.abc import Container, Iterator
from pathlib import Path
from typing import NamedTuple

from suanpan.errors import Failure
from suanpan.firmware.known import Known, imported
from suanpan.firmware.scopes import COMPREHENSIONS, FUNCTIONS, IMPORTS, bound
from suanpan.firmware.shorten import short_names

NOTHING = Known(set(), set(), set())
ARITHMETIC = (ast.Constant, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop)


class Value(NamedTuple):
    """A global of a bundle, by its name there."""

    bundle: str
    name: str


class Place(NamedTuple):
    """A bundled module itself."""

    module: "Module"


class Number(NamedTuple):
    """A constant whole number: it stands for itself, and no global is needed."""

    text: str


Meaning = Value | Place | Number | None  # None: a local, or nothing that a bundle has


class Module:
    """One source file: its tree, its bundle ('' when it stands alone), and what its globals are there."""

    def __init__(self, path: str, file: Path) -> None:
        self.path, self.file = path, file
        self.name = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        self.source = file.read_bytes()
        self.tree = ast.parse(self.source, str(file))
        self.bundle = ""
        self.meanings: dict[str, Meaning] = {}
        self.origins: dict[str, Value] = {}  # of what a member of a bundle has from another one

    @property
    def numbers(self) -> dict[str, Number]:
        """Constant whole numbers among the globals, by name; of a module that stands alone the private ones."""
        found: dict[str, Number] = {}
        names = bound(self.tree)
        for pairs in map(constants, self.tree.body):
            if all(names.count(name) == 1 and (self.bundle or name.startswith("_")) for name, _ in pairs):
                found |= {name: Number(str(value) if value >= 0 else f"({value})") for name, value in pairs}
        return found

    @property
    def calls_const(self) -> bool:
        """Is `const` still called when the numbers stand for themselves? Else nobody needs to import it."""
        folded = [node for node in self.tree.body if constants(node) and len(constants(node)) == 1]
        folded += [
            node for node in self.tree.body if {name for name, _ in constants(node)} & set(self.numbers)
        ]
        rest = [part for node in self.tree.body if node not in folded for part in ast.walk(node)]
        return self.name == "pos.compat" or any(isinstance(n, ast.Name) and n.id == "const" for n in rest)

    def stub(self, known: set[str]) -> str:
        """What stands under the name of a bundled module: the same globals, private ones only when `known`."""
        names = [name for name in self.meanings if name != "const" and (name[0] != "_" or name in known)]
        numbers = [f"{name} = {number.text}\n" for name, number in self.numbers.items() if name in names]
        there = {**self.meanings, **self.origins}
        values = [(name, meaning) for name in names if isinstance(meaning := there[name], Value)]
        lines = [f"from {value.bundle} import {value.name} as {name}\n" for name, value in values]
        return "".join(lines + numbers)


def needless(node: ast.stmt) -> bool:
    """What no device needs: words for the reader, lists of exports, imports for the type checker."""
    match node:
        case ast.Expr(ast.Constant(str())) | ast.Assign([ast.Name("__all__" | "TYPE_CHECKING")]):
            return True
        case ast.If(ast.Name("TYPE_CHECKING")):
            return True
    return False


def constants(node: ast.stmt) -> list[tuple[str, int]]:
    """(name, value) of `NAME = 5`, `NAME = const(5)` and `A, B = const(1), const(2)`, for small integers."""
    match node:
        case ast.Assign([ast.Name(name)], value):
            pairs = [(name, small_integer(value))]
        case ast.Assign([ast.Tuple(names)], ast.Tuple(values)) if len(names) == len(values):
            pairs = [
                (ast.unparse(name), small_integer(value)) for name, value in zip(names, values, strict=True)
            ]
        case _:
            return []
    found = [(name, value) for name, value in pairs if value is not None]
    return found if len(found) == len(pairs) else []


def small_integer(node: ast.expr) -> int | None:
    """Value of an expression of numbers, if it is one that MicroPython keeps outside the heap on 32 bits."""
    match node:
        case ast.Call(ast.Name("const"), [argument]):
            return small_integer(argument)
    if not all(isinstance(part, ARITHMETIC) for part in ast.walk(node)):
        return None
    value = eval(compile(ast.Expression(node), "", "eval"), {"__builtins__": {}})
    return value if type(value) is int and abs(value) < 1 << 30 else None


class Merger:
    """Knows every module of the image and what each bundle holds.

    `known`: what others than the image use of it. `passing`: bundles that are let go again.
    """

    def __init__(
        self,
        modules: dict[str, Module],
        groups: dict[str, list[Module]],
        known: Known = NOTHING,
        passing: Container[str] = (),
    ) -> None:
        self._modules, self._known, self._passing = modules, known, passing
        for members in groups.values():
            for module in members:
                module.bundle = next(name for name, group in groups.items() if group is members)
        for bundle, members in groups.items():
            self._name_globals(bundle, members)
        asked = known.globals.union(*[imported(module.tree) for module in modules.values()])
        for module in modules.values():
            if not module.bundle:
                module.meanings = {**self._brought(module, asked), **module.numbers}

    def let_go_as(self, name: str) -> str:
        """What `let_go` is told for a module's name: its bundle when that is let go as a whole."""
        module = self._modules.get(name)
        return module.bundle if module and module.bundle in self._passing else name

    def _brought(self, module: Module, asked: set[tuple[str | None, str]]) -> dict[str, Meaning]:
        """What a module that stands alone has from bundles; by a private name, unless others know it there."""
        found: dict[str, Meaning] = {}
        words = {node.id for node in ast.walk(module.tree) if isinstance(node, ast.Name)}
        for name, meaning in self._imports(module):
            if isinstance(meaning, (Place, Number)):
                found[name] = meaning
            elif meaning and name not in self._known.names and (module.name, name) not in asked:
                found[name] = Value("", hidden(name, words))
        return found

    def meaning(self, node: ast.AST, alias: ast.alias) -> Meaning:
        """What `from … import alias` gives, when a bundle has it."""
        if not isinstance(node, ast.ImportFrom):
            return None
        inside, source = (
            self._modules.get(f"{node.module}.{alias.name}"),
            self._modules.get(node.module or ""),
        )
        if inside and inside.bundle:
            return Place(inside)
        if inside or not source or not source.bundle:
            return None
        if alias.name not in source.meanings:
            raise Failure(f"{source.name} has no global {alias.name}, which is imported from it.")
        return source.meanings[alias.name]

    def _imports(self, module: Module) -> Iterator[tuple[str, Meaning]]:
        """(global, what it means) of all that a module imports at its top."""
        for node in module.tree.body:
            for alias in node.names if isinstance(node, IMPORTS) else ():
                yield alias.asname or alias.name, self.meaning(node, alias)

    def _name_globals(self, bundle: str, members: list[Module]) -> None:
        """Short names; one that is needed stays unless another member has it too, or a local of the bundle."""
        nodes = [node for module in members for node in ast.walk(module.tree)]
        functions = [node for node in nodes if isinstance(node, (*FUNCTIONS, *COMPREHENSIONS))]
        outside = self._outside(members)
        taken = {name for function in functions for name in bound(function)} | outside
        words = taken | {node.id for node in nodes if isinstance(node, ast.Name)}
        short = (name for name in short_names("_", "") if name not in words)
        for module in members:
            imported, numbers = dict(self._imports(module)), module.numbers
            lasting = set(needed(module))
            for name in dict.fromkeys(globals_of(module)):
                meaning = imported.get(name) or numbers.get(name)
                if isinstance(meaning, (Place, Number)) or (meaning and meaning.bundle == bundle):
                    module.meanings[name] = meaning
                elif isinstance(meaning, Value):
                    module.meanings[name], module.origins[name] = Value(bundle, hidden(name, words)), meaning
                elif name in imported:
                    module.meanings[name] = Value(bundle, name)
                elif name in lasting:
                    module.meanings[name] = Value(bundle, fresh(name, taken, words))
                else:
                    module.meanings[name] = Value(bundle, next(short))
            taken |= {value.name for value in module.meanings.values() if isinstance(value, Value)}

    def _outside(self, members: list[Module]) -> set[str]:
        """Globals that the members import from elsewhere; one name must be one thing."""
        found: dict[str, object] = {}
        for node in [node for module in members for node in module.tree.body if isinstance(node, IMPORTS)]:
            for alias in node.names:
                origin = getattr(node, "module", "")
                parts = [self._modules.get(name) for name in (origin, f"{origin}.{alias.name}")]
                if any(part in members for part in parts):
                    continue
                name, thing = alias.asname or alias.name, self.meaning(node, alias) or (origin, alias.name)
                if found.setdefault(name, thing) != thing:
                    raise Failure(
                        f"{name} would be {found[name]} and {thing} in one bundle: call one otherwise."
                    )
        return set(found)


def globals_of(module: Module) -> list[str]:
    return bound(ast.Module([node for node in module.tree.body if not needless(node)], []))


def needed(module: Module) -> Iterator[str]:
    """Names that mean something: of exceptions for the log, of `const` for MicroPython, which drops private ones."""
    for node in module.tree.body:
        match node:
            case ast.ClassDef(name, bases=[_, *_]):
                yield name
            case ast.Assign([ast.Name(name)], ast.Call(ast.Name("const"))):
                yield name


def hidden(name: str, words: set[str]) -> str:
    """A private name for what is imported, so that shorten.py may shorten it; `name` where that one is taken."""
    return name if f"_{name}" in words else f"_{name}"


def fresh(name: str, taken: set[str], words: set[str]) -> str:
    """`name`, or with a number when it is taken."""
    new, number = name, 1
    while new in taken or (number > 1 and new in words):
        number += 1
        new = f"{name}_{number}"
    return new
