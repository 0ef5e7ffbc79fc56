# SPDX-License-Identifier: MIT
"""What must hold in the end of a terminal whose flash was put back, or that had a rival (FAULTS F6, F16).

Of two histories under one number only one can be in the books; the other one is kept apart, whole.
"""

from collections.abc import Iterator
from random import Random

from pos.codec import records as kinds
from pos.domain import alarms
from pos.domain import transaction as tx
from pos.journal.journal import Journal
from simulation.flash import Flash
from suanpan.host import ledger
from suanpan.simulator.invariants import slips

Complaints = Iterator[tuple[str, str]]  # rule and what breaks it
_BODIES = "SELECT epoch, seq, body FROM records WHERE terminal = ?"
_CODES = "SELECT epoch, seq FROM decisions WHERE terminal = ? AND code = '00'"


def complaints(terminal, world, synced: bool) -> Complaints:
    """Everything that is wrong; what is still on its way is no fault of safety."""
    books, name = world.host.books, terminal.name
    booked = {(epoch, seq): bytes(body) for epoch, seq, body in books.rows(_BODIES, name)}
    journal = Journal(Flash(terminal.flash.copy(), Random(0), lambda: None))
    journal.recover()
    yield from _nothing_invented(world, name, booked)
    for device in world.devices(name):
        yield from _slips_are_true(device)
        yield from _undisturbed(device, world, booked)
    if not synced:
        return
    yield from _nothing_lost(terminal, world)
    yield from _approved_by_the_issuer(journal, booked, set(books.rows(_CODES, name)))
    yield from _goes_on(terminal, journal.epoch, booked)
    yield from _together(terminal, world, booked)


def _slips_are_true(device) -> Complaints:
    """Each tells of an approved transaction of one of the histories that the device has had."""
    known = [kinds.as_dict(body) for body in device.flash.watch.known]
    approved = {
        tx.identity(row) for row in known if row["kind"] == "outcome" and row["state"] == kinds.APPROVED
    }
    sold = [row for row in known if "voucher" in row and "amount" in row and tx.identity(row) in approved]
    wanted = [{(row["batch"], row["voucher"]): {**row, "state": tx.APPROVED}} for row in sold] or [{}]
    for slip in device.slips:
        wrong = [next(slips.untrue(slip, one), "") for one in wanted]
        if all(wrong):
            yield "1 durable before visible", f"{device.name}: a slip's {wrong[0]}"


def _undisturbed(device, world, booked: dict) -> Complaints:
    """What the books hold of a device ends as it says itself: no other one's decision has met its sale."""
    rows = {(row["epoch"], row["seq"]): row["state"] for row in _in_books(device.name, world)}
    promised = device.flash.watch.promised
    told = {(sold.epoch, sold.seq): sold.state for sold in _folded(promised.values())}
    for sold in _folded([body for one, body in promised.items() if booked.get(one) == body]):
        one = sold.epoch, sold.seq
        if sold.kind and rows[one] != told[one] and not _ended_alike(sold.state, rows[one]):
            yield (
                "5 conservation",
                f"{device.name}: {sold.kind} {one} is {sold.state}, the host says {rows[one]}",
            )


def _folded(bodies) -> list:
    return tx.fold_all([kinds.as_dict(body) for body in bodies])


def _in_books(name: str, world) -> list[dict]:
    return ledger.all_transactions(world.host.books.engine, name)


def _nothing_lost(terminal, world) -> Complaints:
    kept = world.checks.kept(terminal.name)
    for one, body in terminal.flash.watch.promised.items():
        if body not in kept:
            yield "6 nothing unsent is dropped", f"{terminal.name}: the host keeps no record {one}"


def _nothing_invented(world, name: str, booked: dict) -> Complaints:
    known = set().union(*(device.flash.watch.known for device in world.devices(name)))
    for one, body in booked.items():
        if body not in known:
            yield "3 exactly one effect", f"{name}: nobody wrote record {one} of the books"


def _approved_by_the_issuer(journal: Journal, booked: dict, approved: set) -> Complaints:
    """An approval that another device was given must not be taken for one's own."""
    bodies = {(kinds.as_dict(body)["epoch"], seq): bytes(body) for seq, body in journal.scan()}
    fields = [kinds.as_dict(body) for body in bodies.values()]
    for sold in tx.fold_all(fields):
        one = sold.epoch, sold.seq
        online = sold.kind and sold.state in (tx.APPROVED, tx.VOIDED) and not sold.offline
        if online and one in bodies and (booked.get(one) != bodies[one] or one not in approved):
            yield "5 conservation", f"{sold.kind} {one} is approved, and the issuer never saw it"


def _goes_on(terminal, epoch: int, booked: dict) -> Complaints:
    """Under numbers that are its own alone, and with the alarm where it had to change them."""
    for one, body in terminal.flash.watch.promised.items():
        if one[0] == epoch and booked.get(one) != body:
            yield "3 exactly one effect", f"{terminal.name} goes on in epoch {epoch} behind {one}, kept apart"
    raised = [kinds.as_dict(body) for one, body in booked.items() if one[0] == epoch]
    code = alarms.find("identity").code
    if epoch > 1 and not any(row["kind"] == "alarm" and row["code"] == code for row in raised):
        yield "3 exactly one effect", f"{terminal.name}: epoch {epoch} begins without an alarm"


def _ended_alike(own: str, booked: str) -> bool:
    """A void in another history of these numbers takes the sale back too."""
    return own == booked or (own, booked) == (tx.APPROVED, tx.VOIDED)


def _together(terminal, world, booked: dict) -> Complaints:
    """An intent ends where it stands, in the books or apart, as its own device says that it ended."""
    engine, promised = world.host.books.engine, terminal.flash.watch.promised
    rows = {(row["epoch"], row["seq"]): row["state"] for row in _in_books(terminal.name, world)}
    apart = {(row["epoch"], row["seq"], row["amount"], row["state"]) for row in ledger.aside(engine)}
    others = {tx.identity(kinds.as_dict(body)) for body in booked.values() if body not in promised.values()}
    for sold in tx.fold_all([kinds.as_dict(body) for body in promised.values()]):
        one = sold.epoch, sold.seq
        if not sold.kind or sold.state == tx.PENDING:
            continue
        if booked.get(one) != promised[one]:
            stands = (*one, sold.amount, sold.state) in apart
        else:
            stands = _ended_alike(sold.state, rows[one]) or (one in others and rows[one] != tx.PENDING)
        if not stands:
            complaint = f"{sold.kind} {one} is {sold.state}, the host has {rows.get(one)}"
            yield "5 conservation", f"{terminal.name}: {complaint}"
