# SPDX-License-Identifier: MIT
"""Which block holds what. Blocks are used in turn, so wear is even; a bad one is stepped over.

Kept in three arrays (9 bytes a block), rebuilt from the block headers at start.
"""

from array import array

from pos.compat import const

FREE, CLEAN, USED, OLD, BAD = const(0), const(1), const(2), const(3), const(4)
# FREE: nothing worth keeping, to be erased before use. CLEAN: erased since start. OLD: of an earlier epoch.


class Ring:
    """State, generation counter and first sequence number of each block; `active` is written to."""

    def __init__(self, blocks):
        self.blocks = blocks
        self.active = -1
        self.usable = 0  # blocks that can be opened in turn before one that the host still wants
        self._frontier = 0  # that one, or the active block
        self.state = bytearray(blocks)
        self.counter = array("I", [0] * blocks)
        self.first_seq = array("I", [0] * blocks)

    def open(self, block, counter, first_seq):
        """`block` is the active one from now on."""
        self.usable -= 1
        self.state[block] = USED
        self.counter[block] = counter
        self.first_seq[block] = first_seq
        self.active = block

    def spoil(self, block):
        """`block`, which was usable, does not work."""
        self.usable -= 1
        self.state[block] = BAD

    def age_all(self):
        """Everything held so far belongs to an earlier epoch."""
        for block in range(self.blocks):
            if self.state[block] == USED:
                self.state[block] = OLD

    def next(self):
        """The block to be used after the active one, or None when all others are bad."""
        for step in range(1, self.blocks):
            block = (self.active + step) % self.blocks
            if self.state[block] != BAD:
                return block
        return None

    def following(self, block, state=USED):
        """The block that was opened after `block` in this epoch, or None behind the active one.

        With `state` OLD in any epoch.
        """
        while block != self.active:
            block = (block + 1) % self.blocks
            if self.state[block] == USED or self.state[block] == state:
                return block
        return None

    def preceding(self, block):
        """The block that was opened before `block` in this epoch, or None."""
        for _ in range(self.blocks - 1):
            block = (block - 1) % self.blocks
            if block == self.active:
                return None
            if self.state[block] == USED:
                return block
        return None

    def retired(self, block, cumulative):
        """Has the host receipted all that `block` holds?"""
        if self.state[block] != USED:
            return True
        after = self.following(block)
        return after is not None and self.first_seq[after] <= cumulative + 1

    def recount(self, cumulative):
        """Count afresh what can be opened."""
        self.usable, self._frontier = 0, (self.active + 1) % self.blocks
        self.advance(cumulative)

    def advance(self, cumulative):
        """Count the blocks that have become usable since: those up to the first that the host still wants."""
        while self._frontier != self.active and self.retired(self._frontier, cumulative):
            if self.state[self._frontier] != BAD:
                self.usable += 1
            self._frontier = (self._frontier + 1) % self.blocks

    def oldest(self):
        """The block with the lowest numbers of this epoch."""
        for step in range(1, self.blocks):
            block = (self.active + step) % self.blocks
            if self.state[block] == USED:
                return block
        return self.active

    def order(self):
        """Every block that holds records, oldest first, the active one last."""
        for step in range(1, self.blocks + 1):
            block = (self.active + step) % self.blocks
            if self.state[block] in (USED, OLD):
                yield block

    def holds(self, block, seq):
        """Is `block` the place of number `seq` of this epoch?"""
        if self.state[block] != USED or self.first_seq[block] > seq:
            return False
        after = self.following(block)
        return after is None or self.first_seq[after] > seq

    def find(self, seq):
        """The block that is the place of `seq`, or None when it is no longer held."""
        block = self.active
        while block is not None and self.first_seq[block] > seq:
            block = self.preceding(block)
        return block
