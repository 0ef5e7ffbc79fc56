# SPDX-License-Identifier: MIT
"""Flash for journal tests: refuses what flash cannot do, and loses power on demand (FAULTS F1)."""

from pos.codec import records
from pos.journal import Journal
from pos.journal.devices import BLOCK, PAGE, RamDevice

TEARS = ("nothing", "half", "all but one", "random")


class PowerCut(Exception):
    """The device is dead; make a new journal on a `Flash` with its image."""


class Flash(RamDevice):
    """NOR flash: only erased bytes may be programmed. Power fails at the `cut_at`-th program or erase."""

    def __init__(self, blocks=6, cut_at=None, tear="nothing", seed=1):
        RamDevice.__init__(self, blocks)
        self.operations = self.erases = 0
        self.cut_at, self.tear, self._random = cut_at, tear, seed
        self.dead = False

    def readblocks(self, block, buf, offset=0):
        assert not self.dead
        return RamDevice.readblocks(self, block, buf, offset)

    def writeblocks(self, block, buf, offset=None):
        assert offset is not None, "the journal erases explicitly"
        assert offset % 16 == 0 and len(buf) % 16 == 0 and offset + len(buf) <= BLOCK
        old = bytearray(len(buf))
        RamDevice.readblocks(self, block, old, offset)
        assert old == b"\xff" * len(buf), "programmed twice"
        if self._cut():
            RamDevice.writeblocks(self, block, self._torn(old, buf), offset)
            raise PowerCut
        return RamDevice.writeblocks(self, block, buf, offset)

    def ioctl(self, operation, argument):
        assert not self.dead
        if operation != 6:
            return RamDevice.ioctl(self, operation, argument)
        if self._cut():
            self._tear_erase(argument)
            raise PowerCut
        self.erases += 1
        return RamDevice.ioctl(self, operation, argument)

    def _cut(self):
        assert not self.dead
        self.operations += 1
        self.dead = self.operations == self.cut_at
        return self.dead

    def _torn(self, old, new):
        """What is there after programming `new` over `old` was interrupted."""
        if self.tear == "random":
            return bytes([old[i] & (new[i] | self._next_random()) for i in range(len(new))])
        done = {"nothing": 0, "half": len(new) // 2, "all but one": len(new) - 1}[self.tear]
        return bytes(new[:done]) + bytes(old[done:])

    def _tear_erase(self, block):
        pages = range(block * BLOCK // PAGE, (block + 1) * BLOCK // PAGE)
        done = {"nothing": 0, "half": len(pages) // 2, "all but one": len(pages) - 1, "random": 0}[self.tear]
        for page in pages[:done]:
            self.pages[page] = None
        if self.tear == "random":
            for page in pages:
                content = self.pages[page]
                for i in range(PAGE if content else 0):
                    content[i] |= self._next_random()

    def _next_random(self):
        self._random = (self._random * 1103515245 + 12345) & 0x3FFFFFFF
        return self._random >> 16 & 0xFF


def formatted(blocks=6, epoch=1):
    """(journal, flash) of a new journal."""
    flash = Flash(blocks)
    Journal.format(flash, "SIM00001", epoch)
    return reopened(flash)


def reopened(flash, cut_at=None, tear="nothing", seed=1):
    """(journal, flash) after a power cycle; the old flash must not be used any more."""
    after = Flash(flash.blocks, cut_at, tear, seed)
    after.pages, flash.dead = flash.pages, True
    journal = Journal(after)
    journal.recover()
    return journal, after


def sale(amount=1234):
    return records.SALE.values(amount=amount, currency="CNY", pan_masked="622848******1234", entry="S")


def reversal(of_seq=1):
    return records.REVERSAL.values(of_epoch=1, of_seq=of_seq, reason=1)


def amounts(journal):
    """Amounts of the sales that are held, oldest first."""
    at = records.SALE.index("amount")
    found = [records.decode(bytes(record)) for _, record in journal.scan()]
    return [values[at] for schema, values in found if schema is records.SALE]


def numbers(pairs):
    return [seq for seq, _ in pairs]
