# SPDX-License-Identifier: MIT
"""One transaction with a contact chip card, step by step (EMV Book 3 section 8, Book 4 section 6.3)."""

from collections import namedtuple

from pos.cards.errors import CardError
from pos.compat import const, let_go

_RESPONSE_CODE = const(0x8A)  # tag
APPROVED, DECLINED = "approved", "declined"
RETRY = "retry"  # present the card again
OTHER_WAY = "other way"  # this chip cannot be used here; the stripe may be, as a recorded fallback
CANCELLED = "cancelled"
_ONLY_ONE = const(1)
_CONFIRM = const(0x80)  # of a candidate's priority

# reason: why it was not approved. online: the host was asked. reverse: it approved, yet there is no sale.
Outcome = namedtuple("Outcome", "result reason online reverse signature")

_RESULTS = {
    "removed": RETRY,
    "silent": RETRY,
    "cancelled": CANCELLED,
    "blocked": DECLINED,
    "refused": DECLINED,
}


# Each step's modules are let go when it is over, so that there is room for the next one and for the way to the host.
_SELECTION = ("pos.cards.candidates", "pos.cards.parameters", "pos.cards.initiate")
_RECORDS = ("pos.cards.records", "pos.cards.chip_details")
_SIGNATURES = ("pos.cards.oda", "pos.cards.certificates", "pos.crypto.rsa")
_CRYPTOGRAMS = ("pos.cards.generate_ac", "pos.cards.action")
_RISKS = ("pos.cards.restrictions", "pos.cards.cvm", "pos.cards.offline_pin", "pos.cards.risk")


class _Run:
    """How far a transaction has come, for the outcome when it breaks off."""

    def __init__(self, card, data, terminal, desk):
        self.card, self.data, self.terminal, self.desk = card, data, terminal, desk
        self.asked_card = self.asked_host = False
        self.answer = None

    async def application(self):
        """Choose and initiate an application; one that the card refuses leaves the list (Book 1 section 12.4)."""
        from pos.cards import candidates, initiate

        known = self.terminal.applications
        found = await candidates.candidates(self.card, known.entries())
        while True:
            chosen = found[await self._choice(found)]
            self.data.restart()
            refusal = await initiate.start(self.card, self.data, chosen, known.row(chosen.application))
            if not refusal:
                return
            found.remove(chosen)
            if not found:
                raise CardError(refusal)

    async def _choice(self, found):
        if len(found) == _ONLY_ONE and not found[0].priority & _CONFIRM:
            return 0
        chosen = await self.desk.choose([candidate.label for candidate in found])
        if chosen is None:
            raise CardError("cancelled")
        return chosen

    async def read(self):
        from pos.cards import records

        await records.read(self.card, self.data)
        await self.desk.card_known()

    async def end_refund(self):
        """True once it is read: it has no say in it."""
        from pos.cards.generate_ac import end_refund

        await end_refund(self.card, self.data)
        return True

    async def authenticate(self):
        """The card's key where CDA is to be done."""
        from pos.cards import oda

        return await oda.authenticate(self.card, self.data, self.terminal.ca_key)

    async def risk(self):
        """Everything between authentication and the first cryptogram."""
        from pos.cards import cvm, restrictions, risk

        restrictions.check(self.data)
        await cvm.verify(self.card, self.data, self.terminal, self.desk)
        await risk.manage(self.card, self.data, self.terminal)

    async def decide(self, key):
        """First GENERATE AC, the host, and the second one. True when approved."""
        approved = await self._first(key)
        let_go(*_SIGNATURES)
        let_go(*_CRYPTOGRAMS)
        if approved is not None:
            return approved
        if self.data.genuine and self.terminal.online:
            self.asked_host = True
            self.answer = await self.desk.authorise(self.data)
        return await self._second(key)

    async def _first(self, key):
        """True or False as the card decides by itself; None when it asks for the host."""
        from pos.cards import action
        from pos.cards.generate_ac import generate

        asked = action.analyse(self.data, self.terminal.online)
        if asked != action.ARQC:
            self.data.put(_RESPONSE_CODE, b"Y1" if asked == action.TC else b"Z1")
        self.asked_card = True
        given = await generate(self.card, self.data, key, asked)
        if given == action.ARQC:
            return None
        self.data.put(_RESPONSE_CODE, b"Y1" if given == action.TC else b"Z1")
        return given == action.TC and self.data.genuine

    async def _second(self, key):
        from pos.cards import completion

        if not self.data.genuine:  # Book 2 section 6.6.2: the host is not asked for such a card
            await completion.refuse(self.card, self.data, key)
            return False
        return await completion.complete(self.card, self.data, key, self.answer)

    def outcome(self, approved, reason=""):
        from pos.cards.chip_details import signature_wanted

        reverse = not approved and self.answer is not None and self.answer.approved
        if approved:
            return Outcome(APPROVED, "", self.asked_host, False, signature_wanted(self.data))
        result = DECLINED if self.asked_card or not reason else _RESULTS.get(reason, OTHER_WAY)
        if reason == "removed" and not self.asked_host:
            result = RETRY
        return Outcome(result, reason or self._why(), self.asked_host, reverse, False)

    def _why(self):
        if self.answer is not None:
            return "card" if self.answer.approved else "host"
        return "card"


async def run(card, data, terminal, desk):
    """Outcome of one transaction. `data` was filled by `terminal.begin` and holds everything for slip and host.

    `card`: see apdu.py. `terminal`: a Terminal. `desk` stands for people and host:
    `async choose(labels)` -> index or None, `async card_known()` once the card's account has been read,
    `async online_pin()` -> bool, `async offline_pin(tries)` -> bytearray of digits or None, `async authorise(data)` ->
    HostAnswer, or None when the host cannot be reached. Up to the host's answer each may raise CardError("cancelled").
    In a refund the card is only read: then it is "approved".
    """
    attempt = _Run(card, data, terminal, desk)
    try:
        await attempt.application()
        let_go(*_SELECTION)
        await attempt.read()
        let_go(*_RECORDS)
        if data.refunds:
            return attempt.outcome(await attempt.end_refund())
        key = await attempt.authenticate()
        let_go(*_SIGNATURES)
        await attempt.risk()
        let_go(*_RISKS)
        return attempt.outcome(await attempt.decide(key))
    except CardError as error:
        return attempt.outcome(False, error.reason)
