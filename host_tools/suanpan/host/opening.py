# SPDX-License-Identifier: MIT
"""Verifies and decodes a group of messages before anything is locked; what is wrong is kept for the quarantine."""

from dataclasses import dataclass, field

from sqlalchemy import Connection

from suanpan.host import entry, envelope
from suanpan.host.alarms import KEPT_BYTES, Aside
from suanpan.host.committed import Message
from suanpan.host.entry import Entry
from suanpan.host.envelope import MALFORMED, UNKNOWN_TERMINAL, Batch, Envelope, Rejected
from suanpan.host.online_pin import without_pin
from suanpan.host.terminals import SUSPENDED, Register


@dataclass
class Opened:
    """A group, verified: batches with their records, batches of suspended terminals, the rest."""

    batches: list[tuple[Batch, list[Entry]]] = field(default_factory=list)
    refused: list[Batch] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)


def open_group(connection: Connection, register: Register, group: list[Message]) -> Opened:
    """Everything in `group`, in order of arrival."""
    opened = Opened()
    envelopes = [(message, found) for message in group if (found := _read(message, opened))]
    terminals = register.find(connection, {found.terminal for _, found in envelopes})
    for message, found in envelopes:
        try:
            if found.terminal not in terminals:
                raise Rejected(UNKNOWN_TERMINAL, "not registered", found.terminal)
            _take(envelope.open_up(found, terminals[found.terminal]), opened)
        except Rejected as rejected:
            opened.asides.append(_aside(message, rejected))
    return opened


def _read(message: Message, opened: Opened) -> Envelope | None:
    try:
        return envelope.read(message.topic, message.payload)
    except Rejected as rejected:
        opened.asides.append(_aside(message, rejected))
        return None


def _take(batch: Batch, opened: Opened) -> None:
    if batch.terminal.state == SUSPENDED:
        opened.refused.append(batch)
        return
    name, entries = batch.terminal.terminal, []
    for body in batch.records:
        try:
            if len(body) > KEPT_BYTES:
                raise ValueError("longer than a record may be")
            entries.append(_of(batch, entry.read(name, body)))
        except ValueError as error:
            opened.asides.append(Aside(MALFORMED, str(error), name, "", body))
    opened.batches.append((batch, entries))


def _of(batch: Batch, one: Entry) -> Entry:
    if one.epoch != batch.epoch:
        raise ValueError(f"a record of epoch {one.epoch} in a batch of epoch {batch.epoch}")
    return one


def _aside(message: Message, rejected: Rejected) -> Aside:
    kept = without_pin(message.payload)
    return Aside(rejected.reason, str(rejected), rejected.terminal, message.topic, kept)
