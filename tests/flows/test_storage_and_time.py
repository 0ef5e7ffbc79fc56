# SPDX-License-Identifier: MIT
# heap: 512k
"""A journal that cannot be written any more (FAULTS F9), a clock that jumps (F10): what the operator sees."""

from edges import NOW_S
from given import CREDIT, IDLE, PRESENT, approved, swipe
from rig import Rig, new_journal

from pos import terminal as terminal_module

_EROFS, _ENOSPC = 30, 28
_DAY_S = 86400


class Failing:
    """The journal; from write `last` on it fails as a read-only or full file system does."""

    def __init__(self, number, last):
        self._journal, self._left, self._number = new_journal(), last, number

    def __getattr__(self, name):
        return getattr(self._journal, name)

    def append(self, schema, values, urgent=False):
        self._left -= 1
        if self._left < 0:
            raise OSError(self._number, "journal device")
        return self._journal.append(schema, values, urgent)


async def ended(rig):
    """The error that stopped the terminal in a sale, and all that was shown."""
    try:
        await rig.flow((IDLE, "1 2 3 4 ENTER"), (PRESENT, swipe(CREDIT)), ("never shown", None))
    except OSError as error:
        return error, "\n".join(rig.screen.texts)
    raise AssertionError("it went on")


async def test_f9_a_file_system_that_is_full_or_read_only_stops_the_terminal_before_money_moves():
    for number in (_EROFS, _ENOSPC):
        rig = Rig([approved(1234)], journal=Failing(number, 0))
        error, shown = await ended(rig)
        assert error.errno == number and "APPROVED" not in shown
        assert rig.outbox.requests == [] and rig.transactions() == []


async def test_f9_what_was_approved_and_cannot_be_written_is_not_shown_and_reversed_at_the_next_start():
    rig = Rig([approved(1234)], journal=Failing(_EROFS, 1))
    error, shown = await ended(rig)
    assert error.errno == _EROFS and "APPROVED" not in shown and not rig.board.printer.slips
    again = Rig([], journal=rig.journal._journal)
    await again.flow(("REVERSED", None), (IDLE, None))
    assert [(t.state, t.reason) for t in again.transactions()] == [("reversed", 2)]


async def test_f10_sales_at_1970_in_2036_and_now_stand_in_the_order_of_their_numbers():
    rig = Rig([approved(1234)] * 3)
    for at_s in (0, NOW_S + 10 * 365 * _DAY_S, NOW_S):
        rig.board.clock.now_s = at_s
        rig.terminal.recent.__init__()  # a second sale of the same amount is another test's matter
        await rig.flow((IDLE, "1 2 3 4 ENTER"), (PRESENT, swipe(CREDIT)), ("APPROVED", None), (IDLE, None))
    assert [t.state for t in rig.transactions()] == ["approved"] * 3
    assert [t.trace for t in rig.transactions()] == [1, 2, 3]
    assert rig.terminal.books.last.trace == 3
    again = Rig([], journal=rig.journal)
    assert again.terminal.books.last.trace == 3, "the newest is the one with the highest number"
    slips = "".join(rig.board.printer.slips)
    assert "2036" in slips and "2026" in slips


def alarms_written(*moments):
    """How often one alarm is written that is raised at each (ticks in ms, seconds of the clock)."""
    rig, before = Rig(), terminal_module.ticks_ms
    try:
        for ticks, seconds in moments:
            terminal_module.ticks_ms = lambda: ticks  # noqa: B023 called before the next one
            rig.board.clock.now_s = NOW_S + seconds
            rig.terminal.alarm("host_mac")
    finally:
        terminal_module.ticks_ms = before
    return len(rig.records("alarm"))


def test_f10_the_same_alarm_is_written_again_after_a_minute_and_when_the_ticks_have_come_round():
    assert alarms_written((5, 0), (59_000, 59)) == 1
    assert alarms_written((5, 0), (60_005, 0)) == 2, "the clock stands"
    assert alarms_written((5, 0), (5, (1 << 30) // 1000)) == 2, "12.4 days later"
