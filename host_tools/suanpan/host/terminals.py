# SPDX-License-Identifier: MIT
"""Which terminals the host knows, their state and keys (DOMAIN.md M20).

In the sandbox a terminal named SIM… whose message verifies under the derived sandbox key is enrolled by itself.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache, partial

from sqlalchemy import Connection, Row, bindparam, select, update

from pos.crypto import sandbox as sandbox_keys
from suanpan.errors import Failure
from suanpan.host import vault
from suanpan.host.keys import KeyService, open_service
from suanpan.host.schema import terminals
from suanpan.host.statements import ByTerminal, inserting
from suanpan.terminal_id import NAME

ACTIVE, SUSPENDED = "active", "suspended"
SANDBOX_PREFIX = "SIM"

_BY_NAME = ByTerminal(terminals, select(terminals).where)
# Always in the same order, else two hosts could wait for each other.
_LOCK = ByTerminal(
    terminals,
    select(terminals.c.terminal).order_by(terminals.c.terminal).with_for_update().where,
)
_SEEN = ByTerminal(terminals, update(terminals).values(seen_s=bindparam("now_s")).where)


@dataclass(frozen=True)
class Terminal:
    """A terminal that may speak: `known` is False until its first message has verified."""

    terminal: str
    state: str
    mac_key: bytes = field(repr=False)
    data_key: bytes = field(repr=False)
    known: bool = True


class Register:
    """Looks terminals up; without `sandbox` only those that were added with keys of their own."""

    def __init__(self, sandbox: bool = True, keys: KeyService | None = None) -> None:
        self._sandbox = sandbox
        self._unsealed = lru_cache(maxsize=10_000)(partial(vault.unseal, keys or open_service()))

    def find(self, connection: Connection, names: Collection[str]) -> dict[str, Terminal]:
        """Terminals by name; those that nobody registered are left out."""
        rows = {row.terminal: row for row in _BY_NAME.execute(connection, names)}
        found = {name: self._terminal(name, rows.get(name)) for name in names}
        return {name: terminal for name, terminal in found.items() if terminal is not None}

    def _terminal(self, name: str, row: Row | None) -> Terminal | None:
        if row is not None and row.keys_sealed is not None:
            return Terminal(name, row.state, *self._unsealed(name, row.keys_sealed))
        if self._sandbox and name.startswith(SANDBOX_PREFIX) and NAME.fullmatch(name):
            state = row.state if row is not None else ACTIVE
            mac_key, data_key = _derived(name)
            return Terminal(name, state, mac_key, data_key, known=row is not None)
        return None


def enrol(connection: Connection, terminal: str, now_s: int, sealed: bytes | None = None) -> bool:
    """Register `terminal`; without `sealed` keys it is a sandbox terminal. False when it is registered already."""
    source = "sandbox" if sealed is None else "added"
    row = {
        "terminal": terminal,
        "state": ACTIVE,
        "source": source,
        "keys_sealed": sealed,
        "enrolled_s": now_s,
    }
    statement = inserting(connection.dialect.name, terminals).on_conflict_do_nothing()
    return connection.execute(statement, row).rowcount > 0


def hear(connection: Connection, names: Collection[str], now_s: int) -> None:
    """Note that these terminals were heard, and lock their rows until the commit: one host at a time serves one."""
    if names:
        lock(connection, names)
        _SEEN.execute(connection, names, now_s=now_s)


def lock(connection: Connection, names: Collection[str]) -> None:
    """Nobody else changes the books of these terminals until the commit."""
    if connection.dialect.name != "sqlite":  # that has one lock for all, and holds it already
        _LOCK.execute(connection, names)


def state_of(connection: Connection, terminal: str) -> str | None:
    """Its state, or None when it is not registered."""
    return connection.execute(select(terminals.c.state).where(terminals.c.terminal == terminal)).scalar()


def set_state(connection: Connection, terminal: str, state: str) -> None:
    """Suspend a terminal or make it active again; Failure when it is not registered."""
    changed = connection.execute(
        update(terminals).where(terminals.c.terminal == terminal).values(state=state)
    )
    if changed.rowcount == 0:
        raise Failure(
            f"terminal {terminal} is not registered", "see `suanpan host terminals` for those that are"
        )


_derived = lru_cache(maxsize=10_000)(sandbox_keys.derive)
