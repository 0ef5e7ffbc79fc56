# SPDX-License-Identifier: MIT
"""A chip card's sale between kernel and real host: what the card asks goes into records, the answer comes back."""

import asyncio

from chip_rig import Desk, InReader, sale

from pos.cards import de55, tlv
from pos.cards.chip_details import account_number
from pos.cards.completion import HostAnswer
from pos.codec import records
from suanpan.host import icc

SCRIPTS = (0x71, 0x72)


class HostDesk(Desk):
    """`key`: the sale's TransactionKey. `changed(data)`: what becomes of a request on its way to the host."""

    def __init__(self, books, terminal, key, personality, amount=12300, changed=None, **more):
        super().__init__(personality, **more)
        self.books, self.terminal, self.key, self.amount = books, terminal, key, amount
        self.changed = changed or (lambda request: request)
        self.entered, self.pin = "", b""
        self.bodies, self.answers, self.intents = [], [], []

    async def online_pin(self):
        self.entered = self.pins.pop(0) if self.pins else ""
        return bool(self.entered)

    async def authorise(self, data):
        self.asked += 1
        number = account_number(data)
        intent = self.terminal.sale(self.amount, number, entry="I", key=self.key)
        self.intents.append(self.terminal.seq)
        request = self.terminal.icc(self.terminal.seq, self.changed(de55.request(data)))
        self.pin = self.terminal.pin(self.key, self.entered, number) if self.entered else b""
        self.bodies = [request, intent]
        return self.ask()

    def ask(self):
        (answer,) = self.books.ask(self.terminal, *self.bodies, pin=self.pin)
        self.answers.append(answer)
        told = icc.values(answer.icc)
        scripts = tlv.build(*((tag, told[tag]) for tag in SCRIPTS if tag in told))
        return HostAnswer(answer.code == "00", answer.code, told.get(0x91, b""), scripts)


def pay(card, desk):
    """(Outcome, data) of one sale, whose end is told to the host as the terminal does."""
    outcome, data = asyncio.run(sale(InReader(card), desk, amount=desk.amount))
    if desk.intents:
        end = desk.terminal.icc(desk.intents[-1], de55.result(data), records.ICC_RESULT)
        approved = outcome.result == "approved"
        state = records.APPROVED if approved else records.DECLINED
        ended = desk.terminal.outcome(desk.intents[-1], state, desk.answers[-1].code)
        desk.books.send(desk.terminal, end, desk.bodies[-1], ended)
    return outcome, data
