# SPDX-License-Identifier: MIT
# heap: 256k
"""Chip and contactless readers that fall silent or are not there take nothing from who swipes a card (F36)."""

from edges import LOOK_MS
from given import CREDIT, IDLE, approved, swipe
from rig import Rig

from pos.compat import sleep_ms
from pos.drivers import DeviceTimeout


class Reader:
    """Falls silent at each look for a card; the customer swipes one when it is looked for the third time."""

    def __init__(self, board, missing=0):
        self.board, self.missing, self.looks = board, missing, 0

    async def start(self):
        if self.missing:
            self.missing -= 1
            raise DeviceTimeout("reader")

    async def inserted(self, timeout_ms):
        self.looks += 1
        await sleep_ms(LOOK_MS)
        if self.looks < 3:
            raise DeviceTimeout("reader")
        device, card = swipe(CREDIT)
        getattr(self.board, device).put(card)
        await sleep_ms(timeout_ms)

    detect = inserted

    async def stop(self):
        pass


async def sold_beside(missing):
    rig = Rig([approved(1234)])
    rig.board.chip = rig.board.contactless = Reader(rig.board, missing)
    await rig.flow((IDLE, "1 2 3 4 ENTER"), ("APPROVED", None), (IDLE, None))
    return rig


async def test_a_reader_that_falls_silent_does_not_end_the_sale():
    rig = await sold_beside(0)
    assert rig.transactions()[0].entry == "S"


async def test_a_reader_that_was_missing_is_begun_anew_and_told_once_for_each_of_the_two():
    rig = await sold_beside(2)
    told = [line for line in rig.log.lines if "reader_missing" in str(line)]
    assert len(told) == 2, told
