# SPDX-License-Identifier: MIT
"""What a sale asks of the issuer: its card data opened, with the chip's own request and the PIN that came along."""

from sqlalchemy import Connection, select

from pos.codec import records as kinds
from suanpan.host import entry, icc, opening_cards
from suanpan.host.arqc import ChipRequest
from suanpan.host.committed import Asked
from suanpan.host.entry import Entry
from suanpan.host.keys import KeyMissing, TransactionKeys
from suanpan.host.ksn_history import KeyUsed
from suanpan.host.schema import decisions, records
from suanpan.host.statements import ByIdentity
from suanpan.host.verdict import Request

_SUBJECT = (records.c.terminal, records.c.subject_epoch, records.c.subject_seq)
_CHIP_DATA = ByIdentity(_SUBJECT, (records.c.body,), records.c.kind == kinds.ICC.kind)


class Unreadable(Exception):
    """What came cannot be decided on; `alarm` is of the host's catalogue."""

    def __init__(self, alarm: str, detail: str) -> None:
        super().__init__(detail)
        self.alarm = alarm


def read(keys: TransactionKeys, connection: Connection, asked: Asked) -> Request:
    """Unreadable when card data, chip data or PIN block do not open or must not; KeysAway: not now."""
    one = asked.entry
    paid_by = number(keys, connection, asked)
    chip = _chip(connection, one, paid_by) if one.fields["entry"] in icc.CHIPS else None
    try:
        pin = opening_cards.pin_of(keys, asked)
    except (ValueError, KeyMissing) as error:
        raise Unreadable("pin-block", str(error)) from error
    amount, currency, way = (one.fields[name] for name in ("amount", "currency", "entry"))
    seen = chip is not None and _seen(connection, chip)
    return Request(one.identity, amount, currency, way, paid_by, chip, pin, seen)


def number(keys: TransactionKeys, connection: Connection, asked: Asked) -> str:
    """PAN or payment code; Unreadable as of `read`."""
    try:
        return opening_cards.opened(keys, connection, asked).pan
    except (ValueError, KeyMissing) as error:
        raise Unreadable("card-data", str(error)) from error
    except KeyUsed as error:
        raise Unreadable("card-key", str(error)) from error


def _chip(connection: Connection, one: Entry, number: str) -> ChipRequest:
    told = [entry.read(one.terminal, row.body) for row in _CHIP_DATA.rows(connection, [one.identity])]
    asks = [record for record in told if record.fields["stage"] == kinds.ICC_REQUEST]
    if not asks:
        raise Unreadable("chip-data", "no chip data came with it")
    newest = max(asks, key=lambda record: record.seq)
    try:
        return ChipRequest(number, one.fields["amount"], icc.values(newest.fields["data"]))
    except ValueError as error:
        raise Unreadable("chip-data", str(error)) from error


def _seen(connection: Connection, chip: ChipRequest) -> bool:
    """A cryptogram covers counter, amount and the terminal's own number: it comes once, unless somebody sends it."""
    same = select(decisions.c.seq).where(decisions.c.cryptogram == chip.cryptogram)
    return connection.execute(same.limit(1)).first() is not None
