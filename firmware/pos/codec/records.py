# SPDX-License-Identifier: MIT
"""Every record kind that the journal holds, once, for terminal and host (docs/records.md).

A record is one CBOR array (RFC 8949) of fixed width. The first four fields are the same in each:
kind, epoch, seq (identity, filled in by the journal) and at_s (Unix seconds, 0 = clock not set).
"""

from pos.codec import record_packers as packers
from pos.codec.schema import Schema

CARD_SIZE = 112  # bytes of a sealed card: COSE_Encrypt0 around a padded plaintext

ENTRY_STRIPE, ENTRY_CODE = "S", "Q"
APPROVED, DECLINED, FAILED = 1, 2, 3  # outcome.state
REASON_NO_ANSWER, REASON_POWER_CUT, REASON_BAD_MAC, REASON_LATE, REASON_PARTIAL = (
    1,
    2,
    3,
    4,
    5,
)  # reversal.reason
PRINTED, PAPER_OUT, COVER_OPEN, OVERHEATED, PRINTER_OFFLINE = 0, 1, 2, 3, 4  # print.result

_HEAD = (("kind", "u8"), ("epoch", "u32"), ("seq", "u32"), ("at_s", "u32"))
_MONEY = (
    ("trace", "u32"),
    ("batch", "u32"),
    ("voucher", "u32"),
    ("amount", "u64"),  # minor units
    ("currency", "text3"),  # ISO 4217 alphabetic
    ("operator", "text4"),
)

BOOT = Schema("boot", 1, _HEAD + (("reason", "u8"), ("version", "text16")), packers.pack_1)
SALE = Schema(
    "sale",
    2,
    _HEAD
    + _MONEY
    + (
        ("entry", "text1"),  # S stripe, I chip, C contactless, M manual, Q code
        ("issuer", "text12"),  # card scheme or wallet
        ("pan_masked", "text24"),
        ("fee", "u64"),
        ("card", "bytes%d" % CARD_SIZE),
    ),
    packers.pack_2,
)
VOID = Schema(
    "void", 3, _HEAD + _MONEY + (("original_epoch", "u32"), ("original_seq", "u32")), packers.pack_3
)
_OF = (("of_epoch", "u32"), ("of_seq", "u32"))
OUTCOME = Schema(
    "outcome",
    4,
    _HEAD
    + _OF
    + (
        ("state", "u8"),
        ("offline", "u8"),
        ("code", "text2"),  # response code, ISO 8583 data element 39
        ("auth_code", "text6"),
        ("reference", "text12"),
        ("amount", "u64"),
    ),
    packers.pack_4,
)
REVERSAL = Schema("reversal", 5, _HEAD + _OF + (("reason", "u8"),), packers.pack_5)
PRINT = Schema(
    "print", 6, _HEAD + _OF + (("copy", "u8"), ("reprint", "u8"), ("result", "u8")), packers.pack_6
)
ALARM = Schema(
    "alarm", 7, _HEAD + (("code", "u16"), ("severity", "u8"), ("detail", "text32")), packers.pack_7
)

ALL = (BOOT, SALE, VOID, OUTCOME, REVERSAL, PRINT, ALARM)
INTENTS = (SALE.kind, VOID.kind)
BY_KIND = {schema.kind: schema for schema in ALL}


def schema_of(record):
    """Schema of an encoded record; ValueError when the kind is unknown."""
    kind = record[2] if record[0] != 0x98 else record[3]
    if kind not in BY_KIND:
        raise ValueError("unknown record kind %d" % kind)
    return BY_KIND[kind]


def decode(record):
    """(schema, values) of one encoded record; ValueError on anything malformed."""
    if len(record) < 4:
        raise ValueError("record too short")
    schema = schema_of(record)
    if len(record) != schema.size:
        raise ValueError("%s record has %d bytes, not %d" % (schema.name, len(record), schema.size))
    return schema, schema.unpack_from(record, 0)


def as_dict(record):
    """One encoded record as a dict by field name, with `kind` as its name."""
    schema, values = decode(record)
    fields = schema.as_dict(values)
    fields["kind"] = schema.name
    return fields
