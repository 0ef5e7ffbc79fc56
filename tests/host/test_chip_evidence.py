# SPDX-License-Identifier: MIT
"""Chip data in a journal: what a run must hold of it, and what a person reads of it."""

import contextlib
import json
import random
from dataclasses import replace

import pytest
from honest_run import altered, broken, with_rows

from pos.codec import records
from pos.journal.devices import PAGE, RamDevice
from pos.journal.journal import Journal
from suanpan.host import icc
from suanpan.host.arqc import ChipRequest
from suanpan.journal.evidence import evidence
from suanpan.simulator.inspection import host_books
from suanpan.simulator.invariants import Evidence

REQUEST = bytes.fromhex("9F2608112233445566778884 07A0000000031010 9F270180".replace(" ", ""))
RESULT = REQUEST.replace(b"\x9f\x27\1\x80", b"\x9f\x27\1\x40")


def chip_sale(terminal, entry="I"):
    return [
        terminal.sale(1234, entry=entry),
        terminal.icc(1, REQUEST),
        terminal.icc(1, RESULT, records.ICC_RESULT),
        terminal.outcome(1),
    ]


@pytest.fixture
def paid(books, terminal):
    told = chip_sale(terminal)
    books.send(terminal, *told)
    return Evidence(told, sent=told[:2], host=host_books(books.url, terminal.name))


def without(run, *places):
    """The journal alone, some records being others of the same numbers."""
    spare = records.PRINT
    changed = list(run.journal)
    for place in places:
        changed[place] = spare.pack(spare.values(epoch=1, seq=place + 1, of_epoch=1, of_seq=1, result=1))
    return replace(run, journal=changed, sent=[], host=None)


def test_a_chip_sale_holds_every_invariant(paid):
    assert not broken(paid)


@pytest.mark.parametrize("entry", ["I", "C"])
def test_a_chip_that_pays_leaves_its_data(terminal, entry):
    run = Evidence(chip_sale(terminal, entry))
    assert not broken(run) and not broken(without(run, 1)) and not broken(without(run, 2))
    assert "holds no chip data" in broken(without(run, 1, 2))[2]
    assert not broken(without(run, 1, 2, 3)), "it did not pay"


def test_chip_data_without_its_sale_is_told(terminal, paid):
    assert "no sale by card before it" in broken(without(paid, 0, 3))[2]
    by_code = [terminal.sale(1234, "134567890123456789", "Q"), terminal.icc(5, REQUEST)]
    assert "no sale by card before it" in broken(Evidence([*paid.journal, *by_code]))[2]


@pytest.mark.parametrize("stages", [(1, 1), (2, 2), (2, 1), (1, 3), (0,)])
def test_each_stage_comes_once_and_in_order(terminal, stages):
    told = [terminal.sale(entry="I"), *(terminal.icc(1, REQUEST, stage) for stage in stages)]
    assert "of epoch 1, seq 1 behind" in broken(Evidence(told))[2]


def test_a_host_that_tells_another_cryptogram_is_found(paid):
    (row,) = paid.host.transactions
    other = altered(row, emv={**row["emv"], "cryptogram": "00" * 8})
    assert "emv is" in broken(with_rows(paid, lambda rows: [other]))[3]


def test_evidence_shows_the_tags(terminal):
    device = RamDevice(16)
    Journal.format(device, terminal.name, 1)
    journal = Journal(device)
    journal.recover()
    for schema, data in ((records.ICC, REQUEST), (records.ICC, b"\x84\x84" + b"\xff" * 4)):
        padded = data + bytes(records.ICC_LONGEST - len(data))
        journal.append(schema, schema.values(of_epoch=1, of_seq=1, stage=1, data=padded))
    image = b"".join(bytes(page) if page else b"\xff" * PAGE for page in device.pages)
    whole, malformed = (one["fields"] for one in evidence(image)["records"])
    assert whole["tags"] == {"9F26": "1122334455667788", "84": "a0000000031010", "9F27": "80"}
    assert "data" not in whole and malformed["tags"] == {}


def test_a_row_of_malformed_data_tells_nothing_wrong():
    assert icc.described(b"\xff" * 9, "S") is None
    told = icc.described(b"\xff" * 9, "I")
    assert told["entry"] == "chip" and not any(value for name, value in told.items() if name != "entry")


def test_chip_data_of_any_bytes_is_read_or_refused():
    dice = random.Random(7)
    for _ in range(3000):
        data = bytearray(REQUEST + bytes(dice.randrange(40)))
        for _ in range(dice.randrange(6)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        assert set(icc.described(bytes(data), "C")) >= {"entry", "aid", "label", "kind"}
        shown = icc.shown({"kind": "icc", "data": bytes(data)})
        assert json.dumps(shown) and "data" not in shown
        with contextlib.suppress(ValueError):
            ChipRequest("4761739001010119", 1234, icc.values(bytes(data)))
