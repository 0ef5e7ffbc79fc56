# SPDX-License-Identifier: MIT
"""In which order files are handed to the workers of `make test`: the longest first, so that none is left at the end."""

from xdist.scheduler import LoadFileScheduling

LONGEST = (
    "tests/sweep/test_power_cuts.py",
    "tests/e2e/test_scenarios_cpython.py",
    "tests/e2e/test_scenarios_micropython.py",
    "tests/e2e/test_scenarios_micropython32.py",
    "tests/fleet/test_fleet.py",
    "tests/host/test_conformance.py",
    "tests/e2e/test_sim_command.py",
    "tests/e2e/test_panel.py",
    "tests/e2e/test_tls_sales.py",
    "tests/sweep/test_growth.py",
    "tests/mutations/test_mutations.py",
    "tests/host/test_brokers.py",
    "tests/host/test_host_decisions.py",
    "tests/mutations/test_leaks.py",
    "tests/host/test_host_cases.py",
    "tests/host/test_host_disputes.py",
    "tests/host/test_host_bounds.py",
    "tests/host/test_host_commands.py",
    "tests/host/test_invariants.py",
    "tests/host/test_host_import.py",
    "tests/e2e/test_restart.py",
    "tests/host/test_host_fold.py",
    "tests/property/test_journal_properties.py",
    "tests/property/test_chip_hostile.py",
    "tests/e2e/test_repeatable.py",
    "tests/property/test_codec_properties.py",
    "tests/host/test_host_restarts.py",
    "tests/host/test_host_ingest.py",
    "tests/host/test_host_killed.py",
    "tests/host/test_bench.py",
    "tests/host/test_invariants_visible.py",
    "tests/host/test_workbench.py",
    "tests/host/test_ccid_chip.py",
    "tests/host/test_broker_faults.py",
    "tests/host/test_bundle.py",
    "tests/unit/test_journal_cuts.py",
    "tests/sweep/test_search.py",
    "tests/property/test_tap_hostile.py",
    "tests/property/test_track_fuzz.py",
    "tests/property/test_ccid_fuzz.py",
    "tests/property/test_pn532_fuzz.py",
    "tests/property/test_tr31_fuzz.py",
)
APART = {"tests/sweep/test_power_cuts.py"}  # its tests share nothing: each goes to a worker of its own


def rank(nodeid: str) -> int:
    """Place of a test's file among the others; those that are quick come last, as they stand."""
    path = nodeid.partition("::")[0]
    return LONGEST.index(path) if path in LONGEST else len(LONGEST)


class ByFile(LoadFileScheduling):
    """A file's tests stay together, for what they share, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return nodeid if path in APART else path
