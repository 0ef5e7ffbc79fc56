# SPDX-License-Identifier: MIT
"""Which terminals the host knows, their state and keys (DOMAIN.md M20).

In the sandbox a terminal named SIM… whose message verifies under the derived sandbox key is enrolled by itself.
"""

from dataclasses import dataclass

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
    mac_key: bytes
    data_key: bytes
    known: bool = True


class Register:
    """Looks terminals up for one group of messages; unsealed keys are kept between groups."""

    def __init__(self, sandbox: bool = True) -> None:
        self._sandbox = sandbox
        self._keys: dict[tuple[str, bytes | None], tuple[bytes, bytes]] = {}

    def find(self, connection: Connection, terminal: str) -> Terminal | None:
        """The terminal, or None when nobody registered it."""
        row = connection.execute(select(terminals).where(terminals.c.terminal == terminal)).first()
        if row is not None:
            return Terminal(terminal, row.state, *self._open(terminal, row.keys_sealed))
        if self._sandbox and terminal.startswith(SANDBOX_PREFIX):
            return Terminal(terminal, ACTIVE, *self._open(terminal, None), known=False)
        return None

    def _open(self, terminal: str, sealed: bytes | None) -> tuple[bytes, bytes]:
        if (terminal, sealed) not in self._keys:
            keys = sandbox_keys.derive(terminal) if sealed is None else vault.unseal(terminal, sealed)
            self._keys[terminal, sealed] = keys
        return self._keys[terminal, sealed]


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


def set_state(connection: Connection, terminal: str, state: str) -> None:
    """Suspend a terminal or make it active again; Failure when it is not registered."""
    changed = connection.execute(
        update(terminals).where(terminals.c.terminal == terminal).values(state=state)
    )
    if changed.rowcount == 0:
        raise Failure(
            f"terminal {terminal} is not registered", "see `suanpan host terminals` for those that are"
        )
