# SPDX-License-Identifier: MIT
"""FAULTS F1 with random stories: appends, receipts and power cuts in any order, torn in any way."""

import sys
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "unit"))

from journal_bench import TEARS, PowerCut  # noqa: E402
from journal_model import Model  # noqa: E402

APPEND = st.tuples(st.just("append"), st.integers(1, 25), st.booleans())
RETIRE = st.tuples(
    st.just("retire"),
    st.integers(0, 100),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9)), max_size=3),
)
POWER = st.tuples(st.just("power"))
CUT = st.tuples(st.just("cut"), st.integers(1, 40), st.sampled_from(TEARS), st.integers(0, 1 << 20))
STORY = st.lists(st.one_of(APPEND, APPEND, RETIRE, POWER, CUT), max_size=25)


def play(model, step):
    if step[0] == "append":
        for _ in range(step[1]):
            if not model.append(len(model.given) + 1, urgent=step[2]):
                break
    elif step[0] == "retire":
        last = model.journal.next_seq - 1
        ranges = [(low, min(low + more, last)) for low, more in step[2] if 0 < low <= last]
        model.retire(last * step[1] // 100, tuple(ranges))
    elif step[0] == "power":
        model.cycle()
    else:
        model.cycle(cut_at=step[1], tear=step[2], seed=step[3])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(story=STORY, blocks=st.sampled_from((6, 7, 9)), full=st.booleans())
def test_f1_whatever_happens_nothing_promised_is_lost_and_nothing_torn_is_taken(story, blocks, full):
    model = Model(blocks)
    while full and model.append(len(model.given) + 1, urgent=True):
        pass
    for step in story:
        try:
            play(model, step)
        except PowerCut:
            model.cycle()
    model.cycle()
    model.check()
