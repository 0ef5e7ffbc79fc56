# SPDX-License-Identifier: MIT
"""Issuer scripts: commands that the host sends to the card (EMV Book 3 section 10.10, Book 4 section 6.3.9)."""

from pos.cards import apdu, tlv
from pos.cards.errors import CardError, CardRemoved
from pos.compat import const

BEFORE = const(0x71)  # tag: the second GENERATE AC
AFTER = const(0x72)
_FAILED_BEFORE = const(0x20)  # TVR byte 5
FAILED_AFTER = const(0x10)
_PERFORMED = const(0x04)  # TSI byte 1
_NOT_DONE = const(0x00)  # result, high half of its first byte
_FAILED = const(0x10)
_DONE = const(0x20)
_MOST_SCRIPTS = const(4)
_MOST_COMMANDS = const(15)
_ID = const(0x9F18)
_COMMAND = const(0x86)


def templates(received, tag):
    """Bodies of the script templates with `tag` in what the host sent; ValueError when malformed."""
    return [received[at : at + length] for found, at, length in tlv.parse(received) if found == tag]


async def run(card, data, received, tag):
    """Run the scripts of one kind; `data.script_results` (9F5B) gets five bytes for each."""
    try:
        bodies = templates(received, tag)[:_MOST_SCRIPTS]
    except ValueError:
        bodies = [b"\xff"]
    if not bodies:
        return
    for body in bodies:
        result = await _script(card, body)
        if result[0] & 0xF0 != _DONE:
            data.tvr[4] |= _FAILED_BEFORE if tag == BEFORE else FAILED_AFTER
        data.script_results += result
    data.tsi[0] |= _PERFORMED


async def _script(card, body):
    """Result and number of the command that failed, then the script's identifier."""
    try:
        objects = tlv.parse(body)
        tlv.check(body)  # through its templates, too
    except ValueError:
        return bytes((_NOT_DONE, 0, 0, 0, 0))
    commands = [body[at : at + length] for tag, at, length in objects if tag == _COMMAND]
    identifier = (tlv.value(body, _ID) or b"")[:4]
    identifier += bytes(4 - len(identifier))
    if not commands or len(commands) > _MOST_COMMANDS or any([not 4 <= len(one) <= 261 for one in commands]):
        return bytes((_NOT_DONE,)) + identifier
    for number, command in enumerate(commands, 1):
        if not await _accepted(card, command):
            return bytes((_FAILED | number,)) + identifier
    return bytes((_DONE,)) + identifier


async def _accepted(card, command):
    """Success and warnings let the script go on; a card that is gone ends it as a failure too."""
    try:
        response = await apdu.exchange(card, command)
    except CardRemoved:
        raise
    except CardError:
        return False
    return response.sw >> 8 in (0x90, 0x62, 0x63)
