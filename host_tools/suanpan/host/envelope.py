# SPDX-License-Identifier: MIT
"""Opens what a terminal published and seals what the host answers: COSE_Mac0, HMAC 256/256 (RFC 9052 section 6.2).

Everything a hostile sender can do ends in Rejected with a reason; nothing is trusted before its MAC.
"""

import hmac
from dataclasses import dataclass, field

from pos.codec import cbor, cose, messages
from pos.codec.cbor_encode import put_head
from suanpan.host.terminals import Terminal

MAX_PAYLOAD = 256 * 1024
MOST_RECORDS = 1024  # a terminal sends 32; each that is malformed costs the database two statements
MALFORMED, WRONG_MAC, UNKNOWN_TERMINAL, WRONG_TOPIC = (
    "malformed",
    "wrong-mac",
    "unknown-terminal",
    "wrong-topic",
)
_NUMBERS = 1 << 32  # epochs and sequence numbers have 32 bits in a journal
_PROTECTED = cbor.dumps({cose.ALGORITHM: cose.HMAC_256})


class Rejected(Exception):
    """A message that is quarantined: `reason` as above, `terminal` as it claims to be."""

    def __init__(self, reason: str, detail: str, terminal: str = "") -> None:
        super().__init__(detail)
        self.reason = reason
        self.terminal = terminal


@dataclass(frozen=True)
class Envelope:
    """A message whose MAC is not checked yet: `terminal` is only who it claims to be from."""

    terminal: str
    partition: str
    protected: bytes
    content: bytes
    tag: bytes


@dataclass(frozen=True)
class Batch:
    """A verified message: who, where to answer, what."""

    terminal: Terminal
    partition: str
    epoch: int
    urgent: bool
    records: list[bytes]
    nonce: bytes = b""  # the power-on that speaks
    since: int = 0  # the first number that it gave
    cumulative: int = 0  # it has receipts up to this one
    pin: bytes = field(default=b"", repr=False)  # of the intent asked about


def read(topic: str, payload: bytes) -> Envelope:
    """The envelope in `payload`; Rejected when it is none, or not from the terminal that `topic` names."""
    partition, name = _topic(topic)
    if len(payload) > MAX_PAYLOAD:
        raise Rejected(MALFORMED, "longer than a message may be", name)
    try:
        protected, kid, content, tag = cose.mac0_parts(payload)
        claimed = kid.decode("ascii")
    except ValueError as error:
        raise Rejected(MALFORMED, str(error), name) from error
    if not claimed.isprintable():
        raise Rejected(MALFORMED, "the key id is no terminal's", name)
    if claimed != name:
        raise Rejected(WRONG_TOPIC, f"published on the topic of {name}", claimed)
    return Envelope(claimed, partition, protected, content, tag)


def open_up(envelope: Envelope, terminal: Terminal) -> Batch:
    """The batch inside; Rejected when it does not verify under the key of `terminal`, or is malformed."""
    name = terminal.terminal
    expected = _mac(terminal, messages.AAD_UP, envelope.protected, envelope.content)
    if not hmac.compare_digest(expected, envelope.tag):
        raise Rejected(WRONG_MAC, "the MAC does not verify under the terminal's key", name)
    try:
        fields = _bounded(messages.parse_batch(envelope.content))
    except ValueError as error:
        raise Rejected(MALFORMED, str(error), name) from error
    if fields["terminal"] != name:
        raise Rejected(WRONG_TOPIC, f"the batch names {fields['terminal']}", name)
    power_on = fields["nonce"], fields["since"], fields["cumulative"], fields["pin"]
    urgent = bool(fields["urgent"])
    return Batch(terminal, envelope.partition, fields["epoch"], urgent, fields["records"], *power_on)


def _bounded(fields: dict) -> dict:
    """The fields of a batch; ValueError when one is more than a journal can hold, or than the host will do."""
    if fields["epoch"] == 0 or max(fields["epoch"], fields["since"], fields["cumulative"]) >= _NUMBERS:
        raise ValueError("a number is out of range")
    if len(fields["records"]) > MOST_RECORDS:
        raise ValueError("more records than a batch may have")
    return fields


def seal_down(terminal: Terminal, content: bytes) -> bytes:
    """A host message under the terminal's MAC key."""
    tag = _mac(terminal, messages.AAD_DOWN, _PROTECTED, content)
    return cbor.dumps([_PROTECTED, {cose.KID: terminal.terminal.encode()}, content, tag])


def _mac(terminal: Terminal, aad: bytes, protected: bytes, content: bytes) -> bytes:
    """HMAC over the MAC_structure of RFC 9052 section 6.3."""
    structure = bytearray(b"\x84\x64MAC0")
    for part in (protected, aad, content):
        put_head(structure, 2, len(part))
        structure += part
    return hmac.digest(terminal.mac_key, structure, "sha256")


def _topic(topic: str) -> tuple[str, str]:
    parts = topic.split("/")
    if len(parts) != 5 or parts[:2] != ["suanpan", "1"] or parts[4] != "up":
        raise Rejected(WRONG_TOPIC, "not a terminal's topic")
    return parts[2], parts[3]
