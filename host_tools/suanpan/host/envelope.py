# SPDX-License-Identifier: MIT
"""Opens what a terminal published and seals what the host answers: COSE_Mac0 (RFC 9052 section 6.2) by `cwt`.

Everything a hostile sender can do ends in Rejected with a reason; nothing is trusted before its MAC.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from cwt import COSE, COSEKey
from cwt.exceptions import CWTError

from pos.codec import cose, messages
from suanpan.host.terminals import Terminal

MAX_PAYLOAD = 256 * 1024
MALFORMED, WRONG_MAC, UNKNOWN_TERMINAL, WRONG_TOPIC = (
    "malformed",
    "wrong-mac",
    "unknown-terminal",
    "wrong-topic",
)
_MAC0_TAG = 0xD1  # CBOR tag 17; terminals may leave it out (RFC 9052 section 2)


class Rejected(Exception):
    """A message that is quarantined: `reason` as above, `terminal` as it claims to be."""

    def __init__(self, reason: str, detail: str, terminal: str = "") -> None:
        super().__init__(detail)
        self.reason = reason
        self.terminal = terminal


@dataclass(frozen=True)
class Batch:
    """A verified message: who, where to answer, what."""

    terminal: Terminal
    partition: str
    epoch: int
    urgent: bool
    records: list[bytes]


def open_up(topic: str, payload: bytes, find: Callable[[str], Terminal | None]) -> Batch:
    """The batch in `payload`; Rejected when it is not one from the terminal that `topic` names."""
    partition, name = _topic(topic)
    try:
        claimed = cose.mac0_kid(payload[:MAX_PAYLOAD]).decode("ascii") if len(payload) <= MAX_PAYLOAD else ""
    except ValueError as error:
        raise Rejected(MALFORMED, str(error), name) from error
    if not claimed:
        raise Rejected(MALFORMED, "no key id, or longer than a message may be", name)
    if claimed != name:
        raise Rejected(WRONG_TOPIC, f"published on the topic of {name}", claimed)
    terminal = find(claimed)
    if terminal is None:
        raise Rejected(UNKNOWN_TERMINAL, "not registered", claimed)
    fields = _verified(terminal, payload)
    return Batch(terminal, partition, fields["epoch"], bool(fields["urgent"]), fields["records"])


def seal_down(terminal: Terminal, payload: bytes) -> bytes:
    """A host message under the terminal's MAC key."""
    key = _cose_key(terminal.mac_key, terminal.terminal)
    protected, unprotected = {1: 5}, {4: terminal.terminal.encode()}
    return COSE.new().encode(payload, key, protected, unprotected, external_aad=messages.AAD_DOWN)


def _verified(terminal: Terminal, payload: bytes) -> dict:
    tagged = payload if payload[0] == _MAC0_TAG else bytes((_MAC0_TAG,)) + payload
    try:
        key = _cose_key(terminal.mac_key, terminal.terminal)
        content = COSE.new().decode(tagged, key, external_aad=messages.AAD_UP)
    except (CWTError, ValueError, TypeError) as error:
        raise Rejected(
            WRONG_MAC, "the MAC does not verify under the terminal's key", terminal.terminal
        ) from error
    try:
        fields = messages.parse_batch(content)
    except ValueError as error:
        raise Rejected(MALFORMED, str(error), terminal.terminal) from error
    if fields["terminal"] != terminal.terminal:
        raise Rejected(WRONG_TOPIC, f"the batch names {fields['terminal']}", terminal.terminal)
    return fields


def _topic(topic: str) -> tuple[str, str]:
    parts = topic.split("/")
    if len(parts) != 5 or parts[:2] != ["suanpan", "1"] or parts[4] != "up":
        raise Rejected(WRONG_TOPIC, "not a terminal's topic")
    return parts[2], parts[3]


@lru_cache(maxsize=10_000)
def _cose_key(mac_key: bytes, terminal: str):
    return COSEKey.from_symmetric_key(mac_key, alg="HS256", kid=terminal)
