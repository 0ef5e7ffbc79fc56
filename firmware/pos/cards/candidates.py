# SPDX-License-Identifier: MIT
"""Candidate list: which applications card and terminal share (EMV Book 1 section 12.3)."""

from collections import namedtuple

from pos.cards import apdu, tlv
from pos.cards.chip_details import label
from pos.cards.errors import CardError
from pos.compat import const

_FCI = const(0x6F)  # tags
_DF_NAME = const(0x84)
_PROPRIETARY = const(0xA5)
_PRIORITY = const(0x87)
_PREFERRED_NAME = const(0x9F12)
_LABEL = const(0x50)
_RECORD = const(0x70)
_ADF_NAME = const(0x4F)
_ENTRY = const(0x61)
_SFI = const(0x88)
_PSE = b"1PAY.SYS.DDF01"
_MOST_RECORDS = const(16)  # of a directory
_MOST_OCCURRENCES = const(10)  # of applications whose names begin alike
_FIRST = const(0)
_NEXT = const(2)

Candidate = namedtuple(
    "Candidate", "aid label priority application"
)  # application: an Entry of applications.py


def select(name, occurrence=_FIRST):
    """SELECT by name: Book 1 section 11.3."""
    return apdu.command(0x00, 0xA4, 0x04, occurrence, name, 0)


def file_control(response):
    """The template 6F of a SELECT with its name 84 and its template A5; CardError when malformed."""
    fci = apdu.template(response.data, _FCI)
    name = tlv.value(fci, _DF_NAME)
    if name is None or not 5 <= len(name) <= 16 or not tlv.find(fci, _PROPRIETARY):
        raise CardError("malformed")
    return fci


def candidate_of(template, aid, application):
    """Priority 1 is the first, 0 none; its bit 8 asks for the cardholder's confirmation."""
    priority = tlv.value(template, _PRIORITY) or b"\0"
    name = label(tlv.value(template, _PREFERRED_NAME), tlv.value(template, _LABEL))
    return Candidate(aid, name, priority[0] if len(priority) == 1 else 0, application)


def _shared(aid, applications):
    """The terminal's application for an AID of the card."""
    for application in applications:
        if aid == application.aid or application.partial and aid.startswith(application.aid):
            return application
    return None


def _add(found, candidate):
    if not any([known.aid == candidate.aid for known in found]):
        found.append(candidate)


def entries(body):
    """(aid, entry) of each directory entry 61: Book 1 section 12.2.3."""
    for tag, at, length in tlv.parse(body):
        entry = body[at : at + length]
        aid = tlv.value(entry, _ADF_NAME) if tag == _ENTRY else None
        if aid and 5 <= len(aid) <= 16:
            yield aid, entry


async def _directory(card, sfi, applications):
    """Candidates of the payment system directory; none when it is not as it should be."""
    found = []
    for number in range(1, _MOST_RECORDS + 1):
        record = await apdu.exchange(card, apdu.read_record(sfi, number))
        if record.sw == apdu.NO_RECORD:
            break
        if record.sw != apdu.OK:
            return []
        for aid, entry in entries(tlv.value(apdu.template(record.data, _RECORD), _RECORD)):
            application = _shared(aid, applications)
            if application:
                _add(found, candidate_of(entry, aid, application))
    return found


async def by_directory(card, applications):
    """Candidates by the PSE (section 12.3.2); an absent, blocked or faulty one has none."""
    response = await apdu.exchange(card, select(_PSE))
    if response.sw == apdu.BLOCKED:
        raise CardError("blocked")
    if response.sw != apdu.OK:
        return []
    try:
        sfi = tlv.value(file_control(response), _SFI)
        return await _directory(card, sfi[0], applications) if sfi and 1 <= sfi[0] <= 10 else []
    except CardError as error:
        if error.reason != "malformed":
            raise
        return []


async def _occurrences(card, application, found):
    """All applications of the card whose names begin with the terminal's AID; True when one of them is blocked."""
    aid, blocked = application.aid, False
    for number in range(_MOST_OCCURRENCES):
        response = await apdu.exchange(card, select(aid, _NEXT if number else _FIRST))
        if response.sw == apdu.BLOCKED and not number:
            raise CardError("blocked")
        blocked = blocked or response.sw == apdu.INVALIDATED
        if response.sw not in (apdu.OK, apdu.INVALIDATED) or not response.data:
            break
        try:
            fci = file_control(response)
        except CardError:  # counts as absent
            break
        name = tlv.value(fci, _DF_NAME)
        if response.sw == apdu.OK and name.startswith(aid) and (application.partial or name == aid):
            _add(found, candidate_of(fci, name, application))
        if name == aid:
            break
    return blocked


async def by_list(card, applications):
    """Candidates by the terminal's own list (section 12.3.3); CardError when there are none."""
    found, blocked = [], False
    for application in applications:
        blocked = await _occurrences(card, application, found) or blocked
    if not found:
        raise CardError("blocked" if blocked else "unsupported")
    return found


async def candidates(card, applications):
    """[Candidate, …], the highest priority first; CardError "blocked" or "unsupported" when there are none."""
    found = await by_directory(card, applications) or await by_list(card, applications)
    return sorted(found, key=lambda candidate: candidate.priority & 0x0F or 16)
