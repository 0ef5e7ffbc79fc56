# SPDX-License-Identifier: MIT
"""A journal with sales in it, each told by its number."""

from pos.codec import records
from pos.journal import Journal
from pos.journal.devices import RamDevice


def new_journal(blocks=8):
    device = RamDevice(blocks)
    Journal.format(device, "SIM00001", 1)
    log = Journal(device)
    log.recover()
    return log


def sell(log, number, amount=None, last_four="0014"):
    """A sale of trace `number` at 1000 s + number and its approval; its seq."""
    sale = records.SALE.values(
        at_s=1000 + number, trace=number, voucher=number + 5, amount=amount or 100 * number, currency="CNY",
        entry="S", pan_masked="625094******" + last_four,
    )  # fmt: skip
    seq = log.append(records.SALE, sale)
    decide(log, seq)
    return seq


def void(log, number, original):
    """A void of the sale `original`, without its outcome; its seq."""
    values = records.VOID.values(trace=number, amount=100, original_epoch=log.epoch, original_seq=original)
    return log.append(records.VOID, values)


def refund(log, number, original, amount):
    """A refund of the sale `original`, without its outcome; its seq."""
    values = records.REFUND.values(
        trace=number, amount=amount, original_epoch=log.epoch, original_seq=original
    )
    return log.append(records.REFUND, values)


def decide(log, seq):
    """The approval of the intent `seq`."""
    outcome = records.OUTCOME.values(of_epoch=log.epoch, of_seq=seq, state=records.APPROVED, code="00")
    log.append(records.OUTCOME, outcome, urgent=True)


def stocked(sales):
    """A journal of `sales` sales, receipted; last four digits go by sevens."""
    log = new_journal()
    for number in range(1, sales + 1):
        sell(log, number, last_four="%04d" % (number % 7))
        log.retire(log.next_seq - 1)
    return log
