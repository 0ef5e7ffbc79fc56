# SPDX-License-Identifier: MIT
"""Chip data of `icc` records and answers: ISO 8583 data element 55, BER-TLV of one level, zeros behind it."""

from array import array

from pos.cards import chip_details
from pos.cards.tlv_plain import scan
from pos.codec import records as kinds

_MOST = kinds.ICC_LONGEST // 2  # objects that fit
_ENTRY_MODE = 0x9F39  # tag
_UNREAD_CHIP = b"\x80"  # entry mode of ISO 8583: a chip that could not be read, so its stripe was
CHIPS = {kinds.ENTRY_CHIP: "chip", kinds.ENTRY_CONTACTLESS: "contactless"}
# Data element 55 brings no label, so an application is called as it is known; the longer identifier counts.
_NAMES = {
    "A000000333010101": "UnionPay Debit",
    "A000000333010102": "UnionPay Credit",
    "A000000333": "UnionPay",
    "A0000000031010": "Visa",
    "A0000000032010": "Visa Electron",
    "A0000000041010": "Mastercard",
    "A0000000043060": "Maestro",
    "A000000025": "American Express",
    "A000000065": "JCB",
    "A000000152": "Discover",
}


def values(icc: bytes) -> dict[int, bytes]:
    """Values by tag; ValueError when malformed. Has tables of its own: the host has several threads."""
    table, ends = array("I", bytes(12 * _MOST)), array("I", bytes(32))
    count = scan(icc, 0, len(icc), 0, table, _MOST, ends)
    if count < 0:
        raise ValueError("malformed chip data")
    found = (table[3 * i : 3 * i + 3] for i in range(count))
    return {tag: icc[at : at + length] for tag, at, length in found}


def shown(record: dict) -> dict:
    """A record's fields for a person: bytes as hexadecimal digits, chip data as its `tags`."""
    fields = {name: value.hex() if isinstance(value, bytes) else value for name, value in record.items()}
    if record["kind"] != kinds.ICC.name:
        return fields
    del fields["data"]
    return {**fields, "tags": {f"{tag:02X}": one.hex() for tag, one in _whole(record["data"]).items()}}


def described(icc: bytes, entry: str) -> dict[str, str] | None:
    """What a transaction's row tells as `emv`; None for one without a chip."""
    if entry in CHIPS:
        told = chip_details.details(_whole(icc))._asdict()
        return {"entry": CHIPS[entry], **told, "label": _name(told["aid"])}
    return {"entry": "fallback"} if icc and _whole(icc).get(_ENTRY_MODE) == _UNREAD_CHIP else None


def _whole(icc: bytes) -> dict[int, bytes]:
    """As `values`; nothing of what is malformed."""
    try:
        return values(icc)
    except ValueError:
        return {}


def _name(aid: str) -> str:
    known = [prefix for prefix in _NAMES if aid.startswith(prefix)]
    return _NAMES[max(known, key=len)] if known else ""


def brief(emv: dict[str, str] | None) -> str:
    """For one column of a table."""
    told = emv or {}
    return " ".join(filter(None, (told.get(name) for name in ("entry", "label", "kind", "cryptogram"))))
