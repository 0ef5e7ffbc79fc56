# SPDX-License-Identifier: MIT
"""Final selection and initiation of the application (EMV Book 1 section 12.4, Book 3 sections 6.5.8 and 10.1)."""

from pos.cards import apdu, candidates, dol, tlv
from pos.cards.errors import CardError
from pos.compat import const

_DF_NAME = const(0x84)  # tags
_AID = const(0x9F06)
_VERSION = const(0x9F09)
_FLOOR_LIMIT = const(0x9F1B)
_CVM_RESULTS = const(0x9F34)
_PDOL = const(0x9F38)
_COMMAND_TEMPLATE = const(0x83)
_AIP = const(0x82)
_AFL = const(0x94)
_FORMAT1 = const(0x80)
_FORMAT2 = const(0x77)
# Kept of the FCI: label, priority, PDOL, languages, issuer code table, preferred name.
_OF_FCI = (0x50, 0x87, _PDOL, 0x5F2D, 0x9F11, 0x9F12)


async def start(card, data, candidate, row):
    """Select and initiate an application; "" or why the card does not let it be: blocked, refused.

    `row`: the terminal's parameters for it.
    """
    refusal = await select(card, data, candidate, row)
    if refusal:
        return refusal
    response = await ask_options(card, data)
    if response.sw == apdu.CONDITIONS:
        return "refused"
    if response.sw != apdu.OK:
        raise CardError("refused")
    take_options(data, response.data)
    return ""


async def select(card, data, candidate, row):
    """Select an application for good; "" or why it cannot be."""
    response = await apdu.exchange(card, candidates.select(candidate.aid))
    if response.sw != apdu.OK:
        return "blocked" if response.sw == apdu.INVALIDATED else "refused"
    _keep(data, candidate, row, candidates.file_control(response))
    return ""


def _keep(data, candidate, row, fci):
    """What the FCI says of the application chosen for good."""
    if tlv.value(fci, _DF_NAME) != candidate.aid:
        raise CardError("malformed")
    _terminal_side(data, row)
    data.put(_DF_NAME, candidate.aid)
    data.put(_AID, candidate.aid)
    for tag in _OF_FCI:
        value = tlv.value(fci, tag)
        if value is not None:
            data.put(tag, value)


def _terminal_side(data, application):
    """Parameters of the chosen application that the card may ask for."""
    data.application = application
    data.put(_VERSION, application.version)
    data.put(_FLOOR_LIMIT, min(application.floor_limit, 0xFFFFFFFF).to_bytes(4, "big"))
    data.put(_CVM_RESULTS, b"\x3f\0\0")


async def ask_options(card, data):
    """Response to GET PROCESSING OPTIONS with what the PDOL asks for."""
    pdol = data.get(_PDOL)
    values = dol.build(pdol, data) if pdol else b""
    data.told = [values]
    sent = apdu.command(0x80, 0xA8, 0, 0, tlv.build((_COMMAND_TEMPLATE, values)), 0)
    return await apdu.exchange(card, sent)


def take_options(data, answer):
    """AIP and AFL into the data; CardError when they are none."""
    aip, afl = _options(answer)
    if len(aip) != 2 or not afl or len(afl) % 4:
        raise CardError("malformed")
    data.put(_AIP, aip)
    data.put(_AFL, afl)


def _options(answer):
    """(AIP, AFL) of format 1 (80) or format 2 (77)."""
    found = apdu.template(answer, _FORMAT1, _FORMAT2)
    if found[0] == _FORMAT1:
        value = tlv.value(found, _FORMAT1)
        return value[:2], value[2:]
    return tlv.value(found, _AIP) or b"", tlv.value(found, _AFL) or b""
