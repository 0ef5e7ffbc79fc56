# SPDX-License-Identifier: MIT
"""Every scenario of tests/sim on CPython. A file for each runtime, so that they run beside each other."""

from scenarios import check, each


@each
def test_scenario(path):
    check(path, "cpython")
