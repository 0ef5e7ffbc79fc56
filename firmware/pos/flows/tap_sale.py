# SPDX-License-Identifier: MIT
"""A sale with a card or phone held to the contactless reader (EMV Contactless Book A sections 6 and 9)."""

from pos import cards
from pos.cards import outcome
from pos.cards.data_set import DataSet
from pos.cards.errors import CardError
from pos.codec import records
from pos.compat import const, let_go
from pos.drivers import DeviceTimeout
from pos.flows.abandoned import Abandoned
from pos.tasks import first

_CVM_RESULTS = const(0x9F34)  # tag: EMV Book 4 annex A4
_NOT_PERFORMED = b"\x3f"
_CVM = {
    outcome.NO_CVM: b"\x1f\x00\x02",
    outcome.SIGNATURE: b"\x1e\x00\x00",
    outcome.ONLINE_PIN: b"\x02\x00\x00",
}
_PREPARATION = ("pos.flows.emv_side", "pos.cards.terminal")
_CANCELLED = const(1)  # the other of the two that are waited for
_MESSAGES = {
    outcome.PRESENT_CARD: "tap_again",
    outcome.PROCESSING: "tap_wait",
    outcome.CARD_READ: "remove_card",
    outcome.AUTHORISING: "remove_card",
    outcome.INSERT_OR_SWIPE: "use_chip",
    outcome.INSERT: "use_chip",
    outcome.ONE_CARD: "one_card",
    outcome.ANOTHER_CARD: "other_card",
    outcome.SEE_PHONE: "see_phone",
    outcome.PRESENT_AGAIN: "tap_again",
}


class _Found:
    """The reader, with the card that is in its field already."""

    def __init__(self, reader, card):
        self._reader, self._card = reader, card

    async def detect(self, timeout_ms):
        card, self._card = self._card, None
        return card or await self._reader.detect(timeout_ms)


async def pay_by_tap(terminal, amount, card, again=None):
    """(string key of what is wrong, None) or ('', what by_card tells).

    Abandoned: the card declined, or a person did not go on. `again`: as of sale.take.
    """
    data = DataSet()
    try:
        found = await _run(terminal, amount, card, data, again)
        let_go(*cards.loaded("pos.cards.data_set"))
        terminal.log.event("tap", result=found.result, reason=found.reason, cvm=found.cvm)
        if found.result in (outcome.OTHER_WAY, outcome.ENDED):
            return _MESSAGES.get(found.message, "other_card"), None
        if found.result == outcome.DECLINED:
            raise Abandoned("card_declined")
        if again:
            return again.by_chip(terminal, records.ENTRY_CONTACTLESS, data)
        if found.cvm == outcome.ONLINE_PIN and not terminal.seals_pins():
            return "use_chip", None
        return "", await _sold(terminal, amount, data, found)
    except CardError:  # its account data
        return "other_card", None
    finally:
        data.wipe()
        terminal.drop_key()


async def _run(terminal, amount, card, data, again):
    def show(message):
        if message in _MESSAGES:
            terminal.show_card(amount, _MESSAGES[message])

    show(outcome.PROCESSING)
    side = _side(terminal, amount, data, again)
    let_go(*_PREPARATION)
    from pos.cards import contactless

    reader, timeout_ms = terminal.board.contactless, terminal.config.present_timeout_s * 1000
    paid = contactless.run(_Found(reader, card), data, side, show, timeout_ms)
    who, found, error = await first(None, paid, _cancel(terminal))
    if who == _CANCELLED:
        raise Abandoned()
    if isinstance(error, DeviceTimeout):  # nobody came back, or the reader went away
        raise Abandoned("timed_out")
    if error is not None:
        raise error
    return found


def _side(terminal, amount, data, again):
    from pos.flows.emv_side import begin

    return begin(terminal, data, amount, "contactless", again is not None)


async def _cancel(terminal):
    """Until CANCEL; the host has not been asked yet."""
    while await terminal.operator.key() != "CANCEL":
        pass


async def _sold(terminal, amount, data, found):
    from pos.flows.chip_intent import intend
    from pos.flows.duplicate import check_card

    if found.cvm in _CVM and (data.get(_CVM_RESULTS) or _NOT_PERFORMED)[:1] == _NOT_PERFORMED:
        data.put(_CVM_RESULTS, _CVM[found.cvm])  # else the kernel went through the card's list
    await check_card(terminal, amount, records.ENTRY_CONTACTLESS, data)
    pin = await _pin(terminal, amount, data) if found.cvm == outcome.ONLINE_PIN else b""
    payment, transaction, icc = await intend(terminal, amount, records.ENTRY_CONTACTLESS, data)
    if found.result == outcome.ONLINE:
        return transaction, payment, None, {"beside": (icc,), "pin": pin, "alone": False}
    from pos.flows.authorise import take_offline

    return transaction, payment, take_offline(terminal, transaction), None


async def _pin(terminal, amount, data):
    from pos.cards.chip_details import account_number
    from pos.flows.pin import pin_for_host

    try:
        number = account_number(data)
    except ValueError:
        raise CardError("malformed") from None
    return await pin_for_host(terminal, amount, number)
