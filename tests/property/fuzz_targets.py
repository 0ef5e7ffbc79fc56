# SPDX-License-Identifier: MIT
"""Every parser that is fuzzed, by name, for the coverage-guided run; and one with a planted bug."""

import planted
import test_ccid_fuzz
import test_pn532_fuzz
import test_tlv_fuzz
import test_tr31_fuzz
import test_track_fuzz
from fuzzing import Grammar, Target

_TESTS = test_ccid_fuzz, test_pn532_fuzz, test_tlv_fuzz, test_tr31_fuzz, test_track_fuzz
TARGETS: dict[str, Target] = {name: target for tests in _TESTS for name, target in tests.TARGETS.items()}
PLANTED = Target(planted.parse, Grammar(lambda dice: dice.randbytes(8), bytes(range(256))))
