# SPDX-License-Identifier: MIT
"""Changes to the text of a Python file, found in its syntax tree and made all at once."""

import ast
import re
from itertools import accumulate

DEFINITION = re.compile(rb"(?:async\s+def|def|class)\s+(\w+)")


class Edits:
    """Columns of the tree are bytes, and so is the text here."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._starts = [0, *accumulate(map(len, source.splitlines(keepends=True)))]
        self._edits: list[tuple[int, int, bytes]] = []

    def replace(self, node: ast.stmt | ast.expr | ast.arg | ast.alias, new: str) -> None:
        """The whole node; a statement keeps its number of lines."""
        if isinstance(node, ast.stmt):
            new += "\n" * ((node.end_lineno or node.lineno) - node.lineno)
        self._edits.append((self._at(node.lineno, node.col_offset), self._end(node), new.encode()))

    def rename(self, node: ast.AST, new: str) -> None:
        """The name that a definition, an attribute, an argument or a name holds."""
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found = DEFINITION.match(self._source, self._at(node.lineno, node.col_offset))
                assert found, "a definition begins with its keyword"
                start, end = found.span(1)
            case ast.Attribute(_, name):
                start, end = self._end(node) - len(name.encode()), self._end(node)
            case ast.arg(name):
                start = self._at(node.lineno, node.col_offset)
                end = start + len(name.encode())
            case _:
                assert isinstance(node, ast.Name)
                start, end = self._at(node.lineno, node.col_offset), self._end(node)
        self._edits.append((start, end, new.encode()))

    def cut(self, after: ast.stmt, until: ast.stmt) -> None:
        """All from behind one statement to the end of another."""
        self._edits.append((self._end(after), self._end(until), b""))

    def text(self) -> str:
        source = self._source
        for start, end, new in sorted(self._edits, reverse=True):
            source = source[:start] + new + source[end:]
        return source.decode()

    def _at(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column

    def _end(self, node: ast.stmt | ast.expr | ast.arg | ast.alias) -> int:
        return self._at(node.end_lineno or node.lineno, node.end_col_offset or 0)
