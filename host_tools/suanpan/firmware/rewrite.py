# SPDX-License-Identifier: MIT
"""Rewrites one module of a merged image: its globals and what it imports by the names that merge.py gave them.

The text is changed only where such a name stands, so that lines, and with them a traceback, stay what they are.
"""

import ast
from collections.abc import Sequence

from suanpan.errors import Failure
from suanpan.firmware.edits import Edits
from suanpan.firmware.merge import Meaning, Merger, Module, Number, Place, Value, constants, needless
from suanpan.firmware.scopes import IMPORTS, bound, evaluated, own


class Rewriter(ast.NodeVisitor):
    """`imported` holds the imports that stand in the bundle already: one is enough."""

    def __init__(self, merger: Merger, module: Module, imported: set[str]) -> None:
        self._merger, self._module, self._bundle, self._imported = merger, module, module.bundle, imported
        self._scopes: list[tuple[dict[str, Meaning], bool]] = []  # what each scope binds; is it a class?
        self._edits = Edits(module.source)

    def text(self) -> str:
        for node in self._module.tree.body:
            numbers = [isinstance(self._module.meanings.get(name), Number) for name, _ in constants(node)]
            if needless(node) or (numbers and all(numbers)):
                self._edits.replace(node, "")
            else:
                self.visit(node)
        return self._edits.text()

    # --- scopes ---

    def _resolved(self, name: str) -> Meaning:
        for depth, (scope, is_class) in enumerate(reversed(self._scopes)):
            if name in scope and (not is_class or depth == 0):
                return scope[name]
        return self._module.meanings.get(name)

    def _renamed(self, name: str) -> str:
        meaning = self._resolved(name)
        if isinstance(meaning, Place):
            raise Failure(
                f"{self._module.name}: module {name} is used as a value, which a bundle cannot follow."
            )
        if isinstance(meaning, Number):
            return meaning.text
        return meaning.name if meaning else name

    def _scope(self, node: ast.AST) -> dict[str, Meaning]:
        """What the scope of `node` binds; an import that goes stands for what it brought."""
        names = bound(node)
        scope: dict[str, Meaning] = dict.fromkeys(names)
        for part in own(node):
            for alias in part.names if isinstance(part, IMPORTS) else ():
                name, meaning = alias.asname or alias.name, self._merger.meaning(part, alias)
                if names.count(name) == 1 and (isinstance(meaning, (Place, Number)) or self._here(meaning)):
                    scope[name] = meaning
        return scope

    def _here(self, meaning: Meaning) -> bool:
        return isinstance(meaning, Value) and meaning.bundle == self._bundle

    def _visit_inside(self, node: ast.AST, parts: Sequence[ast.AST]) -> None:
        self._scopes.append((self._scope(node), isinstance(node, ast.ClassDef)))
        for part in parts:
            self.visit(part)
        self._scopes.pop()

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        self._edits.rename(node, self._renamed(node.name))
        inside = list(node.body)
        for child in ast.iter_child_nodes(node):
            if child not in inside:
                self.visit(child)  # decorators, bases and defaults belong to the scope outside
        self._visit_inside(node, inside)

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = _definition

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self.visit(node.args)
        self._visit_inside(node, [node.body])

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        outside, inside = evaluated(node)
        self.visit(outside)
        self._visit_inside(node, inside)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def visit_If(self, node: ast.If) -> None:
        if isinstance(node.test, ast.Name) and node.test.id == "MICROPYTHON" and node.orelse:
            self._edits.cut(node.body[-1], node)  # an image runs on nothing else
            node.orelse = []
        self.generic_visit(node)

    # --- names ---

    def visit_Name(self, node: ast.Name) -> None:
        new = self._renamed(node.id)
        if new != node.id:
            self._edits.replace(node, new)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            bundle = self._merger.let_go_as(node.value)
            if bundle != node.value:
                self._edits.replace(node, repr(bundle))

    def visit_Tuple(self, node: ast.Tuple) -> None:
        """A bundle that is let go needs to be named once."""
        told = [
            part.value for part in node.elts if isinstance(part, ast.Constant) and isinstance(part.value, str)
        ]
        names = [self._merger.let_go_as(name) for name in told]
        if len(told) < len(node.elts) or names == told:
            self.generic_visit(node)
            return
        lines = "\n" * ((node.end_lineno or node.lineno) - node.lineno)
        self._edits.replace(node, f"({', '.join(map(repr, dict.fromkeys(names)))},{lines})")

    def visit_Global(self, node: ast.Global) -> None:
        meanings = [(name, self._module.meanings.get(name)) for name in node.names]
        names = [meaning.name if isinstance(meaning, Value) else name for name, meaning in meanings]
        self._edits.replace(node, "global " + ", ".join(names))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        meaning = self._resolved(node.value.id) if isinstance(node.value, ast.Name) else None
        if not isinstance(meaning, Place):
            self.generic_visit(node)
            return
        value = meaning.module.meanings.get(node.attr)
        if isinstance(value, Number):
            self._edits.replace(node, value.text)
            return
        if not isinstance(value, Value) or value.bundle != meaning.module.bundle:
            raise Failure(f"{self._module.name}: {meaning.module.name} has no {node.attr} of its own.")
        self._edits.replace(node, value.name if self._here(value) else f"{last(value.bundle)}.{value.name}")

    # --- imports ---

    def visit_ImportFrom(self, node: ast.Import | ast.ImportFrom) -> None:
        lines = [line for alias in node.names for line in self._import(node, alias)]
        if not self._scopes and self._bundle:
            lines = [line for line in lines if line not in self._imported]
            self._imported |= set(lines)
        self._edits.replace(node, "; ".join(dict.fromkeys(lines)) or ("pass" if node.col_offset else ""))

    visit_Import = visit_ImportFrom

    def _import(self, node: ast.Import | ast.ImportFrom, alias: ast.alias) -> list[str]:
        """The statements that take the place of one import."""
        name, meaning = alias.asname or alias.name, self._merger.meaning(node, alias)
        if meaning is None:
            if name == "const" and not self._module.calls_const:
                return []
            renamed = self._renamed(name)
            taken = ast.alias(alias.name, renamed if renamed != alias.name else None)
            return [ast.unparse(type(node)(**{**vars(node), "names": [taken]}))]
        goes = self._resolved(name) == meaning
        if isinstance(meaning, Number):
            return [] if goes else [f"{name} = {meaning.text}"]
        if isinstance(meaning, Place):
            if not goes:
                raise Failure(f"{self._module.name}: {name} is a module and something else.")
            bundle = meaning.module.bundle
            return (
                [] if bundle == self._bundle else [f"from {bundle.rpartition('.')[0]} import {last(bundle)}"]
            )
        if self._here(meaning):
            return [] if goes else [f"{name} = {meaning.name}"]
        name = self._renamed(name)
        return [
            f"from {meaning.bundle} import {meaning.name}" + (f" as {name}" if name != meaning.name else "")
        ]


def last(bundle: str) -> str:
    return bundle.rpartition(".")[2]
