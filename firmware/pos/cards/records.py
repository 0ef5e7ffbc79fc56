# SPDX-License-Identifier: MIT
"""Reading of application data by the AFL (EMV Book 3 section 10.2)."""

from pos.cards import apdu
from pos.cards.chip_details import track2
from pos.cards.errors import CardError
from pos.compat import const

_AFL = const(0x94)  # tags
_RECORD = const(0x70)
_MOST_RECORDS = const(64)  # of one application; real ones have about ten
_OF_SCHEME = const(10)  # up to this file, records are signed without their head (Book 3 section 10.3)
_LENGTHS = ((0x5F24, 3, 3), (0x5A, 4, 10), (0x5F25, 3, 3), (0x5F34, 1, 1), (0x9F07, 2, 2), (0x9F08, 2, 2))
_MANDATORY = (0x5F24, 0x5A, 0x8C, 0x8D)


def locations(afl):
    """[(sfi, record, signed), …] of an AFL; CardError when malformed."""
    found = []
    for at in range(0, len(afl), 4):
        sfi, first, last, signed = afl[at] >> 3, afl[at + 1], afl[at + 2], afl[at + 3]
        if afl[at] & 7 or not 1 <= sfi <= 30 or not 1 <= first <= last or signed > last - first + 1:
            raise CardError("malformed")
        found += [(sfi, number, number < first + signed) for number in range(first, last + 1)]
        if len(found) > _MOST_RECORDS:
            raise CardError("malformed")
    return found


def _unsigned_head(sfi, record):
    """Bytes at a record's beginning that are not signed."""
    if sfi > _OF_SCHEME:
        return 0
    return 2 if record[1] < 0x80 else 2 + record[1] - 0x80


async def read(card, data, needed=_MANDATORY):
    """Read all records of the AFL into the data set; CardError when one is missing, malformed or doubled.

    `needed`: tags that must be there afterwards.
    """
    await collect(card, data)
    if any([data.get(tag) is None for tag in needed]):
        raise CardError("missing data")
    check(data)


async def collect(card, data):
    """The records as they are."""
    data.begin_records()
    for sfi, number, signed in locations(data.get(_AFL)):
        response = await apdu.exchange(card, apdu.read_record(sfi, number))
        if response.sw != apdu.OK:
            raise CardError("missing data")
        record = apdu.template(response.data, _RECORD)
        data.add_record(record, _unsigned_head(sfi, record) if signed else None)


def check(data):
    """Lengths that later steps rely on (Book 3 annex A), and one account number."""
    for tag, shortest, longest in _LENGTHS:
        value = data.get(tag)
        if value is not None and not shortest <= len(value) <= longest:
            raise CardError("malformed")
    try:
        track2(data)
    except ValueError:
        raise CardError("malformed") from None
