# SPDX-License-Identifier: MIT
"""`python tests/bench` runs the benchmark (run.py)."""

import sys

from run import main

sys.exit(main(sys.argv[1:]))
