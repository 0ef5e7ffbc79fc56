# SPDX-License-Identifier: MIT
"""After the host's answer: issuer authentication, scripts, second GENERATE AC (EMV Book 3 sections 10.9 to 10.11)."""

from collections import namedtuple

from pos.cards import action, apdu
from pos.cards.errors import CardError
from pos.cards.generate_ac import CDOL2, generate
from pos.compat import const

_RESPONSE_CODE = const(0x8A)  # tags
_ISSUER_DATA = const(0x91)
_AIP = const(0x82)
_EXTERNAL = const(0x04)  # AIP byte 1: the card takes EXTERNAL AUTHENTICATE
_FAILED = const(0x40)  # TVR byte 5
_PERFORMED = const(0x10)  # TSI byte 1

# code: response code "00"; issuer_data: tag 91 or b""; scripts: templates 71 and 72 or b"".
HostAnswer = namedtuple("HostAnswer", "approved code issuer_data scripts")


async def complete(card, data, key, answer):
    """True when the card approves too. `key` is the card's for CDA. `answer` None: the host could not be reached."""
    if answer is None:
        return await _offline(card, data, key)
    data.put(_RESPONSE_CODE, answer.code.encode())
    if answer.issuer_data:
        await _authenticate_issuer(card, data, answer.issuer_data)
    if answer.scripts:
        await _scripts_before(card, data, answer.scripts)
    kind = await generate(card, data, key, action.TC if answer.approved else action.AAC, CDOL2)
    if answer.scripts:
        await _scripts_after(card, data, answer.scripts)
    return kind == action.TC and data.genuine


async def refuse(card, data, key):
    """End it without the host."""
    data.put(_RESPONSE_CODE, b"Z1")
    await generate(card, data, key, action.AAC, CDOL2)


async def _offline(card, data, key):
    asked = action.analyse_default(data)
    data.put(_RESPONSE_CODE, b"Y3" if asked == action.TC else b"Z3")
    return await generate(card, data, key, asked, CDOL2) == action.TC and data.genuine


async def _authenticate_issuer(card, data, issuer_data):
    """EXTERNAL AUTHENTICATE where the card takes it; else the CDOL2 carries tag 91."""
    if not 8 <= len(issuer_data) <= 16:
        data.tvr[4] |= _FAILED
        return
    data.put(_ISSUER_DATA, issuer_data)
    if data.get(_AIP)[0] & _EXTERNAL:
        response = await apdu.exchange(card, apdu.command(0x00, 0x82, 0, 0, issuer_data))
        data.tsi[0] |= _PERFORMED
        if response.sw != apdu.OK:
            data.tvr[4] |= _FAILED


async def _scripts_before(card, data, received):
    from pos.cards import scripts

    await scripts.run(card, data, received, scripts.BEFORE)


async def _scripts_after(card, data, received):
    """The decision stands; a card pulled now only misses its scripts, and the results say so."""
    from pos.cards import scripts

    try:
        await scripts.run(card, data, received, scripts.AFTER)
    except CardError:
        data.tvr[4] |= scripts.FAILED_AFTER
