# SPDX-License-Identifier: MIT
"""S9: the search for secrets finds each form in each place, and accuses nothing that may be there."""

import os
import random
import sqlite3

import pytest
from leaked import FORMS, PAN, PLACES, TRACK2

from pos.crypto import sandbox
from pos.crypto.dukpt_register import Register
from pos.journal.devices import RamDevice
from suanpan.canaries import Search, canary

KEY = bytes(range(200, 232))
SEARCH = Search([*canary.of_text(TRACK2), canary.key("mac", KEY), canary.pin("718293405162")])


def found(files, search=SEARCH):
    return [str(leak) for leak in search.files(files)]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("form", FORMS)
def test_s9_each_form_is_found_in_each_place(place, form):
    leaks = found({"quiet.txt": b"nothing", place: PLACES[place](FORMS[form])})
    assert leaks and all(leak.startswith(place) for leak in leaks)
    assert not any(PAN in leak or PAN[:7] in leak for leak in leaks)


@pytest.mark.parametrize("place", PLACES)
def test_s9_what_may_be_shown_is_not_accused(place):
    allowed = b"625094******5604 Q ************5604 CNY 1234.00 2026-03-14 09:26:53 35121 seq 6250947"
    assert not found({place.replace("device.log", "device.txt"): PLACES[place](allowed)})


def test_s9_a_log_may_hold_the_last_four_only():
    assert found({"device.log": b"card 625094******5604"}) == [
        "device.log holds 625094…5604 in clear (masked too little)"
    ]
    assert not found({"device.log": b"card ****5604"})


def test_s9_random_bytes_are_not_accused():
    assert not found({"noise": random.Random(4).randbytes(1 << 20), "erased": b"\xff" * 4096 + bytes(4096)})


@pytest.mark.parametrize(
    "data", [KEY, KEY.hex().upper().encode(), KEY.hex(":").replace(":", " ").encode(), repr(KEY).encode()]
)
def test_s11_a_key_is_found(data):
    assert "the key mac" in found({"flash.img": b"\xff" * 99 + data + b"\xff" * 99})[0]


def test_s9_a_pin_is_found_and_a_short_one_refused():
    assert "a PIN" in found({"device.log": bytes.fromhex("4c718293405162ffff")})[0]
    with pytest.raises(ValueError):
        canary.pin("1234")


@pytest.mark.parametrize("block", ["0020008008241234ffffffffff", "441234aaaaaaaaaa548ed7fd65495950"])
def test_s9_a_short_pin_is_found_in_the_clear_blocks_that_hold_it(block):
    search = Search(canary.of_card({"pin": "1234"}))
    assert "a PIN's block" in found({"device.log": b"\x00" + bytes.fromhex(block)}, search)[0]
    assert found({"device.log": block.upper().encode()}, search)
    assert not found({"device.log": b"1234", "erased": b"\xff" * 4096}, search)


def test_s9_a_row_that_is_only_in_the_write_ahead_log_is_found(tmp_path):
    connection = sqlite3.connect(tmp_path / "host.db")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("CREATE TABLE alarms (detail)")
    connection.execute("INSERT INTO alarms VALUES (?)", (os.urandom(9000) + PAN.encode(),))
    connection.commit()
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    connection.close()
    assert any(leak.startswith("host.db, values") for leak in found(files))


def test_s9_a_damaged_container_is_searched_as_it_stands():
    for name, head in (("a.zip", b"PK\x03\x04"), ("a.gz", b"\x1f\x8b\x08\0"), ("a.db", b"SQLite format 3\0")):
        assert found({name: head + b"\x01" * 90 + PAN.encode()})


def test_s9_a_chip_and_its_transcript_are_known_by_their_data_alone():
    """A card file as DESIGN section 5 has it, with what a card of the simulator adds."""
    card = {
        "exchanges": [["00B2010C00", "70165A0847617390010101195F3401019000"],
                      ["00B2011400", "7013" "5711" "6250947000000014D351220186420975319000"]],
        "pin": "718293405162", "icc_key": KEY.hex(),
    }  # fmt: skip
    search = Search(canary.of_card(card))
    for clear in (b"4761739001010119", b"6250947000000014", b"35122018642097531", b"718293405162", KEY):
        assert found({"flash.img": clear}, search), clear


def test_s9_the_folder_is_searched_with_its_subfolders(tmp_path):
    (tmp_path / "screens").mkdir()
    (tmp_path / "screens" / "0001.txt").write_text("SALE " + PAN, encoding="utf-8")
    assert [leak.place for leak in SEARCH.folder(tmp_path)] == [os.path.join("screens", "0001.txt")]


def test_the_keys_of_a_terminals_first_transactions_are_known():
    """Those of its register, in every form that a key has."""
    register = Register(RamDevice(2))
    register.inject(*sandbox.initial_key("SIM00001", 1))
    search = Search(canary.of_register(*sandbox.initial_key("SIM00001", 1), transactions=2))
    out = bytearray(16)
    for counter in (1, 2):
        taken = register.take()
        for usage in ("pin", "data"):
            taken.working_key(usage, out)
            for leak in (bytes(out), out.hex().encode()):
                (found,) = {one.name for one in search.files({"log": leak})}
                assert found == f"the key {usage} of transaction {counter}"
    assert not list(search.files({"log": bytes(16)}))
