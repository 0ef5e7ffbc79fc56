# SPDX-License-Identifier: MIT
"""Which device the books follow in one epoch of a terminal, power-on by power-on (FAULTS F6, F16; docs/host.md).

A number may be given twice: by a device whose flash was restored from an old copy, or by two with one identity.
The body shows it where the host holds the number; the beginning of the power-on shows it where it does not yet.
"""

from collections.abc import Collection
from dataclasses import dataclass

from suanpan.host.sequence import Sequence, spans

_NEVER = 1 << 32


@dataclass
class Lineage:
    """`nonce` is the newest power-on that the books follow, None when none is believed; `since` its first number."""

    nonce: bytes | None = b""
    since: int = 0
    receipted: int = 0  # up to here `nonce` has brought every body itself, or has receipts for it
    disputed: bool = False

    def follows(self, nonce: bytes, since: int, seqs: Collection[int], held: Sequence, newest: bool) -> bool:
        """May the books take `seqs` from this power-on? `newest`: no higher epoch is known of its terminal."""
        if nonce == self.nonce:
            return True
        if self.disputed or not newest:
            return False  # whoever it is: what follows from two histories cannot be told by numbers alone
        if since > self.since or held.highest < since:
            return held.highest < since  # a later start, behind everything that is held
        return max(seqs, default=0) < self.since  # an earlier one, delivered late

    def since_of(self, nonce: bytes) -> int:
        """From here on every number that is held was given by `nonce`; beyond all numbers when it is not followed."""
        return self.since if nonce == self.nonce else _NEVER

    def adopt(self, nonce: bytes, since: int, cumulative: int, held: Sequence) -> None:
        """A power-on that the books follow has spoken; the latest is the one whose receipts are cumulative."""
        if nonce != self.nonce and held.highest < since:
            self.nonce, self.since, self.receipted = nonce, since, 0
        if nonce == self.nonce:
            self.receipted = max(self.receipted, cumulative)

    def doubt(self, nonce: bytes) -> None:
        """`nonce` has given a number that another device has given too; if it was followed, nobody is from now on."""
        self.disputed = True
        if nonce == self.nonce:
            self.nonce = None

    def receipt(self, nonce: bytes, seqs: set[int], held: Sequence) -> tuple[int, list[tuple[int, int]]]:
        """(cumulative, ranges) of a receipt that covers no body which `nonce` has not brought."""
        if nonce != self.nonce:
            return 0, spans(seqs)
        while self.receipted + 1 in seqs:
            self.receipted += 1
        if self.receipted + 1 < self.since:
            return self.receipted, spans({seq for seq in seqs if seq > self.receipted})
        # What is held from `since` on came from `nonce`.
        self.receipted = max(self.receipted, held.cumulative)
        return self.receipted, [pair for pair in held.ranges(seqs) if pair[0] > self.receipted]
