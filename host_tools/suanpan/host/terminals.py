# SPDX-License-Identifier: MIT
"""Which terminals the host knows, their state and keys (DOMAIN.md M20).

In the sandbox a terminal named SIM… whose message verifies under the derived sandbox key is enrolled by itself.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from sqlalchemy import Connection, insert, select, update

from pos.crypto import sandbox as sandbox_keys
from suanpan.errors import Failure
from suanpan.host import vault
from suanpan.host.schema import terminals

ACTIVE, SUSPENDED = "active", "suspended"
SANDBOX_PREFIX = "SIM"


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

    def __init__(self, sandbox: bool = True) -> None:
        self._sandbox = sandbox

    def find(self, connection: Connection, terminal: str) -> Terminal | None:
        """The terminal, or None when nobody registered it."""
        row = connection.execute(select(terminals).where(terminals.c.terminal == terminal)).first()
        if row is not None and row.keys_sealed is not None:
            return Terminal(terminal, row.state, *_unsealed(terminal, row.keys_sealed))
        if self._sandbox and terminal.startswith(SANDBOX_PREFIX):
            state = row.state if row is not None else ACTIVE
            mac_key, data_key = _derived(terminal)
            return Terminal(terminal, state, mac_key, data_key, known=row is not None)
        return None


def enrol(connection: Connection, terminal: str, now_s: int, sealed: bytes | None = None) -> None:
    """Register `terminal`; without `sealed` keys it is a sandbox terminal."""
    source = "sandbox" if sealed is None else "added"
    row = {
        "terminal": terminal,
        "state": ACTIVE,
        "source": source,
        "keys_sealed": sealed,
        "enrolled_s": now_s,
    }
    connection.execute(insert(terminals).values(row))


def seen(connection: Connection, names: set[str], now_s: int) -> None:
    """Note that these terminals were heard."""
    connection.execute(update(terminals).where(terminals.c.terminal.in_(names)).values(seen_s=now_s))


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


_unsealed = lru_cache(maxsize=10_000)(vault.unseal)
_derived = lru_cache(maxsize=10_000)(sandbox_keys.derive)
