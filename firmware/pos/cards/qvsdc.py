# SPDX-License-Identifier: MIT
"""qPBOC and qVSDC: one command decides, signature and records follow (EMV Contactless Books C-3 and C-7, JR/T 0025.12).

The TVR stays as the card was told it in the PDOL: all zeros.
"""

from binascii import unhexlify

from pos.cards import apdu, chip_details, dol, initiate, outcome, qualifiers, records, restrictions, tlv
from pos.cards.action import ARQC, TC
from pos.cards.errors import CardError
from pos.compat import const

_PDOL = const(0x9F38)  # tags
_AIP = const(0x82)
_AFL = const(0x94)
_ATC = const(0x9F36)
_CRYPTOGRAM = const(0x9F26)
_ISSUER_DATA = const(0x9F10)
_CID = const(0x9F27)
_TRACK2 = const(0x57)
_PAN = const(0x5A)
_SEQUENCE = const(0x5F34)
_EXPIRY = const(0x5F24)
_RESPONSE_CODE = const(0x8A)
_FORMAT2 = const(0x77)
_KIND = const(0xC0)  # of the cryptogram information data
_EXPIRED = const(0x40)  # TVR byte 2
_NOT_ALLOWED = const(0x10)
_TRY_CONTACT = const(0x6984)  # status words
_SEE_PHONE = const(0x6986)
_FIELDS = (
    (_AIP, 2, 2, True),
    (_ATC, 2, 2, True),
    (_CRYPTOGRAM, 8, 8, True),
    (_ISSUER_DATA, 5, 32, True),
    (_AFL, 4, 252, False),
    (_CID, 1, 1, False),
    (_TRACK2, 8, 19, False),
    (_SEQUENCE, 1, 1, False),
    (qualifiers.SIGNED, 1, 248, False),
    (qualifiers.CARD_DATA, 1, 16, False),
    (qualifiers.CTQ, 2, 2, False),
)
# What may have come with a record instead.
_READ = ((_TRACK2, 8, 19, True), (qualifiers.CARD_DATA, 1, 16, False), (qualifiers.CTQ, 2, 2, False))


async def run(card, data, terminal, show):
    """Outcome of the selected application."""
    pdol = data.get(_PDOL)
    if pdol is None or not dol.names(pdol, qualifiers.TTQ):
        return outcome.select_next("missing data")
    response = await initiate.ask_options(card, data)
    if response.sw != apdu.OK:
        return _refused(response.sw)
    answer = apdu.template(response.data, _FORMAT2)
    data.take(_FIELDS, lambda tag: tlv.value(answer, tag))
    await _read(card, data)
    show(outcome.CARD_READ)
    return decided(data, terminal)


def _refused(sw):
    if sw == _SEE_PHONE:
        return outcome.tap_again("see phone", outcome.SEE_PHONE)
    if sw == _TRY_CONTACT:
        return outcome.other_way("refused")
    return outcome.select_next("refused") if sw == apdu.CONDITIONS else outcome.ended("refused")


async def _read(card, data):
    """The records, if there are any; then what must be there by now."""
    afl = data.get(_AFL)
    if afl is not None:
        if len(afl) % 4:
            raise CardError("malformed")
        await records.collect(card, data)
    data.take(_READ, data.get)
    _account(data)
    records.check(data)


def _account(data):
    """Account number and expiry date out of track 2 where no record has them."""
    try:
        track = chip_details.parsed(data.get(_TRACK2))
    except ValueError:
        raise CardError("malformed") from None
    if data.get(_PAN) is None:
        data.put(_PAN, unhexlify(track.pan + "F" * (len(track.pan) & 1)))
    if data.get(_EXPIRY) is None:
        data.put(_EXPIRY, unhexlify(track.expiry + "31"))  # good to the end of its month


def _cryptogram_kind(data):
    """AAC, TC or ARQC: the card's information 9F27, else its verification results in 9F10 (Book C-3 section 5.3)."""
    information = data.get(_CID)
    kind = information[0] & _KIND if information else (data.get(_ISSUER_DATA)[4] & 0x30) << 2
    data.put(_CID, information or bytes((kind,)))
    return kind


def decided(data, terminal):
    """Outcome of what was read: Book C-3 sections 5.4 to 5.8."""
    kind = _cryptogram_kind(data)
    if data.refunds:
        return outcome.approved(outcome.NO_CVM)
    if kind not in (TC, ARQC):
        data.put(_RESPONSE_CODE, b"Z1")
        return outcome.declined()
    cvm = qualifiers.verification(data, kind == TC)
    if cvm is None:
        return outcome.declined("cardholder")
    if kind == ARQC:
        return _online(data, terminal, cvm)
    return _offline(data, terminal, cvm)


def _online(data, terminal, cvm):
    if terminal.online:
        return outcome.online(cvm)
    data.put(_RESPONSE_CODE, b"Z3")
    return outcome.declined("offline")


def _offline(data, terminal, cvm):
    """The card approves: the reader must agree, or asks the host where the card allows that."""
    ctq, found = data.get(qualifiers.CTQ) or b"\0\0", _restrictions(data)
    if found & _NOT_ALLOWED or data.get(qualifiers.TTQ)[1] & qualifiers.ONLINE_NEEDED:
        return outcome.declined()
    if not _genuine(data, terminal):
        if ctq[0] & qualifiers.INSERT_IF_NOT_GENUINE and not ctq[0] & qualifiers.ONLINE_IF_NOT_GENUINE:
            return outcome.other_way("not genuine", outcome.INSERT)
        allowed = ctq[0] & qualifiers.ONLINE_IF_NOT_GENUINE
        return _online(data, terminal, cvm) if allowed else outcome.declined("not genuine")
    if found & _EXPIRED:
        allowed = ctq[0] & qualifiers.ONLINE_IF_EXPIRED
        return _online(data, terminal, cvm) if allowed else outcome.declined("expired")
    if cvm == outcome.ONLINE_PIN:
        return _online(data, terminal, cvm)
    data.put(_RESPONSE_CODE, b"Y1")
    return outcome.approved(cvm)


def _genuine(data, terminal):
    from pos.cards import fdda  # certificates and RSA: most payments go online without

    return fdda.genuine(data, terminal.ca_key)


def _restrictions(data):
    """Byte 2 of a TVR that is not sent."""
    restrictions.check(data)
    found, data.tvr[1] = data.tvr[1], 0
    return found
