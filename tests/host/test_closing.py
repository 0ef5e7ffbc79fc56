# SPDX-License-Identifier: MIT
"""The closing summary of a test run."""

from types import SimpleNamespace

import closing


class Reporter:
    """Takes lines as pytest's terminal does."""

    def __init__(self, **stats):
        self.stats, self.lines = stats, []

    def write_sep(self, _sign, title):
        self.lines.append(title)

    def write_line(self, line):
        self.lines.append(line)


def test_what_tests_recorded_is_told_beside_a_file_that_was_skipped_as_a_whole():
    told = SimpleNamespace(user_properties=[("power cuts", "3 cuts"), ("memory", "flat")])
    skipped_file = SimpleNamespace(nodeid="tests/host/test_pcsc.py")  # pytest's CollectReport has no more
    reporter = Reporter(passed=[told], skipped=[skipped_file])
    closing.recorded(reporter, "power cuts", "cuts in all")
    assert reporter.lines == ["cuts in all", "3 cuts"]
