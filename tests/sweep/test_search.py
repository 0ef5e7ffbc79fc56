# SPDX-License-Identifier: MIT
"""A journal of 512 KiB is recovered and searched on `micropython32` in a heap not much over an eighth of its size."""

import json
import subprocess
from pathlib import Path

import pytest

from pos.codec import records
from pos.journal import Journal, JournalFull
from pos.journal.devices import RamDevice
from suanpan.errors import Failure
from suanpan.journal.retention import kept_sales
from suanpan.runtime.launch import launch

SCRIPT = Path(__file__).with_name("search.py")
BLOCKS, HEAP, LIMIT_S = 128, "68k", 120
SALES = 3 * kept_sales(BLOCKS) // 2
# Reads of the flash, docs/journal.md. A search takes three for each record: its head twice, its payload.
RECOVERED, BY_IDENTITY, ONE_PASS, PENDING = 512, 128, 3.5, 2.5
MOST_HELD = 1024  # bytes of heap more than before the first search


def sell(journal, number):
    """A sale with its approval and its slip; what stands on the slip follows from `number`."""
    sale = records.SALE.values(
        at_s=number, trace=number, voucher=number, amount=number, currency="CNY", entry="S",
        pan_masked="625094******%04d" % number,
    )  # fmt: skip
    of = {"of_epoch": 1, "of_seq": journal.append(records.SALE, sale)}
    outcome = records.OUTCOME.values(**of, state=records.APPROVED, code="00", offline=1, amount=number)
    for schema, values in ((records.OUTCOME, outcome), (records.PRINT, records.PRINT.values(**of))):
        journal.append(schema, values, urgent=True)


def image(path, delivered):
    """The flash of a terminal that sold until it was full; with `delivered` it was online, and went round."""
    device = RamDevice(BLOCKS)
    Journal.format(device, "SIM00001", 1)
    journal = Journal(device)
    journal.recover()
    try:
        for number in range(1, SALES + 1):
            sell(journal, number)
            if delivered:
                journal.retire(journal.next_seq - 1)
    except JournalFull:
        assert not delivered
    path.write_bytes(b"".join(bytes(page) if page else b"\xff" * 256 for page in device.pages))


@pytest.mark.timeout(LIMIT_S + 60)
@pytest.mark.parametrize("delivered", [True, False], ids=["delivered", "offline"])
def test_recovery_and_search_are_bounded_in_reads_and_memory(delivered, tmp_path):
    image(tmp_path / "flash.img", delivered)
    try:
        started = launch("micropython32", SCRIPT, (str(tmp_path / "flash.img"),), HEAP)
    except Failure as failure:
        pytest.skip(f"micropython32: {failure}")
    done = subprocess.run(started.argv, env=started.env, capture_output=True, text=True, timeout=LIMIT_S)
    assert done.returncode == 0, done.stderr
    told = [json.loads(line) for line in done.stdout.splitlines()]
    bounded({line["step"]: line for line in told}, delivered)
    found = {line["step"]: line["found"] for line in told}
    newest = found["books"]
    assert found["trace"] == [newest - 500] and found["voucher"] == [newest - 400]
    assert found["amount"] == [newest - 300] and found["last four"] == [newest - 100]
    assert found["time"] == list(range(newest - 200, newest - 210, -1)) and found["nothing"] == []
    assert found["identity"] == newest


def bounded(told, delivered):
    """Reads are bounded by the records that are held, memory by nothing."""
    held = told["recover"]["found"]
    assert held > 3500 and told["recover"]["reads"] <= RECOVERED
    assert told["books"]["reads"] <= (BY_IDENTITY if delivered else PENDING * held)
    assert told["identity"]["reads"] <= BY_IDENTITY
    for step in ("trace", "voucher", "amount", "time", "last four", "nothing"):
        assert told[step]["reads"] <= ONE_PASS * held, step
        assert told[step]["held"] <= told["books"]["held"] + MOST_HELD, step
