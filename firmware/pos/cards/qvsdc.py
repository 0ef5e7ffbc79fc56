# SPDX-License-Identifier: MIT
"""qPBOC and qVSDC: one command decides, signature and records follow (EMV Contactless Books C-3 and C-7, JR/T 0025.12).

The TVR stays as the card was told it in the PDOL: all zeros.
"""

from binascii import hexlify, unhexlify

from pos.cards import apdu, dol, fdda, initiate, outcome, qualifiers, records, restrictions, tlv
from pos.cards.action import ARQC, TC
from pos.cards.errors import CardError
from pos.compat import const

_KIND = const(0xC0)  # of the cryptogram information data
_EXPIRED, _NOT_ALLOWED = const(0x40), const(0x10)  # TVR byte 2
_TRY_CONTACT, _SEE_PHONE = const(0x6984), const(0x6986)
_FIELDS = (
    (0x82, 2, 2, True),
    (0x9F36, 2, 2, True),
    (0x9F26, 8, 8, True),
    (0x9F10, 5, 32, True),
    (0x94, 4, 252, False),
    (0x9F27, 1, 1, False),
    (0x57, 8, 19, False),
    (0x5F34, 1, 1, False),
    (0x9F4B, 1, 248, False),
    (0x9F69, 1, 16, False),
    (0x9F6C, 2, 2, False),
)


async def run(card, data, terminal, show):
    """Outcome of the selected application."""
    pdol = data.get(0x9F38)
    if pdol is None or not dol.names(pdol, qualifiers.TTQ):
        return outcome.select_next("missing data")
    response = await initiate.ask_options(card, data)
    if response.sw != apdu.OK:
        return _refused(response.sw)
    answer = apdu.template(response.data, 0x77)
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
    afl = data.get(0x94)
    if afl is not None:
        if len(afl) % 4:
            raise CardError("malformed")
        await records.read(card, data, ())
    data.take(((0x57, 8, 19, True), (0x9F69, 1, 16, False), (qualifiers.CTQ, 2, 2, False)), data.get)
    _account(data)


def _account(data):
    """Account number and expiry date out of track 2 where no record has them; two numbers that differ are none."""
    track = hexlify(data.get(0x57)).decode()
    pan, _, rest = track.partition("d")
    if not (8 <= len(pan) <= 19 and pan.isdigit() and len(rest) >= 7 and rest[:7].isdigit()):
        raise CardError("malformed")
    packed = unhexlify(pan + "f" * (len(pan) & 1))
    if data.get(0x5A) is None:
        data.put(0x5A, packed)
    elif hexlify(data.get(0x5A)).decode().rstrip("f") != pan:
        raise CardError("malformed")
    if data.get(0x5F24) is None:
        data.put(0x5F24, unhexlify(rest[:4] + "31"))  # good to the end of its month


def _cryptogram_kind(data):
    """AAC, TC or ARQC: the card's information 9F27, else its verification results in 9F10 (Book C-3 section 5.3)."""
    information = data.get(0x9F27)
    kind = information[0] & _KIND if information else (data.get(0x9F10)[4] & 0x30) << 2
    data.put(0x9F27, information or bytes((kind,)))
    return kind


def decided(data, terminal):
    """Outcome of what was read: Book C-3 sections 5.4 to 5.8."""
    kind = _cryptogram_kind(data)
    if kind not in (TC, ARQC):
        data.put(0x8A, b"Z1")
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
    data.put(0x8A, b"Z3")
    return outcome.declined("offline")


def _offline(data, terminal, cvm):
    """The card approves: the reader must agree, or asks the host where the card allows that."""
    ctq, found = data.get(qualifiers.CTQ) or b"\0\0", _restrictions(data)
    if found & _NOT_ALLOWED or data.get(qualifiers.TTQ)[1] & qualifiers.ONLINE_NEEDED:
        return outcome.declined()
    if not fdda.genuine(data, terminal.ca_key):
        if ctq[0] & qualifiers.INSERT_IF_NOT_GENUINE and not ctq[0] & qualifiers.ONLINE_IF_NOT_GENUINE:
            return outcome.other_way("not genuine", outcome.INSERT)
        allowed = ctq[0] & qualifiers.ONLINE_IF_NOT_GENUINE
        return _online(data, terminal, cvm) if allowed else outcome.declined("not genuine")
    if found & _EXPIRED:
        allowed = ctq[0] & qualifiers.ONLINE_IF_EXPIRED
        return _online(data, terminal, cvm) if allowed else outcome.declined("expired")
    if cvm == outcome.ONLINE_PIN:
        return _online(data, terminal, cvm)
    data.put(0x8A, b"Y1")
    return outcome.approved(cvm)


def _restrictions(data):
    """Byte 2 of a TVR that is not sent."""
    restrictions.check(data)
    found, data.tvr[1] = data.tvr[1], 0
    return found
