# SPDX-License-Identifier: MIT
"""Keys of certification authorities out of their file: only what is genuine and not expired."""

import json
import os
from binascii import unhexlify

from own_file import own_file
from pos.cards.ca_keys import CaKeys
from recorded_sale import sale

PATH = own_file("ca-keys.jsonl")
ROW = sale("chip-credit")["authority"]
VISA = unhexlify("A000000003")


def found(*rows, rid=VISA, index=0xF1, today="20251122"):
    with open(PATH, "w") as file:
        for row in rows:
            file.write(row if isinstance(row, str) else json.dumps(row) + "\n")
    try:
        return CaKeys(PATH, today)(rid, index)
    finally:
        os.remove(PATH)


def row(**changes):
    changed = dict(ROW)
    changed.update(changes)
    return changed


def test_a_key_is_found_by_rid_and_index():
    modulus, exponent = found(row(rid="A000000004"), row(index="01"), ROW)
    assert modulus == unhexlify(ROW["modulus"]) and exponent == 3
    assert found(ROW, index=0x01) is None and found(ROW, rid=unhexlify("A000000004")) is None


def test_a_key_holds_to_its_last_day():
    assert found(row(expires="20251122")) and found(row(expires="20251121")) is None


def test_a_key_whose_check_sum_is_another_is_not_taken():
    assert found(row(sha1="00" * 20)) is None and found(row(exponent="010001")) is None


def test_without_a_file_or_in_a_damaged_one_there_is_no_key():
    assert CaKeys("no-such-file.jsonl", "20251122")(VISA, 0xF1) is None
    for damaged in ("{", "[]\n", '{"rid": 1}\n', json.dumps(row(modulus="xyz")) + "\n"):
        assert found(damaged, ROW) is None, damaged
