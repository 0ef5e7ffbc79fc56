# SPDX-License-Identifier: MIT
"""Terminals as processes: the application on all runtimes, each with a folder that outlives it."""

import json
from collections import Counter
from pathlib import Path

from fleet.children import Child
from pos.codec import records
from pos.journal.devices import FileDevice
from pos.journal.journal import Journal
from suanpan.errors import Failure
from suanpan.host import sandbox
from suanpan.journal.image import recovered
from suanpan.runtime.launch import launch
from suanpan.simulator.invariants.evidence import identity
from suanpan.simulator.profile import Profile

SCRIPT = Path(__file__).parent / "till" / "main.py"
RUNTIMES = ("cpython",) + ("micropython",) * 3 + ("micropython32",) * 2  # in turn
HEAP = {
    "micropython32": "192k"
}  # the application in its 128 KiB, and the cashier with the notebook beside it
WORN_EACH, WORN_BLOCKS = 5, 6  # every fifth journal is small and has been in use
WORN_RECORDS, WORN_SYNCED = 220, 20  # it has gone round; the next block is full after a few sales
CONFIG = {
    "language": "en",
    "voice": False,
    "key_beep": False,
    "answer_timeout_s": 5,
    "keepalive_s": 5,
    "reconnect_max_s": 2,
    "connect_wait_s": 1,
    "result_s": 1,
    "idle_timeout_s": 20,
    "present_timeout_s": 20,
}
CARDS = ("mag-credit",) * 12 + ("mag-debit", "mag-declined", "mag-silent", "mag-late", "mag-partial")
CODES = ("134567890123456789", "134567890123456751", "134567890123456798")


class Till(Child):
    """One terminal; `partition` is that of its host."""

    def __init__(
        self, number: int, folder: Path, seed: int, pause_ms: int, runtime: str, config: dict
    ) -> None:
        self.terminal, self.folder, self.runtime = f"SIM{number:05}", folder, runtime
        folder.mkdir()
        profile = Profile.open(folder, self.terminal)
        profile.configure({**CONFIG, **config})
        self.earlier = _worn(profile.flash_path, self.terminal) if number % WORN_EACH == 0 else (0, 0)
        self.oldest = self.oldest_retained
        purse = [sandbox.cards[name]["track2"] for name in CARDS]
        (folder / "purse.json").write_text(json.dumps([*purse, *CODES]))
        words = str(folder), str(seed * 1000 + number), str(pause_ms)
        argv, env = launch(runtime, SCRIPT, words, HEAP.get(runtime))
        env = {**env, "PYTHONUNBUFFERED": "1"}
        super().__init__(self.terminal, argv, env, folder / "said.log")

    @property
    def image(self) -> bytes:
        return (self.folder / "flash.img").read_bytes()

    @property
    def oldest_retained(self) -> tuple[int, int]:
        """Identity of the first record that the journal holds; (0, 0) when it is empty."""
        bodies = (body for _, body in recovered(self.image).scan())
        return next((identity(records.as_dict(body)) for body in bodies), (0, 0))

    @property
    def went_round(self) -> bool:
        """Was a block of it erased since the beginning?"""
        return self.oldest_retained not in (self.oldest, (1, 1))

    def lines(self, name: str) -> list[dict]:
        """JSON lines of one of its files; the one in which it died is left out."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""
        return [one for one in map(_parsed, text.splitlines()) if one is not None]


def _worn(path: Path, terminal: str) -> tuple[int, int]:
    """Make a journal that soon erases a block, all of it with another host; (epoch, seq) of its last record.

    What follows has a new epoch, as after a repair.
    """
    device = FileDevice.create(str(path), WORN_BLOCKS)
    Journal.format(device, terminal, 1)
    journal = Journal(device)
    journal.recover()
    for number in range(1, WORN_RECORDS + 1):
        journal.append(records.ALARM, records.ALARM.values(at_s=1, code=301, severity=2))
        if number % WORN_SYNCED == 0:
            journal.retire(number)
    journal.begin_epoch(2)
    device.close()
    return 1, WORN_RECORDS


def _parsed(line: str) -> dict | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def runtimes() -> tuple[list[str], dict[str, str]]:
    """The runtimes of the terminals in turn, and why others are missing."""
    missing = {}
    for name in dict.fromkeys(RUNTIMES):
        try:
            launch(name, SCRIPT)
        except Failure as failure:
            missing[name] = str(failure)
    return [name for name in RUNTIMES if name not in missing], missing


def by_runtime(tills: list[Till]) -> str:
    return ", ".join(f"{count} {name}" for name, count in Counter(till.runtime for till in tills).items())
