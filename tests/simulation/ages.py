# SPDX-License-Identifier: MIT
"""Journals and books that have a past: new, filled to the end of a block, turned round once, with a backlog, or full.

Each is made once in a process, by the application's own books and the host's own ingest.
"""

from functools import cache
from random import Random
from typing import NamedTuple

from pos.cards import card_data
from pos.codec import cose, messages, records
from pos.crypto import sandbox as sandbox_keys
from pos.journal.journal import Journal
from simulation.clock import START_S
from simulation.flash import Flash
from simulation.host import Database, Tables
from suanpan.host import sandbox
from suanpan.host.committed import Message
from suanpan.host.ingest import Ingest
from suanpan.host.terminals import Register

_AGO_S = 3600
_LITTLE = 600  # bytes before the reserve: room for one sale or two
_SALES = {"new": (0, 0), "filled": (9, 9), "turned": (10, 10), "backlog": (6, 1), "full": (99, 1)}
# for each age: sales (in a block's worth for `turned`), and how many of them the host has


class Age(NamedTuple):
    """Flash of each terminal, tables of the host."""

    flash: list[list[bytearray]]
    books: Tables


@cache
def get(age: str, blocks: int, terminals: int, books: Database) -> Age:
    """The state of `terminals` terminals with `blocks` blocks each."""
    sales, receipted = _SALES[age]
    if age == "turned":
        sales = receipted = sales * blocks
    books.load()
    images = [_image(f"SIM{number:05}", blocks, sales, receipted, books) for number in range(terminals)]
    return Age(images, books.save())


def _image(name: str, blocks: int, sales: int, receipted: int, books: Database) -> list[bytearray]:
    flash = Flash.erased(blocks, Random(0), lambda: None)
    Journal.format(flash, name, 1)
    journal = Journal(flash)
    journal.recover()
    delivered = []
    for number in range(1, sales + 1):
        if journal.free_bytes() < _LITTLE:
            break
        bodies = _sale(journal, name, number)
        if number <= receipted:
            delivered += bodies
            journal.retire(journal.next_seq - 1)
    _deliver(Ingest(books.engine, Register()), name, delivered)
    return flash.copy()


def _sale(journal: Journal, name: str, number: int) -> list[bytes]:
    """An offline sale of an hour ago and its outcome."""
    at_s = START_S - _AGO_S + number
    sale = records.SALE.values(
        at_s=at_s, trace=number, batch=1, voucher=number, amount=100 + number, currency="CNY",
        operator="01", entry="S", issuer="UNIONPAY", pan_masked="625094******0014", card=_card(name, journal.next_seq),
    )  # fmt: skip
    seq = journal.append(records.SALE, sale)
    outcome = records.OUTCOME.values(
        at_s=at_s, of_epoch=1, of_seq=seq, state=records.APPROVED, offline=1, code="Y3", amount=100 + number
    )
    journal.append(records.OUTCOME, outcome, urgent=True)
    return [journal.read(seq), journal.read(seq + 1)]


def _card(name: str, seq: int) -> bytes:
    _, data_key = sandbox_keys.derive(name)
    return card_data.seal(data_key, name.encode(), 1, seq, b"12345", sandbox.cards["mag-credit"]["pan"])


def _deliver(ingest: Ingest, name: str, bodies: list[bytes]) -> None:
    mac_key, _ = sandbox_keys.derive(name)
    payload = cose.mac0(mac_key, messages.batch(name, 1, bodies), name.encode(), messages.AAD_UP)
    ingest.commit([Message(messages.up_topic("0", name), payload)], START_S - _AGO_S)
