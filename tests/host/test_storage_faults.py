# SPDX-License-Identifier: MIT
"""FAULTS F9 on Linux: the journal's file and the host's database on a medium that is full or read-only."""

import errno
import subprocess
import sys

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from pos.journal.devices import BLOCK, FileDevice
from suanpan.host import database
from suanpan.host.schema import records

pytestmark = pytest.mark.fault("F9")
BLOCKS, LAST_WHOLE = 8, 3

# A file system that takes no byte behind a limit, for this process alone.
FILL = """
import errno, resource, signal, sys
from pos.codec import records
from pos.journal import Journal
from pos.journal.devices import BLOCK, FileDevice
device = FileDevice(sys.argv[1])
journal = Journal(device)
journal.recover()
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (BLOCK * int(sys.argv[2]),) * 2)
written = 0
try:
    while True:
        written = journal.append(records.ALARM, records.ALARM.values(code=301, severity=2))
except OSError as error:
    print(written, errno.errorcode[error.errno], flush=True)
"""


def test_what_the_journal_acknowledged_on_a_full_file_system_is_there(tmp_path):
    from pos.journal import Journal

    path = tmp_path / "flash.img"
    device = FileDevice.create(str(path), BLOCKS)
    Journal.format(device, "SIM00001", 1)
    device.close()
    words = [sys.executable, "-c", FILL, str(path), str(LAST_WHOLE)]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    device = FileDevice(str(path))
    journal = Journal(device)
    journal.recover()
    assert said[1] in ("EFBIG", "ENOSPC") and path.stat().st_size == BLOCKS * BLOCK
    assert journal.next_seq - 1 == int(said[0]) > 50
    assert [seq for seq, _ in journal.pending()] == list(range(1, int(said[0]) + 1))
    device.close()


def test_a_profile_that_cannot_be_written_is_refused_at_start(tmp_path, monkeypatch):
    """A read-only file system, for one who may write anywhere otherwise."""
    path = tmp_path / "flash.img"
    FileDevice.create(str(path), BLOCKS).close()

    def read_only(*_words, **_options):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("builtins.open", read_only)
    with pytest.raises(OSError, match="Read-only"):
        FileDevice(str(path))


@pytest.mark.parametrize("db_url", ["sqlite"], indirect=True)  # its own limit makes it full
def test_a_host_without_room_gives_no_receipt_and_takes_everything_later(books, terminal):
    full = True

    def no_room(connection, *_):
        if full:
            pages = connection.exec_driver_sql("pragma page_count").scalar()
            connection.exec_driver_sql(f"pragma max_page_count = {pages}")
        else:
            connection.exec_driver_sql("pragma max_page_count = 1073741823")

    event.listen(books.engine, "begin", no_room)
    messages = [terminal.message(*[terminal.alarm(detail=f"{n} {m}") for m in range(30)]) for n in range(40)]
    with pytest.raises(OperationalError, match="full"):
        for message in messages:
            books.take(terminal, message)
    full = False
    for message in messages:
        (receipt,) = books.take(terminal, message).receipts
    with database.reading(books.engine) as connection:
        held = connection.execute(select(func.count()).select_from(records)).scalar()
    assert receipt.cumulative == held == 1200
