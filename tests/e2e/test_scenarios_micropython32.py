# SPDX-License-Identifier: MIT
"""Every scenario of tests/sim on MicroPython, 32 bits, with a heap of 128 KiB: the memory gate (DESIGN section 4)."""

from scenarios import check, each


@each
def test_scenario(path):
    check(path, "micropython32")
