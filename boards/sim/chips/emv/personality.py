# SPDX-License-Identifier: MIT
"""What makes one virtual card different from another, and its files (EMV Book 3 annexes A and C)."""

from dataclasses import dataclass, field
from functools import cached_property

from boards.sim.chips.emv import authority
from pos.cards.tlv import build

SDA, DDA, CDA, ISSUER_BY_COMMAND = 0x40, 0x20, 0x01, 0x04  # AIP byte 1
VERIFY_HOLDER, TERMINAL_RISK = 0x10, 0x08

# Rules of cardholder verification behind the two amounts X and Y.
SIGNATURE_ELSE_NONE = bytes.fromhex("00000000000000005E031F03")
ONLINE_PIN = bytes.fromhex("000000000000000042031E031F03")
ENCIPHERED_PIN = bytes.fromhex("00000000000000004403410342031E031F03")
PLAIN_PIN = bytes.fromhex("000000000000000041031E031F03")

TERMINAL_DATA = bytes.fromhex("9F02069F03069F1A0295055F2A029A039C019F3704")  # of an AC
PDOL = bytes.fromhex("9F02065F2A029F3704")
_ADDED = {1: "8A02910A", 2: "8A029108"}  # CDOL2, by the method of the ARPC

EMPTY_CODES = (bytes(5), bytes(5), bytes(5))


@dataclass(frozen=True)
class Personality:
    """One application. `decision`: follow (as asked), decline, online. `lock`: card, application, conditions."""

    name: str
    description: str
    aid: bytes
    label: str
    pan: str
    expiry: str = "3512"
    service_code: str = "201"
    aip: int = CDA | DDA | VERIFY_HOLDER | TERMINAL_RISK
    aip_2: int = 0
    cvm: bytes = SIGNATURE_ELSE_NONE
    arpc_method: int = 2
    decision: str = "follow"
    lock: str = ""
    pin: str = "1234"
    action_codes: tuple[bytes, bytes, bytes] = EMPTY_CODES  # denial, online, default
    pin_key: bool = False  # a key of its own for PINs
    priority: int = 1
    sequence: str = "01"
    pdol: bytes = b""
    has_directory: bool = True
    template_answers: bool = True
    answer_ms: int = 0
    kernel: int = 0  # of contactless cards: tag 9F2A
    ctq: bytes = b""  # how qPBOC cards want their holder verified, and what they allow besides
    is_phone: bool = False  # its holder verifies himself on it, once it has asked for that
    tells_kind: bool = True  # tag 9F27 in the answer
    others: tuple["Personality", ...] = field(default=())  # further applications on the same card
    changes: tuple[tuple[int, bytes | None], ...] = ()  # objects of the records: other values, or left out
    added: tuple[tuple[int, bytes], ...] = ()  # to the signed record

    @property
    def rid(self) -> bytes:
        return self.aid[:5]

    @property
    def interchange_profile(self) -> bytes:
        """Tag 82."""
        return bytes((self.aip, self.aip_2))

    @property
    def cdol2(self) -> bytes:
        return bytes.fromhex(_ADDED[self.arpc_method]) + TERMINAL_DATA

    @property
    def track2(self) -> bytes:
        digits = f"{self.pan}D{self.expiry}{self.service_code}0000000000"
        return bytes.fromhex(digits + "F" * (len(digits) & 1))

    def _objects(self, *pairs: tuple[int, bytes]) -> bytes:
        changes = dict(self.changes)
        wanted = [(tag, changes.get(tag, value)) for tag, value in pairs]
        return build(*[(tag, value) for tag, value in wanted if value is not None])

    @cached_property
    def signed_data(self) -> bytes:
        """The record that the issuer's signature covers."""
        denial, online, default = self.action_codes
        return self._objects(
            (0x5F25, bytes.fromhex("200101")),
            (0x5F24, bytes.fromhex(self.expiry + "28")),
            (0x5A, bytes.fromhex(self.pan + "F" * (len(self.pan) & 1))),
            (0x5F34, bytes.fromhex(self.sequence)),
            (0x9F07, bytes.fromhex("FF00")),
            (0x8E, self.cvm),
            (0x9F0E, denial),
            (0x9F0F, online),
            (0x9F0D, default),
            (0x5F28, bytes.fromhex("0156")),
            (0x8C, TERMINAL_DATA),
            (0x8D, self.cdol2),
            (0x9F4A, b"\x82"),
            *self.added,
        )

    @cached_property
    def records(self) -> dict[tuple[int, int], bytes]:
        """{(sfi, record): body of its template 70}."""
        signed = self.signed_data + self.interchange_profile
        issuer, issuer_rest = authority.issuer_certificate(self.rid, self.pan)
        found = {
            (1, 1): self._objects((0x57, self.track2), (0x5F20, b"TEST/CARD"), (0x9F42, b"\x01\x56")),
            (2, 1): self.signed_data,
            (3, 1): self._objects((0x8F, bytes((authority.CA_INDEX,))), (0x9F32, b"\3"), (0x92, issuer_rest)),
            (3, 2): self._objects((0x90, issuer)),
        }
        if self.aip & (DDA | CDA):
            card, rest = authority.card_certificate(self.rid, self.pan, signed)
            ddol = bytes.fromhex("9F3704")
            found[3, 3] = self._objects((0x9F46, card), (0x9F47, b"\3"), (0x9F48, rest), (0x9F49, ddol))
        elif self.aip & SDA:
            found[3, 3] = self._objects((0x93, authority.static_signature(self.rid, signed)))
        if self.pin_key:
            card, rest = authority.pin_certificate(self.rid, self.pan)
            found[3, 4] = self._objects((0x9F2D, card), (0x9F2E, b"\3"), (0x9F2F, rest))
        return found

    @property
    def afl(self) -> bytes:
        last = max(record for sfi, record in self.records if sfi == 3)
        return bytes((0x08, 1, 1, 0, 0x10, 1, 1, 1, 0x18, 1, last, 0))

    @property
    def fci(self) -> bytes:
        pdol = ((0x9F38, self.pdol),) if self.pdol else ()
        proprietary = build((0x50, self.label.encode()), (0x87, bytes((self.priority,))), *pdol)
        return build((0x6F, build((0x84, self.aid), (0xA5, proprietary))))

    @property
    def directory_entry(self) -> bytes:
        kernel = ((0x9F2A, bytes((self.kernel,))),) if self.kernel else ()
        named = ((0x4F, self.aid), (0x50, self.label.encode()), (0x87, bytes((self.priority,))))
        return build((0x61, build(*named, *kernel)))
