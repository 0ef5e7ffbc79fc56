# SPDX-License-Identifier: MIT
"""Runs on micropython32: heap that each module of the image keeps once it is imported, as one JSON object.

The interpreter's table of names grows in steps of up to 18 KB, which would fall to the one module that passes a step:
so it is made large enough first, and told of by nobody.
"""

import builtins
import gc
import json
import sys

_ENOUGH = 2600  # names, for the table to have its next step
_import = builtins.__import__
_kept: "dict[str, int]" = {}
_inner = [0]


def used():
    gc.collect()
    return gc.mem_alloc()  # type: ignore[attr-defined]


def measured(name, *more):
    """Import `name`; what it keeps without what it imports itself goes under its own name."""
    if name in sys.modules:
        return _import(name, *more)
    before = used()
    _inner.append(0)
    try:
        return _import(name, *more)
    finally:
        kept = used() - before
        own = kept - _inner.pop()
        _inner[-1] += kept
        _kept[name] = _kept.get(name, 0) + own


def main(names):
    import asyncio

    for name in ("Event", "Lock", "StreamReader", "wait_for_ms"):
        getattr(asyncio, name)  # it imports its parts when asked for them
    interpreter = used()
    for number in range(_ENOUGH):
        getattr(asyncio, f"name{number}", None)
    builtins.__import__ = measured
    for name in names:
        measured(name, None, None, ("",), 0)
    builtins.__import__ = _import
    print(json.dumps({"interpreter": interpreter, "modules": _kept}))


main(sys.argv[1:])
