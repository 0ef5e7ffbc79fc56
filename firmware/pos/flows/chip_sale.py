# SPDX-License-Identifier: MIT
"""A sale with the card in the chip reader (EMV Book 4 section 6.3): the kernel's outcome becomes the books'."""

from pos.cards import contact
from pos.cards.data_set import DataSet
from pos.cards.errors import CardError
from pos.codec import records
from pos.compat import let_go
from pos.drivers import DeviceTimeout
from pos.flows.abandoned import Abandoned
from pos.flows.desk import Desk

_PREPARATION = ("pos.flows.emv_side", "pos.cards.terminal")
_NO_READER = contact.Outcome(contact.DECLINED, "silent", False, False, False)
_NOTES = {contact.RETRY: "chip_again", contact.OTHER_WAY: "chip_failed"}
_REASONS = {"blocked": "card_blocked", "cancelled": "cancelled"}


class _Cancellable:
    """The card, until CANCEL is pressed: it counts between two commands, as long as the host has not been asked."""

    def __init__(self, card, desk, operator):
        self._card, self._desk, self._operator = card, desk, operator
        self.waiting_time_ms = card.waiting_time_ms

    async def transmit(self, command):
        if self._desk.transaction is None and await self._operator.key(0) == "CANCEL":
            raise CardError("cancelled")
        return await self._card.transmit(command)


async def pay_by_chip(terminal, amount, card, again=None):
    """(string key of what is wrong, None) or ('', what by_card tells), decided and durable.

    Abandoned: the card declined by itself, or a person did not go on. `again`: as of sale.take.
    """
    data = DataSet()
    desk = Desk(terminal, amount, data, again)
    try:
        outcome = await _run(terminal, amount, card, data, desk, again)
        terminal.log.event("chip", result=outcome.result, reason=outcome.reason, online=outcome.online)
        if desk.transaction is not None:
            return "", _decided(terminal, data, desk, outcome.result == contact.APPROVED)
        if outcome.result == contact.APPROVED and again:
            return again.by_chip(terminal, records.ENTRY_CHIP, data)
        if outcome.result == contact.APPROVED:
            return "", await _taken_offline(terminal, amount, data)
        if outcome.result in _NOTES:
            return _NOTES[outcome.result], None
        raise Abandoned(_REASONS.get(outcome.reason, "card_declined"))
    finally:
        data.wipe()
        terminal.drop_key()


async def _run(terminal, amount, card, data, desk, again):
    terminal.show_card(amount, "chip_wait")
    side = _side(terminal, amount, data, again)
    let_go(*_PREPARATION)
    try:
        return await contact.run(_Cancellable(card, desk, terminal.operator), data, side, desk)
    except (DeviceTimeout, OSError):  # the reader went away
        return _NO_READER


def _side(terminal, amount, data, again):
    from pos.flows.emv_side import begin

    return begin(terminal, data, amount, "contact", again is not None)


def _decided(terminal, data, desk, card_agrees):
    from pos.cards import de55
    from pos.flows.authorise import decide

    terminal.books.icc(desk.transaction, records.ICC_RESULT, de55.result(data))
    return desk.transaction, desk.payment, decide(terminal, desk.transaction, desk.answer, card_agrees), None


async def _taken_offline(terminal, amount, data):
    from pos.flows.authorise import take_offline
    from pos.flows.chip_intent import intend

    try:
        payment, transaction, _ = await intend(terminal, amount, records.ENTRY_CHIP, data)
    except CardError:
        raise Abandoned("card_declined") from None
    return transaction, payment, take_offline(terminal, transaction), None
