# SPDX-License-Identifier: MIT
"""What crosses MQTT between terminal and host, once, for both (docs/messages.md).

Every payload is a COSE_Mac0 (RFC 9052 section 6.2) under the terminal's MAC key; kid is the terminal id.
"""

from pos.codec import cbor

VERSION = 1
RECEIPT, ANSWER, REFUSAL = 1, 2, 3
AAD_UP, AAD_DOWN = b"up", b"down"


def up_topic(partition, terminal):
    return "suanpan/1/%s/%s/up" % (partition, terminal)


def down_topic(partition, terminal):
    return "suanpan/1/%s/%s/down" % (partition, terminal)


def batch(terminal, epoch, records, urgent=False):
    """Payload of records from terminal to host; `urgent` asks for a decision now."""
    return cbor.dumps([VERSION, terminal, epoch, 1 if urgent else 0, list(records)])


def receipt(terminal, epoch, cumulative, ranges, time_s):
    """The host has committed every seq up to `cumulative` and each (low, high) of `ranges`."""
    return cbor.dumps([VERSION, RECEIPT, terminal, epoch, cumulative, [list(r) for r in ranges], time_s])


def answer(terminal, epoch, seq, code, auth_code="", reference="", amount=0, time_s=0):
    """The issuer's decision on the intent (terminal, epoch, seq); code as ISO 8583 data element 39."""
    return cbor.dumps([VERSION, ANSWER, terminal, epoch, seq, code, auth_code, reference, amount, time_s])


def refusal(terminal, epoch, code, text):
    """The host does not take this terminal's records now, and says why."""
    return cbor.dumps([VERSION, REFUSAL, terminal, epoch, code, text])


_DOWN = {
    RECEIPT: ("terminal", "epoch", "cumulative", "ranges", "time_s"),
    ANSWER: ("terminal", "epoch", "seq", "code", "auth_code", "reference", "amount", "time_s"),
    REFUSAL: ("terminal", "epoch", "code", "text"),
}
_TEXT = ("terminal", "code", "auth_code", "reference", "text")


def _fields(names, values):
    if len(values) != len(names):
        raise ValueError("message has %d fields, not %d" % (len(values), len(names)))
    for name, value in zip(names, values):
        expected = str if name in _TEXT else list if name in ("ranges", "records") else int
        if not isinstance(value, expected) or isinstance(value, bool):
            raise ValueError("field %s has the wrong type" % name)
    return dict(zip(names, values))


def parse_batch(payload):
    """Batch as a dict: terminal, epoch, urgent, records (list of bytes). ValueError when malformed."""
    message = cbor.loads(payload)
    if not isinstance(message, list) or not message or message[0] != VERSION:
        raise ValueError("not a batch of version %d" % VERSION)
    fields = _fields(("terminal", "epoch", "urgent", "records"), message[1:])
    if not all(isinstance(record, bytes) for record in fields["records"]):
        raise ValueError("a record is not a byte string")
    return fields


def parse_down(payload):
    """Host message as a dict with `type` RECEIPT, ANSWER or REFUSAL. ValueError when malformed."""
    message = cbor.loads(payload)
    if not isinstance(message, list) or len(message) < 2 or message[0] != VERSION:
        raise ValueError("not a host message of version %d" % VERSION)
    if message[1] not in _DOWN:
        raise ValueError("unknown host message")
    fields = _fields(_DOWN[message[1]], message[2:])
    fields["type"] = message[1]
    return fields
