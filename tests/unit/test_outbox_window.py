# SPDX-License-Identifier: MIT
# heap: 1m
"""The outbox adapts: its window to receipts that come or do not, its batches to the memory there is."""

from outbox_rig import KEY, TERMINAL, Journal
from pos.net import outbox as outbox_module
from pos.net.outbox import BATCH_BYTES, WINDOW, Outbox
from ticks import Session, Ticks

RECEIPT_MS = 15_000


class Line:
    """An outbox over a backlog of records, two of which do not fit into one batch."""

    def __init__(self, ticks, records=500, size=600):
        self.ticks = ticks
        self.box = Outbox(Journal(records, size), TERMINAL, KEY, receipt_ms=RECEIPT_MS)
        self.box.session = self.session = Session()

    async def sends(self):
        """Batches that go out now."""
        before = self.session.sent
        await self.box._send_due()
        return self.session.sent - before

    async def silence(self):
        """Batches that go out when no receipt came in time."""
        self.ticks.now_ms += RECEIPT_MS << 5
        return await self.sends()

    def receipt(self, batches=1):
        """The host's receipt for the oldest batches on their way."""
        last = self.box._under_way[batches - 1][0]
        self.box._receipted(last, [])

    def waiting(self):
        return len(self.box._under_way)

    async def round(self):
        """Receipts for all that is on its way, one by one; how many are on their way then."""
        for _ in range(self.waiting()):
            self.receipt()
            await self.sends()
        return self.waiting()

    async def rounds(self, count):
        widths = []
        for _ in range(count):
            widths.append(await self.round())
        return widths


async def test_the_window_is_full_from_the_start():
    with Ticks(0) as ticks:
        line = Line(ticks)
        assert await line.sends() == WINDOW and await line.sends() == 0
        for _ in range(20):
            line.receipt()
            assert await line.sends() == 1 and line.waiting() == WINDOW, "never wider"


async def test_a_round_without_receipt_halves_the_window_and_a_window_of_receipts_widens_it_by_one():
    with Ticks(0) as ticks:
        line = Line(ticks)
        await line.sends()
        assert await line.silence() == 1, "one batch probes"
        assert await line.round() == WINDOW // 2
        assert await line.rounds(10) == [9, 10, 11, 12, 13, 14, 15, 16, 16, 16]


async def test_a_long_silence_leaves_a_window_of_one_that_opens_again():
    with Ticks(0) as ticks:
        line = Line(ticks)
        await line.sends()
        for _ in range(6):
            assert await line.silence() == 1
        assert await line.rounds(16) == list(range(2, WINDOW + 1)) + [WINDOW]


async def test_f14_three_rounds_of_silence_renew_the_connection_and_each_time_one_more_until_six():
    with Ticks(0) as ticks:
        line = Line(ticks)
        await line.sends()
        rounds = []
        for _ in range(6):
            before = line.session.renewed
            rounds.append(0)
            while line.session.renewed == before:
                await line.silence()
                rounds[-1] += 1
            line.box.changed(True, None)
            await line.sends()
        assert rounds == [3, 4, 5, 6, 6, 6]
        line.receipt()
        await line.sends()
        await line.silence()
        await line.silence()
        assert line.session.renewed == 6
        await line.silence()
        assert line.session.renewed == 7, "whoever has been heard is asked sooner again"


async def test_a_receipt_that_comes_again_widens_nothing():
    with Ticks(0) as ticks:
        line = Line(ticks)
        await line.sends()
        await line.silence()
        line.receipt()
        for _ in range(20):
            line.box._receipted(1, [])
        await line.sends()
        assert line.waiting() == WINDOW // 2


async def test_one_receipt_for_a_whole_window_widens_it_too():
    with Ticks(0) as ticks:
        line = Line(ticks)
        await line.sends()
        await line.silence()
        await line.round()
        line.receipt(WINDOW // 2)
        assert await line.sends() == WINDOW // 2 + 1


class Short:
    """No memory for the next `times` envelopes."""

    def __init__(self, times):
        self._left, self._seal = times, outbox_module.cose.mac0

    def __enter__(self):
        outbox_module.cose.mac0 = self._sealed

    def __exit__(self, *error):
        outbox_module.cose.mac0 = self._seal

    def _sealed(self, *args):
        self._left -= 1
        if self._left >= 0:
            raise MemoryError
        return self._seal(*args)


async def test_f7_a_batch_that_does_not_fit_goes_out_smaller_at_the_next_look_and_grows_with_receipts():
    with Ticks(0) as ticks:
        line = Line(ticks, records=4000, size=30)
        with Short(1):
            assert await line.sends() == 0 and line.waiting() == 0, "it gives way at once"
            assert await line.sends() == WINDOW
        sizes = [line.box._under_way[0][0]]
        assert sizes == [BATCH_BYTES // 2 // 32]
        for _ in range(100):
            line.receipt()
            await line.sends()
        ends = [last for last, _ in line.box._under_way]
        assert ends[-1] - ends[-2] == BATCH_BYTES // 32, "as before"
        assert line.box._batch_bytes == BATCH_BYTES


async def test_f7_a_reconnect_does_not_forget_what_memory_there_was():
    with Ticks(0) as ticks:
        line = Line(ticks, size=30)
        with Short(1):
            await line.sends()
        line.box.changed(False, "reset")
        assert await line.sends() and line.box._under_way[0][0] == BATCH_BYTES // 2 // 32
