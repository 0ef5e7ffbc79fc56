# SPDX-License-Identifier: MIT
"""100 000 inputs for the TLV parser: as a parser written for reading alone says, or a ValueError (docs/fuzzing.md)."""

import contextlib
import subprocess
from zlib import crc32

import pytest
from fuzzing import COUNT, Grammar, Target, fuzzed

from boards.sim.chips.emv.cards import PERSONALITIES
from pos.cards import apdu, dol, records, tlv, tlv_plain
from pos.cards.errors import CardError
from suanpan.errors import Failure
from suanpan.places import ROOT
from suanpan.runtime.launch import launch

pytestmark = pytest.mark.fault("F32")
DEVICE_SCRIPT = ROOT / "tests" / "property" / "tlv_inputs.py"
REAL = (
    *(tlv.build((0x70, body)) for body in PERSONALITIES["chip-credit"].records.values()),
    PERSONALITIES["chip-credit"].fci,
    *PERSONALITIES["chip-pin"].records.values(),
)
GRAMMAR = Grammar(
    lambda dice: dice.choice(REAL),
    telling=bytes.fromhex("00 1F 5A 5F 6F 70 77 7F 80 81 82 83 84 85 9F FF 01 02 03 A5 BF 0C"),
    longest=24,
)


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


def objects(data):
    said = outcome(tlv.parse, data)
    assert said == outcome(reference, data)
    with contextlib.suppress(ValueError):
        tlv.check(data)
    if said is None:
        raise ValueError


def lists(data):
    """Data object lists, record locators, the template of an answer."""
    for read in (dol.entries, lambda data: apdu.template(data, 0x70, 0x77, 0x6F)):
        with contextlib.suppress(CardError):
            read(data)
    records.locations(data[: len(data) // 4 * 4])


TARGETS = {"tlv": Target(objects, GRAMMAR), "lists": Target(lists, GRAMMAR, (CardError,))}


def test_what_parses_parses_as_in_the_reference():
    tally = fuzzed(TARGETS["tlv"], 1)
    assert tally.taken > COUNT // 20 and tally.refused > COUNT // 20


def test_lists_locators_and_templates_raise_nothing_but_a_card_error():
    tally = fuzzed(TARGETS["lists"], 1, COUNT // 20)
    assert tally.taken and tally.refused


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
