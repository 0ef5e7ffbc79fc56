# SPDX-License-Identifier: MIT
"""Alarms as events, summary and panel show them: one shape, whether the terminal or the host raised them.

`source`, `code` (of the catalogue of that source), `name`, `text`, `remedy`, `detail`: all of them text.
"""

from typing import Any

from pos.domain import alarms as terminal_alarms
from suanpan.host.alarms import CATALOGUE


def of_terminal(record: dict[str, Any]) -> dict[str, str]:
    """An alarm record of the journal with its entry in the terminal's catalogue."""
    try:
        entry = terminal_alarms.by_code(record["code"])
    except KeyError:  # from a newer terminal
        return _alarm("terminal", record, f"alarm {record['code']}", "", "")
    return _alarm("terminal", record, entry.name, " / ".join(entry.text), " / ".join(entry.remedy))


def of_host(row: dict[str, Any]) -> dict[str, str]:
    """An alarm that the host raised itself, with its entry in the host's catalogue."""
    kind = CATALOGUE[row["code"]]
    return _alarm("host", row, row["code"], kind.text, kind.next_step)


def _alarm(source: str, raised: dict[str, Any], name: str, text: str, remedy: str) -> dict[str, str]:
    told = {"name": name, "text": text, "remedy": remedy, "detail": raised["detail"]}
    return {"source": source, "code": str(raised["code"]), **told}
