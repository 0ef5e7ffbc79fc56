# SPDX-License-Identifier: MIT
"""What a test run says at its end: device tests per runtime, coverage per folder. pytest's own line is last."""

import json
import re

from device_collector import DEVICE_RUNTIMES
from suanpan.places import ROOT

OUTCOMES = ("passed", "failed", "skipped")
COVERAGE = ROOT / "artefacts/coverage.json"


def runtimes(reporter) -> None:
    """One line per runtime, loud about a runtime that was not there."""
    rows = {name: dict.fromkeys(OUTCOMES, 0) for name in ("cpython", *DEVICE_RUNTIMES)}
    reasons = {}
    for outcome in OUTCOMES:
        for report in reporter.stats.get(outcome, ()):
            match = re.match(r"tests/(?:unit|flows)/.*\[(c?(?:micro)?python(?:32)?)\]$", report.nodeid)
            if match:
                rows[match[1]][outcome] += 1
                if outcome == "skipped":
                    reasons[match[1]] = report.longrepr[2]
    if not any(count for row in rows.values() for count in row.values()):
        return
    reporter.write_sep("-", "device tests per runtime")
    for name, row in rows.items():
        reporter.write_line(f"{name:<14} " + "  ".join(f"{n} {word}" for word, n in row.items() if n))
        if name in reasons:
            reporter.write_line(f"  NOT RUN: {row['skipped']} tests on {name}. {reasons[name]}", yellow=True)


def recorded(reporter, wanted: str, title: str) -> None:
    """What tests recorded as property `wanted`: how often something was struck, and what came of it."""
    reports = [report for outcome in OUTCOMES for report in reporter.stats.get(outcome, ())]
    properties = [getattr(report, "user_properties", ()) for report in reports]  # a skipped file has none
    lines = [text for those in properties for name, text in those if name == wanted]
    if lines:
        reporter.write_sep("-", title)
        for line in lines:
            reporter.write_line(line)


def coverage(reporter) -> None:
    """Share of covered lines on CPython, per folder; every line of it is in artefacts/coverage/index.html."""
    if not reporter.config.getoption("--cov", None) or not COVERAGE.exists():
        return
    folders: dict[str, list[int]] = {}
    for name, facts in json.loads(COVERAGE.read_text())["files"].items():
        row = folders.setdefault("/".join(name.split("/")[:-1]), [0, 0])
        row[0] += facts["summary"]["covered_lines"]
        row[1] += facts["summary"]["num_statements"]
    reporter.write_sep("-", "lines covered on cpython (artefacts/coverage/index.html)")
    for kind in ("firmware", "boards", "host_tools"):
        rows = {name: row for name, row in folders.items() if name.split("/")[0] == kind}
        total = [sum(column) for column in zip(*rows.values(), strict=True)] or [0, 0]
        for name, (covered, lines) in [*sorted(rows.items()), (f"{kind} in all", total)]:
            if lines:
                reporter.write_line(f"{100 * covered / lines:5.0f} %  {name}")
