# SPDX-License-Identifier: MIT
"""Invariant 1 on paper: every slip tells of an approved transaction of the journal, and none says so twice."""

import re
from collections import Counter

from pos.domain import money, receipt
from pos.domain.transaction import APPROVED, VOIDED
from pos.ui import strings
from suanpan.simulator.invariants.evidence import Complaints, Evidence, Row, Slip

AMOUNT = re.compile(r"^ *([A-Z]{3} -?\d[\d.]*)$", re.MULTILINE)


def _label(key: str) -> str:
    """A pattern for the text of `key` in every language."""
    texts = {strings.text(key, language) for language in strings.LANGUAGES}
    return "(?:" + "|".join(map(re.escape, sorted(texts))) + ")"


BATCH, VOUCHER = (
    re.compile(rf"^{_label(key)} +(\d+)$", re.MULTILINE) for key in ("slip_batch", "slip_voucher")
)
CUSTOMER = re.compile(_label("slip_customer_copy"))


def slips_are_true(evidence: Evidence) -> Complaints:
    """A slip, even a torn one, shows an approved transaction of the journal with its amount."""
    transactions = {(row["batch"], row["voucher"]): row for row in evidence.transactions()}
    for number, slip in enumerate(evidence.slips, 1):
        for complaint in untrue(slip, transactions):
            yield f"slip {number}: {complaint}"


def slips_are_single(evidence: Evidence) -> Complaints:
    """One whole merchant copy and one customer copy; every further slip is marked as a duplicate."""
    originals = [s for s in evidence.slips if s.complete and receipt.DUPLICATE not in s.text]
    copies = Counter((_numbers(slip), bool(CUSTOMER.search(slip.text))) for slip in originals)
    for (numbers, customer), count in copies.items():
        if numbers and count > 1:
            copy = "customer" if customer else "merchant"
            yield f"voucher {numbers[1]:06} has {count} {copy} copies without {receipt.DUPLICATE}"


def _numbers(slip: Slip) -> tuple[int, int] | None:
    batch, voucher = BATCH.search(slip.text), VOUCHER.search(slip.text)
    return (int(batch[1]), int(voucher[1])) if batch and voucher else None


def untrue(slip: Slip, transactions: dict[tuple[int, int], Row]) -> Complaints:
    """What a slip says wrongly of `transactions`, which are by batch and voucher."""
    numbers = _numbers(slip)
    if numbers is None:
        if slip.complete:
            yield "has no voucher number"
        return
    row = transactions.get(numbers)
    if row is None:
        yield f"voucher {numbers[1]:06} is not in the journal"
        return
    if row["state"] not in (APPROVED, VOIDED):
        yield f"voucher {numbers[1]:06} is {row['state']} in the journal"
    amounts = [shown for shown in AMOUNT.findall(slip.text) if shown.startswith(row["currency"])]
    if any(shown != _amount(row) for shown in amounts) or (slip.complete and not amounts):
        yield f"voucher {numbers[1]:06} shows {' '.join(amounts) or 'no amount'}, the journal {_amount(row)}"


def _amount(row: Row) -> str:
    sign = "" if row["kind"] == "sale" else "-"
    return f"{row['currency']} {sign}{money.text(row['amount'], row['currency'])}"
