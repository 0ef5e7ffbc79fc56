# SPDX-License-Identifier: MIT
"""People and host beside a chip card, as pos.cards.contact asks them (docs/emv.md)."""

from pos.cards import tlv
from pos.codec.records import ENTRY_CHIP
from pos.compat import const, let_go

_ISSUER_DATA, _SCRIPTS = const(0x91), (0x71, 0x72)  # tags
_REFUSED, _UNABLE = "05", "Z3"  # what the card is told where the host did not decide so
# Not needed any more when the intent is written.
_INTENT = (
    "pos.flows.chip_intent",
    "pos.cards.de55",
    "pos.cards.chip_details",
    "pos.cards.track",
    "pos.cards.card_data",
    "pos.cards.ca_keys",
    "pos.domain.issuers",
    "pos.domain.fees",
    "pos.domain.mask",
)


class Desk:
    """One sale of `amount`; afterwards `transaction` is its intent, None when the host was not to be asked.

    `again`: as of sale.take; then nothing is paid.
    """

    def __init__(self, terminal, amount, data, again=None):
        self._terminal, self._amount, self._data, self._again = terminal, amount, data, again
        self.payment = self.transaction = self.answer = None
        self._pin, self._tried = b"", False

    async def choose(self, labels):
        from pos.flows.choose import choose

        return await choose(self._terminal, labels)

    async def card_known(self):
        from pos.flows.duplicate import check_card

        if self._again is None:
            await check_card(self._terminal, self._amount, ENTRY_CHIP, self._data)
            self._terminal.show_card(self._amount, "chip_wait")

    async def online_pin(self):
        from pos.cards.chip_details import account_number
        from pos.flows.pin import pin_for_host

        number = account_number(self._data)  # is one: records.py has looked
        block = await pin_for_host(self._terminal, self._amount, number, bypass=True)
        self._pin = block or b""
        return block is not None

    async def offline_pin(self, tries):
        from pos.flows.pin import enter_pin

        wrong, self._tried = self._tried, True
        return await enter_pin(self._terminal, self._amount, tries, wrong, bypass=True)

    async def authorise(self, data):
        icc = await self._intend(data)
        let_go(*_INTENT)
        self.answer = await self._ask(icc)
        told = self._for_card()
        let_go("pos.flows.authorise", "pos.domain.responses", "pos.domain.alarms")
        return told

    async def _intend(self, data):
        from pos.flows.chip_intent import intend

        self.payment, self.transaction, icc = await intend(self._terminal, self._amount, ENTRY_CHIP, data)
        return icc

    async def _ask(self, icc):
        from pos.flows.authorise import ask

        return await ask(self._terminal, self.transaction, (icc,), self._pin)

    def _for_card(self):
        """HostAnswer, or None: the card may decide by itself whether to be taken offline."""
        from pos.cards.completion import HostAnswer
        from pos.domain import responses
        from pos.flows.authorise import offline_refusal

        answer = self.answer
        if answer is None:
            refused = offline_refusal(self._terminal, self.transaction)
            return HostAnswer(False, _UNABLE, b"", b"") if refused else None
        approved = answer["code"] == responses.APPROVED
        if approved and answer["amount"] != self.transaction.amount:
            return HostAnswer(False, _REFUSED, b"", b"")
        return HostAnswer(approved, answer["code"], *_issuer_says(answer["icc"]))


def _issuer_says(icc):
    """(value of tag 91, templates 71 and 72) of data element 55; nothing where that is malformed."""
    try:
        objects = tlv.parse(icc)
    except ValueError:
        return b"", b""
    issuer_data, scripts = b"", b""
    for tag, start, length in objects:
        value = icc[start : start + length]
        if tag == _ISSUER_DATA:
            issuer_data = value
        elif tag in _SCRIPTS:
            scripts += tlv.build((tag, value))
    return issuer_data, scripts
