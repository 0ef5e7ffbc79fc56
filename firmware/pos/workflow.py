# SPDX-License-Identifier: MIT
"""Idle by default, one exclusive flow at a time; idle comes back by itself, whatever ended the flow.

What is left in doubt by a flow that failed is taken back before the next one starts (invariant 2).
"""

from pos import cards
from pos.compat import let_go, scrub, sleep_ms
from pos.flows.abandoned import Abandoned
from pos.journal import JournalFull

_NOTICE_MS = 1500
_BREATH_MS = 100  # for the others to give memory back
_BREATHS = 50
_TRANSIENT = (
    "pos.flows.sale",
    "pos.flows.amount",
    "pos.flows.present",
    "pos.flows.conclude",
    "pos.flows.authorise",
    "pos.flows.result",
    "pos.flows.print_receipt",
    "pos.flows.menu",
    "pos.flows.void_last",
    "pos.flows.refund",
    "pos.flows.refund_original",
    "pos.flows.refund_amount",
    "pos.flows.again",
    "pos.flows.at_host",
    "pos.lookup",
    "pos.flows.reprint_last",
    "pos.flows.new_epoch",
    "pos.flows.payment",
    "pos.flows.stripe",
    "pos.flows.worth",
    "pos.flows.code",
    "pos.flows.by_card",
    "pos.flows.take_away",
    "pos.domain.receipt",
    "pos.domain.responses",
    "pos.domain.alarms",
    "pos.ops.status",
)  # needed by one flow only; the memory is the next one's

_RESTING = ("pos.flows.idle", "pos.flows.power_cut")


async def run(terminal):
    """For ever: settle what is in doubt, idle, the flow that was chosen."""
    while True:
        name, arguments = await _rest(terminal)
        while name:  # the menu leads to another flow
            name = await _exclusive(terminal, name, arguments)
            arguments = ()
            terminal.board.release()
            terminal.drop_key()
            let_go(*_TRANSIENT)
            let_go(*cards.loaded())
            scrub()  # the card that was presented, however the flow ended


async def _rest(terminal):
    """(flow, arguments) that the operator chose. MemoryError when it stays too short even for idle."""
    for _ in range(_BREATHS):
        try:
            return await _idle(terminal)
        except MemoryError:
            await sleep_ms(_BREATH_MS)
        finally:
            let_go(*_RESTING)
    raise MemoryError("no memory for idle")


async def _idle(terminal):
    """What was in doubt before is settled first, as soon as there is room for it: the sync makes some."""
    from pos.flows.idle import idle
    from pos.flows.power_cut import reverse_open_intent

    while True:
        try:
            await reverse_open_intent(terminal)
            return await idle(terminal)
        except JournalFull:
            await _full(terminal)


async def _exclusive(terminal, name, arguments):
    """Run one flow; the name of another one that follows, or None."""
    terminal.operator.await_with()
    terminal.doing = name
    before = terminal.books.last
    try:
        return await _flow(name)(terminal, *arguments)
    except Abandoned as end:
        if end.reason != "cancelled":
            await _notice(terminal, end.reason)
    except JournalFull:
        await _full(terminal)
    except MemoryError as error:
        let_go(*_TRANSIENT)  # as much memory as there is, before anything is said
        terminal.board.release()
        terminal.log.failure("flow_failed", error, flow=name)
        await _what_stands(terminal, before)
    return None


async def _what_stands(terminal, before):
    """The flow is over, its transaction may be decided: nobody is asked to try again for money that was taken."""
    in_doubt = terminal.books.in_doubt()  # reversed next; may read `last` from the journal again
    last = terminal.books.last
    if in_doubt or last is None or (before and (last.epoch, last.seq) == (before.epoch, before.seq)):
        await _notice(terminal, "memory_short")
        return
    from pos.flows.result import show_decided

    await show_decided(terminal, last)


def _flow(name):
    """Flows are imported when they are first needed."""
    if name == "sale":
        from pos.flows.sale import sale as flow
    elif name == "void":
        from pos.flows.void_last import void_last as flow
    elif name == "refund":
        from pos.flows.refund import refund as flow
    elif name == "reprint":
        from pos.flows.reprint_last import reprint_last as flow
    elif name == "new_epoch":
        from pos.flows.new_epoch import new_epoch as flow
    else:
        from pos.flows.menu import menu as flow
    return flow


async def _full(terminal):
    terminal.alarm("journal_full")
    await _notice(terminal, "storage_full")


async def _notice(terminal, key):
    operator = terminal.operator
    operator.beep("error")
    operator.show("notice", title=operator.t("notice"), lines=("", operator.t(key)), tone="warn")
    await operator.read_by(_NOTICE_MS)
