# SPDX-License-Identifier: MIT
"""What crosses MQTT between terminal and host, once, for both (docs/records.md).

Every payload is a COSE_Mac0 (RFC 9052 section 6.2) under the terminal's MAC key; kid is the terminal id.
`nonce` is the power-on that speaks or is spoken to: what was said to an earlier one counts no more.
"""

from pos.codec import cbor

VERSION = 1
RECEIPT, ANSWER, REFUSAL, DISPUTE = 1, 2, 3, 4
AAD_UP, AAD_DOWN = b"up", b"down"
NONCE_SIZE = 8
ICC_SIZE = 255  # of ISO 8583 data element 55
PIN_SIZE = 28  # key serial number and PIN block


def up_topic(partition, terminal):
    return "suanpan/1/%s/%s/up" % (partition, terminal)


def down_topic(partition, terminal):
    return "suanpan/1/%s/%s/down" % (partition, terminal)


def batch(terminal, epoch, records, urgent=False, nonce=b"", since=0, cumulative=0, pin=b""):
    """Payload of records from terminal to host; `urgent` asks for a decision now.

    The power-on `nonce` has given the numbers from `since` on, and has receipts up to `cumulative`. `pin`, of
    the intent asked about, stands in no record: KSN and PIN block (ISO 9564-1 format 4 under AES DUKPT), or b"".
    """
    ask = 1 if urgent else 0
    return cbor.dumps([VERSION, terminal, epoch, ask, list(records), nonce, since, cumulative, pin])


def receipt(terminal, epoch, cumulative, ranges, time_s, nonce=b""):
    """The host has committed every seq up to `cumulative` and each (low, high) of `ranges`."""
    pairs = [list(pair) for pair in ranges]
    return cbor.dumps([VERSION, RECEIPT, terminal, epoch, cumulative, pairs, time_s, nonce])


def answer(terminal, epoch, seq, code, auth_code="", reference="", amount=0, time_s=0, nonce=b"", icc=b""):
    """The issuer's decision on the intent (terminal, epoch, seq); code and icc as ISO 8583 data elements 39 and 55."""
    decided = [code, auth_code, reference, amount, time_s, nonce, icc]
    return cbor.dumps([VERSION, ANSWER, terminal, epoch, seq] + decided)


def refusal(terminal, epoch, code, text, nonce=b""):
    """The host does not take this terminal's records now, and says why."""
    return cbor.dumps([VERSION, REFUSAL, terminal, epoch, code, text, nonce])


def dispute(terminal, epoch, ranges, next_epoch, counters, time_s, nonce=b""):
    """The host's books follow another device in `epoch`: it keeps `ranges` aside, the terminal goes on in `next_epoch`.

    counters: (trace, batch, voucher) as the books last saw them.
    """
    pairs = [list(pair) for pair in ranges]
    return cbor.dumps(
        [VERSION, DISPUTE, terminal, epoch, pairs, next_epoch] + list(counters) + [time_s, nonce]
    )


_DOWN = {
    RECEIPT: ("terminal", "epoch", "cumulative", "ranges", "time_s", "nonce"),
    ANSWER: (
        "terminal",
        "epoch",
        "seq",
        "code",
        "auth_code",
        "reference",
        "amount",
        "time_s",
        "nonce",
        "icc",
    ),
    REFUSAL: ("terminal", "epoch", "code", "text", "nonce"),
    DISPUTE: ("terminal", "epoch", "ranges", "next_epoch", "trace", "batch", "voucher", "time_s", "nonce"),
}
_BYTES = {"nonce": NONCE_SIZE, "icc": ICC_SIZE, "pin": PIN_SIZE}
_TEXT = ("terminal", "code", "auth_code", "reference", "text")


def _check(name, value):
    """ValueError unless `value` is what field `name` holds: text, a list, or a number that is not negative."""
    if name in _TEXT:
        right = isinstance(value, str)
    elif name in _BYTES:
        right = isinstance(value, bytes) and len(value) <= _BYTES[name]
    elif name == "records":
        right = isinstance(value, list) and all([isinstance(record, bytes) for record in value])
    elif name == "ranges":
        right = isinstance(value, list) and all([_is_range(pair) for pair in value])
    else:
        right = type(value) is int and value >= 0
    if not right:
        raise ValueError("message field %s is not as it should be" % name)


def _is_range(pair):
    return (
        isinstance(pair, list)
        and len(pair) == 2
        and type(pair[0]) is int
        and type(pair[1]) is int
        and 0 < pair[0] <= pair[1]
    )


def _fits(answer):
    """Can the `outcome` record hold what the host decided?"""
    widths = ("code", 2), ("auth_code", 6), ("reference", 12)
    return all([len(answer[name].encode()) <= size and "\0" not in answer[name] for name, size in widths])


def _fields(names, values):
    if len(values) != len(names):
        raise ValueError("message has %d fields, not %d" % (len(values), len(names)))
    for name, value in zip(names, values):
        _check(name, value)
    return dict(zip(names, values))


def _members(payload):
    """Members of a message of this version, behind the version. ValueError when it is none."""
    message = cbor.loads(payload)
    if not isinstance(message, list) or not message or type(message[0]) is not int or message[0] != VERSION:
        raise ValueError("not a message of version %d" % VERSION)
    return message[1:]


def parse_batch(payload):
    """Batch as a dict by the names that `batch` has; records as list of bytes. ValueError when malformed."""
    names = ("terminal", "epoch", "urgent", "records", "nonce", "since", "cumulative", "pin")
    return _fields(names, _members(payload))


def parse_down(payload):
    """Host message as a dict with `type` RECEIPT, ANSWER, REFUSAL or DISPUTE. ValueError when malformed."""
    members = _members(payload)
    if not members or type(members[0]) is not int or members[0] not in _DOWN:
        raise ValueError("unknown host message")
    fields = _fields(_DOWN[members[0]], members[1:])
    if members[0] == ANSWER and not _fits(fields):
        raise ValueError("answer does not fit the outcome record")
    fields["type"] = members[0]
    return fields
