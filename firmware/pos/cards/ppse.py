# SPDX-License-Identifier: MIT
"""Contactless candidates out of the directory 2PAY.SYS.DDF01 (EMV Contactless Book B section 3.3.2)."""

from pos.cards import apdu, tlv
from pos.cards.candidates import candidate_of, entries, file_control, select
from pos.cards.errors import CardError
from pos.cards.parameters import MCHIP, QPBOC, QVSDC
from pos.compat import const

_PPSE = b"2PAY.SYS.DDF01"
_KERNEL = const(0x9F2A)  # tags
_DIRECTORY = const(0xBF0C)
_FOREIGN = const(-1)  # a kernel that is not here
# Kernel of an entry that names none, by its registered provider: table 3-6.
_BY_PROVIDER = {
    b"\xa0\x00\x00\x00\x04": MCHIP,
    b"\xa0\x00\x00\x00\x03": QVSDC,
    b"\xa0\x00\x00\x03\x33": QPBOC,
}


def kernel(aid, identifier):
    """Number of the kernel that an entry asks for: its tag 9F2A, else its AID; -1 for a domestic one."""
    if not identifier or not identifier[0]:
        return _BY_PROVIDER.get(aid[:5], _FOREIGN)
    return _FOREIGN if identifier[0] & 0x80 else identifier[0] & 0x3F


def _of_entry(aid, entry, applications):
    """Candidates of one entry: the terminal's applications with which its name begins."""
    wanted = kernel(aid, tlv.value(entry, _KERNEL))
    return [
        candidate_of(entry, aid, application)
        for application in applications
        if aid.startswith(application.aid) and application.kernel == wanted
    ]


def _by_priority(found):
    """The highest priority (1) first, none (0) last; among equals the order of the directory."""
    places = [(candidate.priority & 0x0F or 16, at) for at, candidate in enumerate(found)]
    return [found[at] for _, at in sorted(places)]


async def candidates(card, applications):
    """[Candidate, …], the first is to be tried first; CardError "blocked" or "unsupported" when there are none."""
    response = await apdu.exchange(card, select(_PPSE))
    if response.sw != apdu.OK:
        raise CardError("blocked" if response.sw == apdu.BLOCKED else "unsupported")
    found = []
    for aid, entry in entries(tlv.value(file_control(response), _DIRECTORY) or b""):
        found += _of_entry(aid, entry, applications)
    if not found:
        raise CardError("unsupported")
    return _by_priority(found)
