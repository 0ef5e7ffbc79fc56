# SPDX-License-Identifier: MIT
"""What an honest run leaves, as evidence that the tests of the invariants doctor."""

from dataclasses import replace

from pos.codec import records
from pos.domain import receipt
from pos.domain.transaction import fold_all
from pos.ui.strings import Strings
from suanpan.canaries import canary
from suanpan.host import sandbox
from suanpan.simulator.inspection import host_books
from suanpan.simulator.invariants import Evidence, Slip, check

PAN = sandbox.cards["mag-credit"]["pan"]
SHOP = {
    "merchant_name": "Shop", "merchant_id": "1", "terminal": "SIM00001", "acquirer": "A", "utc_offset_min": 480
}  # fmt: skip


def journal(terminal):
    """A sale, a declined one, and the void of the first."""
    return [
        terminal.alarm(),
        terminal.sale(1234),
        terminal.outcome(2),
        terminal.sale(5678),
        terminal.outcome(4, records.DECLINED, "51"),
        terminal.void(2, 1234),
        terminal.outcome(6),
    ]


def slip(evidence, seq, copy=receipt.MERCHANT, language="en", reprint=False, complete=True):
    """The slip that the terminal prints of the transaction `seq`."""
    (sold,) = [one for one in fold_all(evidence.records) if one.seq == seq]
    lines = receipt.lines(sold, SHOP, copy, Strings(language), reprint)
    return Slip("\n".join(line.text for line in lines if line != receipt.CUT), complete)


def honest_run(books, terminal):
    """What an honest run leaves."""
    told = journal(terminal)
    books.send(terminal, *told)
    evidence = Evidence(
        told, sent=told[1:3], canaries=[canary.number(PAN)], host=host_books(books.url, "SIM00001")
    )
    evidence.host.decided.add((1, 2))
    evidence.slips += [
        slip(evidence, 2),
        slip(evidence, 2, receipt.CUSTOMER),
        slip(evidence, 6, language="zh"),
    ]
    evidence.files["receipts/001.txt"] = evidence.slips[0].text.encode()
    return evidence


def broken(evidence):
    """{number: detail} of the invariants that do not hold."""
    return {one["number"]: one["detail"] for one in check(evidence) if not one["holds"]}


def with_host(evidence, **changes):
    return replace(evidence, host=evidence.host._replace(**changes))


def with_rows(evidence, change):
    return with_host(evidence, transactions=change(list(evidence.host.transactions)))


def altered(row, **changes):
    return {**row, **changes}
