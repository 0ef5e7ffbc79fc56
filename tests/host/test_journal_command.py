# SPDX-License-Identifier: MIT
"""`suanpan journal …` on the image of a terminal: what holds, what is found, what is left of a damaged one."""

import errno
import hashlib
import json
import os
import struct
import zlib

import pytest
from click.testing import CliRunner

from journal_v1 import Journal1
from pos.codec import earlier, records
from pos.journal import Journal
from pos.journal.devices import RamDevice
from pos.journal.layout import BLOCK, HEADER, VERSION
from stocked import decide, sell, stocked, void
from suanpan.journal.commands import journal
from suanpan.journal.retention import kept_sales

SALES = 40  # three blocks


@pytest.fixture
def image(tmp_path):
    log = stocked(SALES)
    decide(log, void(log, SALES + 1, sell(log, SALES + 2, amount=1234)))
    path = tmp_path / "flash.img"
    path.write_bytes(b"".join(bytes(page) if page else b"\xff" * 256 for page in log._flash._device.pages))
    return path


def run(*words, code=0):
    result = CliRunner().invoke(journal, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout) if "--json" in words and code in (0, 8) else result.output


def damage(image, block):
    """Flip a bit in the first record of `block`."""
    data = bytearray(image.read_bytes())
    data[block * BLOCK + 64 + 20] ^= 1
    image.write_bytes(data)


def test_verify_says_what_holds_and_changes_nothing(image):
    before = image.read_bytes()
    said = run("verify", image, "--json")
    assert (said["holds"], said["terminal"], said["pending"]) == (True, "SIM00001", 4)
    assert said["records"] == said["next_seq"] - 1 == 2 * SALES + 4 and said["links"] >= 2
    assert (said["transactions"], said["since"], said["keeps_sales"]) == (
        SALES + 2,
        "1970-01-01T00:16:41Z",
        kept_sales(image.stat().st_size // BLOCK),
    )
    assert "every record and link holds" in run("verify", image)
    assert image.read_bytes() == before


def test_find_by_what_stands_on_a_slip(image):
    assert [row["trace"] for row in run("find", image, "--last-four", "0003", "--json")["transactions"]][
        :2
    ] == [38, 31]
    (row,) = run("find", image, "--amount", "12.34", "--json")["transactions"]
    assert (row["state"], row["voucher"]) == ("voided", SALES + 7)
    assert (
        len(run("find", image, "--to", "1970-01-01T00:16:45", "--json")["transactions"]) == 5 + 1
    )  # the void: no time
    assert len(run("find", image, "--limit", "3", "--json")["transactions"]) == 3
    assert "voided" in run("find", image, "--trace", SALES + 2)
    assert run("find", image, "--trace", "999").strip() == "no transactions"


def test_export_can_be_checked_again(image, tmp_path):
    out = tmp_path / "evidence.json"
    run("export", image, "--out", out)
    made = json.loads(out.read_text(encoding="utf-8"))
    assert made["image_sha256"] == hashlib.sha256(image.read_bytes()).hexdigest() and made["trouble"] == ""
    assert [record["seq"] for record in made["records"]] == list(range(1, 2 * SALES + 5))
    first = made["records"][0]
    start = first["block"] * BLOCK + first["offset"] + 12
    assert image.read_bytes()[start:].startswith(bytes.fromhex(first["bytes"]))
    assert "is there already" in run("export", image, "--out", out, code=2)
    run("export", image, "--out", out, "--yes")


@pytest.mark.fault("F3")
def test_of_a_damaged_image_everything_whole_is_exported(image, tmp_path):
    damage(image, 1)
    assert "export" in run("verify", image, code=6) or "reconcile" in run("verify", image, code=6)
    said = run("export", image, "--out", tmp_path / "evidence.json", "--json", code=8)
    assert said["trouble"] and 2 * SALES > said["records"] > SALES


def of_the_future(image):
    """Block 2 says that it is of a later format."""
    data = bytearray(image.read_bytes())
    header = memoryview(data)[2 * BLOCK : 2 * BLOCK + HEADER]
    header[3] = VERSION + 1
    struct.pack_into(">I", header, HEADER - 4, zlib.crc32(header[: HEADER - 4]))
    image.write_bytes(data)


def test_a_later_format_is_refused_and_what_cannot_be_read_is_exported_as_bytes(image, tmp_path):
    of_the_future(image)
    assert f"format {VERSION + 1} is not known: update" in run("verify", image, code=6)
    out = tmp_path / "evidence.json"
    assert "update the application" in run("export", image, "--out", out, "--json", code=8)["trouble"]
    made = json.loads(out.read_text(encoding="utf-8"))
    assert {row["block"] for row in made["records"]} == {0, 1, 3}
    (unread,) = made["unread"]
    assert unread["block"] == 2 and image.read_bytes()[2 * BLOCK :].startswith(bytes.fromhex(unread["bytes"]))


def test_an_image_of_the_first_format_is_read(tmp_path):
    old, path = Journal1(), tmp_path / "flash.img"
    old.append(earlier.BOOT, earlier.BOOT.values(version="0.1.0"))
    for trace in (1, 2):
        old.append(records.SALE, records.SALE.values(trace=trace, amount=1234, currency="CNY"))
    path.write_bytes(b"".join(bytes(page) if page else b"\xff" * 256 for page in old.flash.pages))
    assert run("verify", path, "--json")["records"] == 3
    assert [row["trace"] for row in run("find", path, "--amount", "12.34", "--json")["transactions"]] == [
        2,
        1,
    ]
    made = run("export", path, "--out", tmp_path / "evidence.json", "--json")
    assert made["records"] == 3 and made["trouble"] == ""


def test_bad_input_names_the_next_step(image, tmp_path):
    odd, empty = tmp_path / "odd.img", tmp_path / "empty.img"
    odd.write_bytes(b"x" * 5000)
    empty.write_bytes(b"\xff" * BLOCK * 8)
    for path, code in ((odd, 2), (empty, 6), (tmp_path / "none.img", 2), (tmp_path, 2)):
        assert "Traceback" not in run("verify", path, code=code)
    assert "flash.img" in run("verify", odd, code=2) and "not formatted" in run("verify", empty, code=6)
    assert "12.34" in run("find", image, "--amount", "twelve", code=2)
    assert "cannot be written" in run("export", image, "--out", tmp_path / "no" / "x.json", code=1)


@pytest.mark.fault("F9")
def test_an_export_never_replaces_the_image_nor_a_file_that_it_cannot_write_whole(
    image, tmp_path, monkeypatch
):
    before = image.read_bytes()
    assert "Next:" in run("export", image, "--out", image, "--yes", code=2)
    assert image.read_bytes() == before
    out = tmp_path / "evidence.json"
    out.write_text("an earlier one")

    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left" in run("export", image, "--out", out, "--yes", code=1)
    assert out.read_text() == "an earlier one" and sorted(tmp_path.iterdir()) == [out, image]


def test_a_pipe_or_a_device_is_no_image(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for odd in (tmp_path / "pipe", "/dev/zero"):
        assert "is no regular file" in run("verify", odd, code=2)


@pytest.mark.parametrize("name", ["SIM\x1b[2J", "\xff"])
def test_a_name_that_is_no_terminals_is_never_shown(tmp_path, name):
    device = RamDevice(8)
    Journal.format(device, name, 1)
    path = tmp_path / "flash.img"
    path.write_bytes(b"".join(bytes(page) if page else b"\xff" * 256 for page in device.pages))
    said = run("verify", path, code=6)
    assert "Next: " in said and "\x1b" not in said
