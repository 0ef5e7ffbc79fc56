# SPDX-License-Identifier: MIT
"""`make bench`: every figure of DESIGN.md section 6 that can be measured so far, against its peer in one run.

One JSON line each on stdout, a table on stderr, a plot in build/bench.svg. `run.py codec mqtt` runs only these.
"""

import importlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

GROUPS = ("journal", "marks", "cards", "crypto", "codec", "mqtt", "gaps", "approval", "tap", "keys", "ingest")


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in GROUPS]
    if unknown:
        print(f"There is no group {unknown[0]!r}; there are: {', '.join(GROUPS)}", file=sys.stderr)
        return 2
    import plot
    from figures import table

    from suanpan.places import BUILD

    found = []
    for name in names or GROUPS:
        print(f"measuring {name} …", file=sys.stderr)
        for figure in importlib.import_module(name).figures():
            print(figure.line(), flush=True)
            found.append(figure)
    print("\n" + table(found), file=sys.stderr)
    picture = BUILD / "bench.svg"
    BUILD.mkdir(exist_ok=True)
    picture.write_text(plot.svg(found), encoding="utf-8")
    print(f"\nplot: {picture}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
