# SPDX-License-Identifier: MIT
"""Commands and answers of cards (ISO/IEC 7816-4 section 5, EMV Book 1 section 9.3, Book 3 section 6).

A card is any object with `waiting_time_ms` and `async transmit(command) -> answer`, which may raise CardRemoved.
"""

import asyncio

from pos.cards import tlv
from pos.cards.errors import CardError, CardSilent
from pos.compat import const, wait_for_ms

_GRACE_MS = const(500)  # for the reader, beyond the card's waiting time
_MOST_COMMANDS = const(8)  # that one exchange may take, GET RESPONSE and repetitions included
_LONGEST = const(256)  # bytes of answer: EMV Book 1 section 9.4.2
_GET_RESPONSE = b"\x00\xc0\x00\x00"

OK = const(0x9000)
BLOCKED = const(0x6A81)  # the card, or SELECT itself, is not to be used
INVALIDATED = const(0x6283)  # the application is not to be used
CONDITIONS = const(0x6985)  # of use, not satisfied
NO_RECORD = const(0x6A83)


class Response:
    """Status word and data of an answer; no text of it shows the data."""

    def __init__(self, sw, data):
        self.sw, self.data = sw, data


def command(cla, ins, p1, p2, data=b"", le=None):
    """Cases 1 to 4 of ISO/IEC 7816-4 section 5.1, short form; le 0 asks for all."""
    if len(data) > 255:
        raise CardError("malformed")
    body = bytes((len(data),)) + bytes(data) if data else b""
    return bytes((cla, ins, p1, p2)) + body + (b"" if le is None else bytes((le,)))


def _with_le(sent, le):
    """The same command asking for `le` bytes."""
    end = 5 + sent[4] if len(sent) > 5 else 4
    return sent[:end] + bytes((le,))


async def _transmit(card, sent):
    try:
        answer = await wait_for_ms(card.transmit(sent), card.waiting_time_ms + _GRACE_MS)
    except asyncio.TimeoutError:
        raise CardSilent() from None
    if len(answer) < 2:
        raise CardError("malformed")
    return answer


async def exchange_once(card, sent):
    """Status word of a command that holds a secret: it is not sent again, and no copy of it is made here."""
    answer = await _transmit(card, sent)
    return answer[-2] << 8 | answer[-1]


async def exchange(card, sent):
    """Response to one command, whatever the card makes of it by 61xx and 6Cxx.

    Raises CardRemoved, CardSilent, or CardError when the answer is too long or has no end.
    """
    data = b""
    for _ in range(_MOST_COMMANDS):
        answer = await _transmit(card, sent)
        sw1, sw2 = answer[-2], answer[-1]
        data += bytes(answer[:-2])
        if len(data) > _LONGEST:
            raise CardError("malformed")
        if sw1 == 0x61:
            sent = _GET_RESPONSE + bytes((sw2,))
        elif sw1 == 0x6C:
            sent = _with_le(sent, sw2)
        else:
            return Response(sw1 << 8 | sw2, data)
    raise CardError("endless")


async def get_data(card, tag, length):
    """Value of `length` bytes by GET DATA (Book 3 section 6.5.7); None when the card does not tell."""
    response = await exchange(card, command(0x80, 0xCA, tag >> 8, tag & 0xFF, b"", 0))
    head = tlv.head(tag, length)
    if response.sw != OK or response.data[: len(head)] != head or len(response.data) != len(head) + length:
        return None
    return response.data[len(head) :]


def read_record(sfi, number):
    """READ RECORD: Book 3 section 6.5.11."""
    return command(0x00, 0xB2, number, sfi << 3 | 4, b"", 0)


def template(data, *tags):
    """`data` when it is one object with one of `tags`, well-formed through all templates; else CardError."""
    try:
        objects = tlv.parse(data)
        tlv.check(data)
    except ValueError:
        raise CardError("malformed") from None
    if len(objects) != 1 or objects[0][0] not in tags:
        raise CardError("malformed")
    return data
