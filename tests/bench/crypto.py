# SPDX-License-Identifier: MIT
"""AES-CMAC of 200 bytes against the pseudocode of RFC 4493 in plain Python, both on the runtime's own AES."""

from figures import Figure
from launcher import run
from pair import figure

SCRIPT = "cmac.py"
NAME = "CMAC of 200 bytes vs RFC 4493 in plain Python"


def figures() -> list[Figure]:
    note = f"{run('micropython', SCRIPT, 'ours', '1')['allocated']} bytes allocated"
    return [figure(NAME, SCRIPT, ("ours", "textbook"), "≥ 18", "24", note)]
