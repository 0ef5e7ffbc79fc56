# SPDX-License-Identifier: MIT
# heap: 512k
"""FAULTS F2: what was written since the last sync is lost in any part, in any order, when the power fails."""

from expect import raises
from journal_bench import Flash, PowerCut
from journal_model import Model
from pos.journal import Journal
from pos.journal.devices import BLOCK, PAGE

_SYNC, _ERASE = 3, 6


class CachedFlash(Flash):
    """Keeps what each page held at the last sync. A `lying` device takes a sync for nothing."""

    lying = False

    def __init__(self, pages):
        Flash.__init__(self, len(pages) * PAGE // BLOCK)
        self.pages, self.before = pages, {}

    def writeblocks(self, block, buf, offset=None):
        self._note(block, offset, len(buf))
        return Flash.writeblocks(self, block, buf, offset)

    def ioctl(self, operation, argument):
        if operation == _ERASE:
            self._note(argument, 0, BLOCK)
        result = Flash.ioctl(self, operation, argument)
        if operation == _SYNC and not self.lying:
            self.before = {}
        return result

    def _note(self, block, offset, size):
        for page in range((block * BLOCK + offset) // PAGE, (block * BLOCK + offset + size - 1) // PAGE + 1):
            if page not in self.before:
                content = self.pages[page]
                self.before[page] = content and bytearray(content)

    def lose(self):
        """Half of the pages written since the last sync, at random, are as they were."""
        for page in sorted(self.before):
            if self._next_random() & 1:
                self.pages[page] = self.before[page]


def cached(seed, lying=False):
    model = Model()
    for amount in range(94):
        model.append(amount)
        if amount % 8 == 7:
            model.retire(model.journal.next_seq - 1)
    model.flash.dead, flash = True, CachedFlash(model.flash.pages)
    flash.lying, flash._random = lying, seed
    model.flash, model.journal = flash, Journal(flash)
    model.journal.recover()
    return model


def story(model):
    for amount in range(1000, 1006):
        model.append(amount)
    model.retire(model.journal.next_seq - 2)


def lost_at(cut_at, tear, lying=False):
    """The model after the power failed at operation `cut_at` and the cache was lost; checked."""
    model = cached(cut_at, lying)
    model.flash.cut_at, model.flash.tear = cut_at, tear
    try:
        story(model)
    except PowerCut:
        pass
    model.flash.lose()
    model.cycle()
    return model


def test_f2_writes_that_were_not_synced_are_lost_in_any_part():
    for cut_at in range(1, 11):
        for tear in ("nothing", "half", "random"):
            model = lost_at(cut_at, tear)
            assert model.append(2000)
            model.cycle()


def test_f2_a_device_that_does_not_sync_is_caught_by_this_very_check():
    """Else the test above could not fail."""

    def sweep():
        for cut_at in range(1, 11):
            lost_at(cut_at, "nothing", lying=True)

    raises(Exception, sweep)
