# SPDX-License-Identifier: MIT
"""What a terminal's journal promises and is told to retire, remembered outside of the terminal (DESIGN section 2)."""

import contextvars
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from pos.codec import records as kinds
from pos.journal.journal import Journal

if TYPE_CHECKING:
    from simulation.checks import Checks

Identity = tuple[int, int]
T = TypeVar("T")


@lru_cache(maxsize=100_000)
def identity(body: bytes) -> Identity:
    fields = kinds.as_dict(body)
    return fields["epoch"], fields["seq"]


def apart(check: Callable[..., T], *arguments) -> T:
    """Run a check as nobody's act: what strikes the terminal does not strike it."""
    return contextvars.Context().run(check, *arguments)


class WatchedJournal(Journal):
    """Tells the checks what is promised to its caller, and what it is told to retire."""

    def __init__(self, device) -> None:
        super().__init__(device)
        self._watch = getattr(device, "watch", None)

    def append(self, schema, values, urgent=False):
        if self._watch:
            numbered = [schema.kind, self.epoch, self.next_seq, *values[3:]]
            self._watch.tried[bytes(schema.pack(numbered))] = None
        seq = super().append(schema, values, urgent)
        if self._watch:
            apart(self._watch.on_append, self.epoch, seq, bytes(schema.pack(values)))
        return seq

    def retire(self, cumulative, ranges=()):
        if self._watch:
            apart(self._watch.on_retire, self.epoch, cumulative, ranges)
        super().retire(cumulative, ranges)


class Copy(NamedTuple):
    """A flash behind a start, and what was promised of it then."""

    content: list[bytearray]
    promised: dict[Identity, bytes]
    retired: set[Identity]


class Watch:
    """The memory of one terminal's promises; it hangs on the flash, because it outlives the power."""

    def __init__(self, checks: "Checks", terminal) -> None:
        self._checks, self._terminal = checks, terminal
        self.promised: dict[Identity, bytes] = {}
        self.retired: set[Identity] = set()
        self.tried: dict[bytes, None] = {}  # bodies that it was asked to append, in this order
        self.known: set[bytes] = set()  # bodies that were on its flash, in any of its histories

    def copy(self) -> Copy:
        """The flash with all that is promised of it."""
        return Copy(self._terminal.flash.copy(), dict(self.promised), set(self.retired))

    def restore(self, copy: Copy) -> list[bytearray]:
        """The content of the flash with an old copy; what was promised since is not there any more."""
        self.promised, self.retired = dict(copy.promised), set(copy.retired)
        return [bytearray(block) for block in copy.content]

    def on_append(self, epoch: int, seq: int, body: bytes) -> None:
        if (epoch, seq) in self.promised:
            self._checks.violated(
                "3 exactly one effect", f"{self._terminal.name} gave number {seq} a second time"
            )
        self.promised[epoch, seq] = body
        self.known.add(body)
        fields = kinds.as_dict(body)
        what = fields.get("of_seq", fields.get("amount", ""))
        self._checks.world.note(self._terminal.name, f"journal {seq}: {fields['kind']} {what}")

    def on_retire(self, epoch: int, cumulative: int, ranges) -> None:
        """Invariant 4: what is retired is in the host's database now, in the books or apart from them."""
        covered = {
            one
            for one in self.promised
            if one[0] == epoch and (one[1] <= cumulative or any(lo <= one[1] <= hi for lo, hi in ranges))
        }
        fresh = covered - self.retired
        if fresh:
            kept = self._checks.kept(self._terminal.name)
            missing = [one for one in fresh if self.promised[one] not in kept]
            if missing:
                self._checks.violated(
                    "4 the host's receipt retires", f"{sorted(missing)} retired before the host had them"
                )
        self.retired |= fresh
