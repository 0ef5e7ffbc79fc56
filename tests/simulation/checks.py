# SPDX-License-Identifier: MIT
"""What must hold: at every step where that is cheap, and of all that is left at the end (DESIGN section 2).

A violation is noted, not raised: nothing of the simulated code can catch it.
"""

from typing import NamedTuple

import cbor2

from pos.books import InvariantError
from pos.codec import records as kinds
from pos.domain import money
from pos.domain import transaction as tx
from pos.journal import JournalError
from pos.journal.journal import Journal
from simulation import evidence, lineage, sealing
from simulation.flash import Flash, Misuse
from simulation.watch import Identity, apart, identity
from suanpan.simulator import invariants

_EXPECTED = {  # alarms of the host, and the faults that may raise them
    "wrong-mac": {"forged records"},
    "card-key": {"restored image"},  # numbers go back, counters of keys do not
    "other-body": {"other body", "bit flip", "restored image", "rival"},
    "disputed": {"other body", "bit flip", "restored image", "rival"},
    "joined": {"other body", "bit flip", "restored image", "rival"},
    "state-conflict": {"restored image", "rival"},
    "duplicates": {
        "restored image",
        "rival",
        "doubled",
        "replay",
        "denied",
        "host crash",
        "slow",
        "black hole",
        "broker crash",
        "other body",
    },
    "gap": {
        "restored image",
        "rival",
        "shuffled",
        "slow",
        "denied",
        "broker crash",
        "replay",
        "host clock",
        "night",
        "black hole",
    },
}
_KEPT = """
SELECT body FROM records WHERE terminal = ?
UNION SELECT raw FROM quarantine WHERE terminal = ? AND reason IN ('other-body', 'disputed', 'joined')
"""
_LATE_DECISIONS = """
SELECT d.rowid, d.epoch, d.seq, (
    SELECT max(seq) FROM records
    WHERE terminal = d.terminal AND kind = 5 AND subject_epoch = d.epoch AND subject_seq = d.seq
) FROM decisions AS d WHERE d.rowid > ? AND d.code = '00' ORDER BY d.rowid
"""


class Violation(NamedTuple):
    """`what` names the rule, in a word or by its number in DESIGN section 2."""

    what: str
    detail: str


class Checks:
    """`violations` is empty after a good run."""

    def __init__(self, world) -> None:
        self.world = world
        self.violations: list[Violation] = []
        self.damaged: set[str] = set()  # terminals whose flash was changed behind the journal's back
        self.forked: set[str] = set()  # terminals of which there was more than one, or an old copy
        self._excuses: dict[str, str] = {}
        self._seen: tuple = ()  # the last approval that was looked at
        self._decided = 0  # how far the host's decisions were looked at
        self._changes = 0  # of the books, when they were
        self.awaited: set[str] = set()  # alarms that the host must raise

    def violated(self, what: str, detail: str) -> None:
        self.world.note("CHECK", f"VIOLATED {what}: {detail}")
        self.violations.append(Violation(what, detail))

    def excuses(self, terminal, why: str) -> None:
        """`terminal` may refuse to trade: what it is given cannot be worked with."""
        self._excuses[terminal.name] = why

    def excused(self, terminal) -> bool:
        """Has it refused, with a reason that counts?"""
        return terminal.name in self.damaged and (not terminal.on or "ournal" in terminal.stopped)

    def kept(self, name: str) -> set[bytes]:
        """Bodies that the host's database holds, in the books or apart from them."""
        return {body for (body,) in self.world.host.books.rows(_KEPT, name, name)}

    # --- steps ---

    def on_boot(self, terminal) -> None:
        """FAULTS F1: what was promised is there, whole, in order; nothing torn is taken."""
        apart(self._booted, terminal)

    def _booted(self, terminal) -> None:
        journal, watch = terminal.parts.books._journal, terminal.flash.watch
        try:
            found = [(seq, bytes(body)) for seq, body in journal.scan()]
            pending = {(journal.epoch, seq) for seq, _ in journal.pending()}
        except JournalError as error:
            self._unreadable(terminal, error)
            return
        held = {(identity(body)[0], seq): body for seq, body in found}
        if terminal.boots == 1:
            watch.retired |= held.keys() - pending  # before this run
        for one, body in watch.promised.items():
            if one in held and held[one] != body:
                self.violated("1 durable", f"{terminal.name}: record {one} is not what was written")
            if one not in watch.retired and one not in pending:
                self.violated("6 nothing unsent is dropped", f"{terminal.name}: record {one} is lost")
        for one in held.keys() - watch.promised.keys():
            if terminal.boots > 1 and held[one] not in watch.tried:
                self.violated("1 durable", f"{terminal.name}: record {one} was never appended")
            watch.promised[one] = held[one]  # the one whose append was cut when it was complete
        watch.known |= set(held.values())
        if terminal.name not in self.damaged and not _in_order(sorted(held)):
            self.violated("3 exactly one effect", f"{terminal.name}: numbers with gaps: {sorted(held)}")
        if self.world.copies_wanted:
            terminal.copies.append(watch.copy())

    def _unreadable(self, terminal, error: JournalError) -> None:
        if terminal.name not in self.damaged:
            self.violated("6 nothing unsent is dropped", f"{terminal.name}: {error}")

    def on_stop(self, terminal, error) -> None:
        """A terminal that stops by itself must have been given a reason."""
        if isinstance(error, JournalError | OSError | Misuse) or "ournal" in str(error):
            if terminal.name not in self._excuses:
                self.violated("the terminal stops", f"{terminal.name}: {error!r}")
        elif isinstance(error, InvariantError) or not isinstance(error, MemoryError):
            self.violated("the terminal stops", f"{terminal.name}: {error!r}")

    def on_wire(self, name: str, payload: bytes) -> None:
        """Invariants 1 and 2: what leaves the terminal is durable there."""
        promised = [one.flash.watch.promised for one in self.world.devices(name)]
        for body in cbor2.loads(cbor2.loads(payload)[2])[4]:
            if not any(of.get(identity(body)) == body for of in promised):
                self.violated("2 intent before money", f"{name} sent {identity(body)}: not durable")

    def on_host_speaks(self, in_transaction: bool) -> None:
        """Invariant 4: nothing is said, to terminal or broker, while a commit is open."""
        if in_transaction:
            self.violated("4 the host's receipt retires", "the host speaks before its commit")

    def on_host_start(self) -> None:
        """What was decided and not committed will be decided again."""
        ((last,),) = self.world.host.books.rows("SELECT coalesce(max(rowid), 0) FROM decisions")
        self._decided = last

    def on_commit(self) -> None:
        """Nothing is authorised whose reversal is in the books already (DOMAIN.md M4)."""
        if self.world.host.books.changes == self._changes:
            return
        self._changes = self.world.host.books.changes
        for rowid, epoch, seq, reversal in self.world.host.books.rows(_LATE_DECISIONS, self._decided):
            self._decided = rowid
            if reversal:
                self.violated(
                    "3 exactly one effect", f"({epoch}, {seq}) is authorised after its reversal {reversal}"
                )

    def on_screen(self, terminal, name: str, view) -> None:
        """Invariant 1: APPROVED on the screen means that a new start would say so too."""
        if name != "result" or view.tone not in ("good", "warn"):
            return
        seen = terminal.boots, terminal.parts.books.last.seq, view.title
        if seen != self._seen:
            self._seen = seen
            apart(self._approved, terminal, view)

    def _approved(self, terminal, view) -> None:
        shown = terminal.parts.books.last
        try:
            fields = self._on_flash(terminal, shown)
        except JournalError as error:
            self._unreadable(terminal, error)
            return
        amount = money.text(shown.amount, shown.currency)
        if fields is None or fields.state != tx.APPROVED or not any(amount in row.text for row in view.rows):
            state = fields.state if fields else "not there"
            self.violated("1 durable before visible", f"{terminal.name} shows trace {shown.trace}: {state}")

    def _on_flash(self, terminal, shown):
        """The transaction as a start from a copy of the flash would know it."""
        journal = Journal(Flash(terminal.flash.copy(), self.world.random, lambda: None))
        journal.recover()
        bodies = [journal.read(seq) for seq in range(shown.seq, journal.next_seq)]
        about = [kinds.as_dict(body) for body in bodies if body]
        about = [row for row in about if tx.identity(row) == (shown.epoch, shown.seq)]
        return tx.fold(about) if about else None

    # --- the end ---

    def _alarms(self) -> None:
        """The host raises an alarm for what was sent on purpose only."""
        struck = {fault.kind for fault in self.world.schedule.faults}
        raised = {code for (code,) in self.world.host.books.rows("SELECT code FROM alarms")}
        for code in self.awaited - raised:
            if "broker crash" not in struck:
                self.violated("3 exactly one effect", f"the host does not raise {code}")
        for code, detail in self.world.host.books.rows(
            "SELECT code, detail FROM alarms WHERE source = 'host'"
        ):
            if code not in _EXPECTED or not _EXPECTED[code] & struck:
                self.violated("3 exactly one effect", f"the host raises {code}: {detail}")

    def _nothing_lost(self, terminal) -> None:
        """Damage may cost copies of what the host has, or stop the terminal; it may not lose what is synced by now."""
        query = "SELECT epoch, seq, body FROM records WHERE terminal = ?"
        held = {(epoch, seq): body for epoch, seq, body in self.world.host.books.rows(query, terminal.name)}
        watch, kept = terminal.flash.watch, self.kept(terminal.name)
        for one, body in watch.promised.items():
            if body not in kept and (one in held or one in watch.retired):
                self.violated(
                    "1 durable", f"{terminal.name}: record {one} is not with the host as it was written"
                )

    def _not_live(self) -> None:
        if not self.world.host.at_rest:
            self.violated("liveness", "messages wait for the host")
        for terminal in self.world.terminals:
            if not terminal.at_rest and not self.excused(terminal):
                self.violated("liveness", f"{terminal.name}: {_why(terminal)}")

    def at_end(self, synced: bool) -> None:
        """Safety first, then liveness, then conservation, which is the liveness of money."""
        special = self.damaged | self.forked
        sound = [
            (one, evidence.of(one, self.world)) for one in self.world.terminals if one.name not in special
        ]
        self._safe(synced, [found for _, found in sound])
        if not synced:
            self._not_live()
            return
        for terminal, found in sound:
            for complaint in evidence.complaints(found, self.world, terminal):
                self.violated("5 conservation", complaint)

    def _safe(self, synced: bool, sound: list[invariants.Evidence]) -> None:
        """What must hold at any moment, and of damaged and forked terminals what their sync must have brought."""
        self._alarms()
        for device in (*self.world.terminals, *self.world.rivals):
            for complaint in sealing.complaints(device):
                self.violated("7 secrets stay", f"{device.name}: {complaint}")
        for found in sound:
            for verdict in invariants.check(found):
                if not verdict["holds"]:
                    self.violated(f"{verdict['number']} {verdict['name']}", verdict["detail"])
        for terminal in self.world.terminals:
            if terminal.name in self.damaged:
                self._nothing_lost(terminal)
            elif terminal.name in self.forked:
                for what, complaint in lineage.complaints(terminal, self.world, synced):
                    self.violated(what, complaint)


def _in_order(numbers: list[Identity]) -> bool:
    """Each is behind the one before; a new epoch begins with 1."""
    pairs = zip(numbers, numbers[1:], strict=False)
    return all(b == (a[0], a[1] + 1) or (b[0] > a[0] and b[1] == 1) for a, b in pairs)


def _why(terminal) -> str:
    parts = terminal.parts
    if parts is None:
        return f"off, {terminal.stopped}"
    return (
        f"{terminal.screen}, online {parts.outbox.online}, {parts.books.pending()} pending, "
        f"person done {terminal.person.done}, stopped {terminal.stopped!r}"
    )
