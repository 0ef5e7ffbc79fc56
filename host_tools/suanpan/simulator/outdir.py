# SPDX-License-Identifier: MIT
"""The directory that a run leaves its artefacts in (DESIGN section 5), rid of those of an earlier run."""

from pathlib import Path

from suanpan.errors import USAGE, Failure

FILES = ("events.jsonl", "journal.jsonl", "flash.img", "mqtt.bin", "summary.json", "device.log")
PICTURES = ("screens/[0-9]*.txt", "screens/[0-9]*.png", "receipts/[0-9]*.*")


def prepare(directory: Path) -> None:
    """Make `directory`; Failure when that cannot be. Only files that a run makes are taken away."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for old in [directory / name for name in FILES] + [f for p in PICTURES for f in directory.glob(p)]:
            old.unlink(missing_ok=True)
    except OSError as error:
        raise Failure(
            f"{directory} cannot hold the artefacts of a run: {error.strerror}",
            "name a folder of your own with --out",
            USAGE,
        ) from None
