# SPDX-License-Identifier: MIT
"""Which DUKPT counter opened which record: each counter once, and in the order in which the terminal wrote.

An old copy of a terminal's flash brings used keys back; whoever has read it could seal with them.
"""

from sqlalchemy import Connection, Row, select

from suanpan.host.keys import split_ksn
from suanpan.host.schema import Identity, ksns


class KeyUsed(Exception):
    """The counter has opened another record, or stands out of order."""


def take(connection: Connection, ksn: bytes, identity: Identity) -> None:
    """Note that `ksn` belongs to the record `identity`; again for the same one changes nothing."""
    key_id, counter = split_ksn(ksn)
    below = _neighbour(connection, key_id, ksns.c.counter <= counter, ksns.c.counter.desc())
    above = _neighbour(connection, key_id, ksns.c.counter > counter, ksns.c.counter)
    if below is not None and below.counter == counter:
        if _identity(below) != identity:
            raise KeyUsed(f"counter {counter} has opened another record: {_identity(below)}")
        return
    if any(row is not None and row.terminal != identity[0] for row in (below, above)):
        raise KeyUsed("the key is another terminal's")
    if (below is not None and _identity(below) > identity) or (
        above is not None and _identity(above) < identity
    ):
        raise KeyUsed(f"counter {counter} stands out of order")
    terminal, epoch, seq = identity
    row = {"key_id": key_id, "counter": counter, "terminal": terminal, "epoch": epoch, "seq": seq}
    connection.execute(ksns.insert(), row)


def _neighbour(connection: Connection, key_id: bytes, side, order) -> Row | None:
    of_key = select(ksns).where(ksns.c.key_id == key_id)
    return connection.execute(of_key.where(side).order_by(order).limit(1)).first()


def _identity(row: Row) -> Identity:
    return row.terminal, row.epoch, row.seq
