# SPDX-License-Identifier: MIT
"""Finds transactions in the journal by what stands on a slip (DOMAIN.md M8), without loading the journal.

A record's fields lie at fixed places (docs/records.md): bytes are compared there, and only what fits is decoded.
"""

import struct

from pos.codec import records
from pos.codec.field_types import place
from pos.domain import transaction as tx

_NUMBERS = {"trace": ">I", "voucher": ">I", "amount": ">Q"}
_INTENTS = (records.SALE, records.VOID)
_FOLLOWING = (records.OUTCOME, records.REVERSAL, records.PRINT)


def transactions(journal, from_s=0, to_s=0xFFFFFFFF, last_four="", **numbers):
    """Transactions, newest first, for which all of it holds; each is read when it is asked for.

    from_s, to_s: Unix seconds of the intent, both included; last_four: of the account number;
    numbers: trace, voucher, amount in minor units. ValueError for another name.
    """
    for name in numbers:
        if name not in _NUMBERS:
            raise ValueError("cannot look for " + name)
    wanted = {schema.kind: _wanted(schema, numbers) for schema in _INTENTS}
    for seq, record in journal.scan(newest_first=True):
        schema = records.schema_of(record)
        if schema.kind in wanted and _fits(record, wanted[schema.kind]):
            fields = records.as_dict(record)
            if from_s <= fields["at_s"] <= to_s and fields.get("pan_masked", "").endswith(last_four):
                yield transaction(journal, (fields["epoch"], seq))


def transaction(journal, identity):
    """The transaction (epoch, seq) with all that followed it, or None when it is not held any more."""
    epoch, seq = identity
    own, following = struct.pack(">II", epoch, seq), []
    own = (own[:4], own[4:])
    for number, record in journal.scan(from_seq=seq if epoch == journal.epoch else 0):
        schema = records.schema_of(record)
        if schema in _FOLLOWING:
            names = ("of_epoch", "of_seq")
        elif schema in _INTENTS and number == seq:
            names = ("epoch", "seq")
        else:
            continue
        if all([_bytes(record, schema, name) == value for name, value in zip(names, own)]):
            following.append(records.as_dict(record))
    return tx.fold(following) if following else None


def _bytes(record, schema, name):
    at, size = place(schema.fields, name)
    return bytes(record[at : at + size])


def _wanted(schema, numbers):
    """(first byte, byte behind, encoded value) of each number that is looked for."""
    found = []
    for name, number in numbers.items():
        at, size = place(schema.fields, name)
        found.append((at, at + size, struct.pack(_NUMBERS[name], number)))
    return found


def _fits(record, wanted):
    return all([bytes(record[at:end]) == value for at, end, value in wanted])
