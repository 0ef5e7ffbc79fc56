# SPDX-License-Identifier: MIT
"""TLV of a card's record of 178 bytes against a parser that cuts slices off its input."""

from figures import Figure
from launcher import run
from pair import figure

SCRIPT = "tlv.py"


def figures() -> list[Figure]:
    nothing = run("micropython", SCRIPT, "scan", "1")["nothing_allocated"]
    note = "nothing allocated" if nothing else "allocates"
    return [figure("TLV of 178 bytes vs slices", SCRIPT, ("scan", "slices"), "≥ 30", "44", note)]
