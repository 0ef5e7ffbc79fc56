# SPDX-License-Identifier: MIT
"""Which names a scope of a Python program binds (Python reference, section 4.2.2)."""

import ast
from collections.abc import Iterator

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
SCOPES = (*FUNCTIONS, *COMPREHENSIONS, ast.ClassDef)
IMPORTS = (ast.Import, ast.ImportFrom)


def own(node: ast.AST) -> Iterator[ast.AST]:
    """What belongs to the scope of `node`: scopes inside it are met, not entered."""
    for child in content(node):
        yield child
        if not isinstance(child, SCOPES):
            yield from own(child)


def content(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, COMPREHENSIONS):
        return iter([generator.target for generator in node.generators])
    if isinstance(node, ast.Lambda):
        return iter([node.body])
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return iter(node.body)
    return ast.iter_child_nodes(node)


def bound(node: ast.AST) -> list[str]:
    """Names that the scope of `node` binds, once for each time."""
    found, outside = [], set()
    for part in own(node):
        match part:
            case ast.Name(name, ast.Store() | ast.Del()) | ast.ExceptHandler(name=str(name)):
                found.append(name)
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
                found.append(name)
            case ast.Import() | ast.ImportFrom():
                found += [alias.asname or alias.name for alias in part.names]
            case ast.Global(names) | ast.Nonlocal(names):
                outside |= set(names)
    if isinstance(node, FUNCTIONS):
        found += [argument.arg for argument in arguments(node)]
    return [name for name in found if name not in outside]


def arguments(function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> list[ast.arg]:
    args = function.args
    more = [extra for extra in (args.vararg, args.kwarg) if extra]
    return [*args.posonlyargs, *args.args, *args.kwonlyargs, *more]


def evaluated(
    node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
) -> tuple[ast.expr, list[ast.AST]]:
    """Of a comprehension: the one part that belongs to the scope outside, and the others."""
    first = node.generators[0].iter
    clauses = [part for generator in node.generators for part in ast.iter_child_nodes(generator)]
    results = [part for part in ast.iter_child_nodes(node) if not isinstance(part, ast.comprehension)]
    return first, results + [part for part in clauses if part is not first]
