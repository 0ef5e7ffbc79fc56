# SPDX-License-Identifier: MIT
"""100 000 inputs for the TLV parser, from a seed: as a parser written for reading alone says, or a ValueError."""

import contextlib
import os
import random
import subprocess
from zlib import crc32

import pytest

from boards.sim.chips.emv.cards import PERSONALITIES
from pos.cards import apdu, dol, records, tlv, tlv_plain
from pos.cards.errors import CardError
from suanpan.errors import Failure
from suanpan.places import ROOT
from suanpan.runtime.launch import launch

pytestmark = pytest.mark.fault("F32")
COUNT, BATCHES = 5_000_000 if "SUANPAN_LONG" in os.environ else 100_000, 20
DEVICE_SCRIPT = ROOT / "tests" / "property" / "tlv_inputs.py"
TELLING = bytes.fromhex("00 1F 5A 5F 6F 70 77 7F 80 81 82 83 84 85 9F FF 01 02 03 A5 BF 0C")


def reference(data):
    """[(tag, value start, length)] as ISO/IEC 8825-1 reads, without a thought of speed."""
    found, at = [], 0
    while at < len(data):
        if data[at] == 0:
            at += 1
            continue
        begin = at
        at += 1
        if data[begin] & 0x1F == 0x1F:
            while data[at] & 0x80:
                at += 1
            at += 1
        if at - begin > 4:
            raise ValueError
        tag, length = int.from_bytes(data[begin:at], "big"), data[at]
        at += 1
        if length & 0x80:
            size = length & 0x7F
            if size not in (1, 2, 3, 4) or at + size > len(data):
                raise ValueError
            length = int.from_bytes(data[at : at + size], "big")
            at += size
        if at + length > len(data):
            raise ValueError
        found.append((tag, at, length))
        at += length
    return found


def outcome(parse, data):
    try:
        return parse(data)
    except (ValueError, IndexError):
        return None


def inputs(dice, count):
    """Real records with bytes changed, cut or doubled, and bytes that mean something to TLV."""
    real = [tlv.build((0x70, body)) for body in PERSONALITIES["chip-credit"].records.values()]
    real += [PERSONALITIES["chip-credit"].fci, *PERSONALITIES["chip-pin"].records.values()]
    for _ in range(count):
        if dice.random() < 0.4:
            yield bytes(dice.choices(TELLING, k=dice.randrange(24)))
            continue
        data = bytearray(dice.choice(real))
        for _ in range(dice.randrange(1, 4)):
            at = dice.randrange(len(data))
            data[at] = dice.choice(TELLING) if dice.random() < 0.5 else dice.randrange(256)
        cut = dice.randrange(len(data)) if dice.random() < 0.3 else len(data)
        yield bytes(data[:cut])


@pytest.mark.parametrize("batch", range(BATCHES))
def test_what_parses_parses_as_in_the_reference(batch):
    wellformed = 0
    for data in inputs(random.Random(batch), COUNT // BATCHES):
        said = outcome(tlv.parse, data)
        assert said == outcome(reference, data), data.hex()
        wellformed += said is not None
        with contextlib.suppress(ValueError):
            tlv.check(data)
    assert COUNT // BATCHES // 20 < wellformed < COUNT // BATCHES


def test_lists_locators_and_templates_raise_nothing_but_a_card_error():
    dice = random.Random("lists")
    for data in inputs(dice, 5000):
        for parse in (dol.entries, lambda data: apdu.template(data, 0x70, 0x77, 0x6F)):
            with contextlib.suppress(CardError):
                parse(data)
        with contextlib.suppress(CardError):
            records.locations(data[: len(data) // 4 * 4])


def test_machine_code_reads_what_the_plain_scan_reads():
    """The same inputs on MicroPython's native scan: one check sum over all results."""
    import tlv_inputs

    try:
        started = launch("micropython", DEVICE_SCRIPT, ("20000",))
    except Failure as failure:
        pytest.skip(f"micropython: {failure}")
    done = subprocess.run(started.argv, env=started.env, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(tlv_inputs.told(tlv_plain.scan, 20000, crc32)), "native"]
