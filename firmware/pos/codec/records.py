# SPDX-License-Identifier: MIT
"""Every record kind that the journal holds, once, for terminal and host (docs/records.md).

A record is one CBOR array (RFC 8949) of fixed width. The first four fields are the same in each:
kind, epoch, seq (identity, filled in by the journal) and at_s (Unix seconds, 0 = clock not set).
"""

from pos.codec.schema import Schema

CARD_SIZE = 112  # bytes of a sealed card (sale.card): COSE_Encrypt0 around a padded plaintext

ENTRY_STRIPE = "S"
ENTRY_CHIP = "I"
ENTRY_CONTACTLESS = "C"
ENTRY_CODE = "Q"
APPROVED = 1  # outcome.state
DECLINED = 2
FAILED = 3
REASON_NO_ANSWER = 1  # reversal.reason
REASON_POWER_CUT = 2
REASON_BAD_MAC = 3
REASON_LATE = 4
REASON_PARTIAL = 5
REASON_CARD = 6  # the host approved, the chip did not
PRINTED = 0  # print.result
PAPER_OUT = 1
COVER_OPEN = 2
OVERHEATED = 3
PRINTER_OFFLINE = 4
ICC_LONGEST = 212  # bytes of icc.data: what fits the largest frame
ICC_REQUEST = 1  # icc.stage
ICC_RESULT = 2

# trace, batch, voucher: the counters as they stand, also where no money moves, so that they outlive the last sale
BOOT = Schema(
    "boot", 1, "kind:u8 epoch:u32 seq:u32 at_s:u32 trace:u32 batch:u32 voucher:u32 reason:u8 version:text16"
)
# amount and fee in minor units, currency by ISO 4217; entry: S stripe, I chip, C contactless, M manual, Q code;
# issuer: card scheme or wallet
SALE = Schema(
    "sale",
    2,
    "kind:u8 epoch:u32 seq:u32 at_s:u32 "
    "trace:u32 batch:u32 voucher:u32 amount:u64 currency:text3 operator:text4 "
    "entry:text1 issuer:text12 pan_masked:text24 fee:u64 card:bytes112",
)
VOID = Schema(
    "void",
    3,
    "kind:u8 epoch:u32 seq:u32 at_s:u32 "
    "trace:u32 batch:u32 voucher:u32 amount:u64 currency:text3 operator:text4 "
    "original_epoch:u32 original_seq:u32",
)
# code: response code, ISO 8583 data element 39
OUTCOME = Schema(
    "outcome",
    4,
    "kind:u8 epoch:u32 seq:u32 at_s:u32 of_epoch:u32 of_seq:u32 "
    "state:u8 offline:u8 code:text2 auth_code:text6 reference:text12 amount:u64",
)
REVERSAL = Schema("reversal", 5, "kind:u8 epoch:u32 seq:u32 at_s:u32 of_epoch:u32 of_seq:u32 reason:u8")
PRINT = Schema(
    "print", 6, "kind:u8 epoch:u32 seq:u32 at_s:u32 of_epoch:u32 of_seq:u32 copy:u8 reprint:u8 result:u8"
)
ALARM = Schema(
    "alarm",
    7,
    "kind:u8 epoch:u32 seq:u32 at_s:u32 trace:u32 batch:u32 voucher:u32 code:u16 severity:u8 detail:text32",
)
# data: ICC system data of a chip card (ISO 8583 data element 55), BER-TLV filled up with zeros; without number or track
ICC = Schema("icc", 8, "kind:u8 epoch:u32 seq:u32 at_s:u32 of_epoch:u32 of_seq:u32 stage:u8 data:bytes212")
# card: as in a sale, of the card that was presented again; zeros where none was (entry Q). The original stands last, as
# in a void: pos.net.custody finds it there.
REFUND = Schema(
    "refund",
    9,
    "kind:u8 epoch:u32 seq:u32 at_s:u32 "
    "trace:u32 batch:u32 voucher:u32 amount:u64 currency:text3 operator:text4 "
    "entry:text1 issuer:text12 pan_masked:text24 card:bytes112 original_epoch:u32 original_seq:u32",
)

ALL = (BOOT, SALE, VOID, OUTCOME, REVERSAL, PRINT, ALARM, ICC, REFUND)
BY_KIND = {schema.kind: schema for schema in ALL}


def schema_of(record):
    """Schema of an encoded record, of an earlier form too; ValueError when the kind is unknown."""
    kind = record[2] if record[0] != 0x98 else record[3]
    if kind not in BY_KIND:
        raise ValueError("unknown record kind %d" % kind)
    schema = BY_KIND[kind]
    if len(record) != schema.size:
        from pos.codec import earlier  # seldom wanted: its memory is spared until then

        return earlier.form(kind, len(record)) or schema
    return schema


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
