# SPDX-License-Identifier: MIT
"""What a run leaves in its `--out` directory (DESIGN section 5): screens, slips, journal, image, summary."""

import json
import shutil
from pathlib import Path
from typing import Any

from suanpan.host import icc
from suanpan.simulator.events import Event
from suanpan.simulator.ledger import UNREADABLE
from suanpan.simulator.session import Session

SCHEMA = "suanpan.sim.run/1"


class Screens:
    """Keeps each new picture as `screens/0001.txt` and `.png`, in the order shown."""

    def __init__(self, session: Session) -> None:
        self._session, self._directory, self._count = session, session.out / "screens", 0
        self._directory.mkdir(exist_ok=True)
        session.subscribe(self._take)

    def _take(self, event: Event) -> None:
        if event["kind"] != "screen":
            return
        self._count += 1
        path = self._directory / f"{self._count:04}"
        path.with_suffix(".txt").write_text(event["data"]["text"] + "\n", encoding="utf-8")
        self._session.bench.display.image().save(path.with_suffix(".png"), compress_level=1)


def save_receipts(session: Session) -> list[dict[str, Any]]:
    """Every slip as bytes, text and picture; the rows say which were torn off whole."""
    directory = session.out / "receipts"
    directory.mkdir(exist_ok=True)
    rows = []
    for number, slip in enumerate(session.bench.printer.slips, 1):
        path = directory / f"{number:03}"
        path.with_suffix(".bin").write_bytes(slip.bytes)
        path.with_suffix(".txt").write_text(slip.text + "\n", encoding="utf-8")
        path.with_suffix(".png").write_bytes(slip.png_bytes)
        rows.append({"file": f"receipts/{path.name}", "complete": slip.complete, "text": slip.text})
    return rows


def save_journal(session: Session) -> dict[str, Any]:
    """The flash image as it stands and its records, one JSON object a line."""
    shutil.copyfile(session.profile.flash_path, session.out / "flash.img")
    try:
        state = session.journal_state()
    except UNREADABLE as error:  # a damaged journal is a result too; its image is kept above
        return {"records": 0, "pending": 0, "error": str(error)}
    with open(session.out / "journal.jsonl", "w", encoding="utf-8") as file:
        for record in state.records:
            print(json.dumps(icc.shown(record), ensure_ascii=False), file=file)
    return {"records": len(state.records), "pending": state.pending}


def save_summary(out: Path, summary: dict[str, Any]) -> None:
    text = json.dumps(summary, ensure_ascii=False, indent=2, default=_hex)
    (out / "summary.json").write_text(text + "\n", encoding="utf-8")


def _hex(value: Any) -> str:
    return value.hex() if isinstance(value, bytes | bytearray | memoryview) else str(value)
