# SPDX-License-Identifier: MIT
"""What the page shows beside the screen: lamps, cards in the readers, switches, queue, host rows, alarms, voice.

Folds the session's events into one state; `snapshot()` is that state for a browser that has just come.
"""

from collections.abc import Callable
from typing import Any

from pos.domain import alarms
from suanpan.host import alarms as host_alarms

KEPT_ROWS = 200
KEPT_LINES = 20
HOST_SEVERITIES = (host_alarms.INFO, host_alarms.WARNING, host_alarms.ERROR)
LAMPS = ("ready", "card", "chip", "contactless", "scan", "paper", "link")

Change = tuple[str, Any]


class Desk:
    """State of everything on the page but the screen and the slips; `take(event)` returns what changed."""

    def __init__(self, session: Any) -> None:
        self.lamps = dict.fromkeys(LAMPS, False)
        self.network = {"state": "up", "delay_ms": 0, "loss": 0.0, "blackhole": False}
        self.power: dict[str, Any] = {"on": bool(getattr(session, "powered", True)), "armed": None}
        self.printer = {"paper": "in", "cover": "closed", "overheat": False}
        self.queue = {"records": 0, "pending": 0}
        self.issuer: dict[str, Any] = {"next": None, "code": None}
        self.cards: dict[str, Any] = {"chip": None, "contactless": []}
        self.alarms: list[dict[str, Any]] = []
        self.voice: list[dict[str, Any]] = []
        self._rows: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._takes: dict[str, Callable[[dict[str, Any]], list[Change]]] = {
            "lamps": self._lamps,
            "cards": self._cards,
            "network": self._network,
            "power": self._power,
            "printer": self._printer,
            "journal": self._journal,
            "host": self._host,
            "alarm": self._alarm,
            "voice": self._voice,
            "beep": lambda data: [("beep", data)],
        }
        for row in session.host_transactions():
            self._keep_row(row)

    def take(self, event: dict[str, Any]) -> list[Change]:
        """What one event of the session changes on the page."""
        take = self._takes.get(event["kind"])
        return take({"t_ms": event["t_ms"], **_as_dict(event["data"])}) if take else []

    def arm_cut(self, writes: int) -> Change:
        self.power["armed"] = writes
        return "power", self.power

    def arm_issuer(self, decision: str, code: str | None) -> Change:
        self.issuer = {"next": decision, "code": code}
        return "issuer", self.issuer

    def snapshot(self) -> dict[str, Any]:
        return {
            "lamps": self.lamps,
            "cards": self.cards,
            "network": self.network,
            "power": self.power,
            "printer": self.printer,
            "queue": self.queue,
            "issuer": self.issuer,
            "alarms": self.alarms,
            "voice": self.voice,
            "rows": list(self._rows.values()),
        }

    def _lamps(self, data: dict[str, Any]) -> list[Change]:
        self.lamps = {name: bool(data.get(name)) for name in LAMPS}
        return [("lamps", self.lamps)]

    def _cards(self, data: dict[str, Any]) -> list[Change]:
        self.cards = {name: data.get(name) for name in self.cards}
        return [("cards", self.cards)]

    def _network(self, data: dict[str, Any]) -> list[Change]:
        self.network = {name: data.get(name, value) for name, value in self.network.items()}
        return [("network", self.network)]

    def _power(self, data: dict[str, Any]) -> list[Change]:
        # Lamps and voice die with the power; the picture is left to the display, which keeps its own.
        self.power = {"on": data.get("on", True), "cause": data.get("cause"), "armed": None}
        changes: list[Change] = [("power", self.power)]
        return changes if self.power["on"] else changes + self._lamps({})

    def _printer(self, data: dict[str, Any]) -> list[Change]:
        for name in self.printer:
            if data.get(name) is not None:
                self.printer[name] = data[name]
        return [("printer", self.printer)]

    def _journal(self, data: dict[str, Any]) -> list[Change]:
        self.queue = {name: data.get(name, 0) for name in self.queue}
        return [("queue", self.queue)]

    def _host(self, data: dict[str, Any]) -> list[Change]:
        changes: list[Change] = [("row", self._keep_row(data))]
        if self.issuer["next"]:
            self.issuer = {"next": None, "code": None}
            changes.append(("issuer", self.issuer))
        return changes

    def _keep_row(self, row: dict[str, Any]) -> dict[str, Any]:
        key = (row.get("terminal"), row.get("epoch"), row.get("seq"))
        self._rows[key] = {name: value for name, value in row.items() if name != "t_ms"}
        while len(self._rows) > KEPT_ROWS:
            del self._rows[next(iter(self._rows))]
        return self._rows[key]

    def _alarm(self, data: dict[str, Any]) -> list[Change]:
        self.alarms = [*self.alarms, described(data)][-KEPT_LINES:]
        return [("alarm", self.alarms[-1])]

    def _voice(self, data: dict[str, Any]) -> list[Change]:
        self.voice = [*self.voice, data][-KEPT_LINES:]
        return [("voice", data)]


def described(alarm: dict[str, Any]) -> dict[str, Any]:
    """An alarm with text, remedy and severity (1 to 4) of the terminal's or the host's catalogue."""
    if alarm.get("source") == "host":
        kind = host_alarms.CATALOGUE[alarm["code"]]
        told = {"text": _same(kind.text), "remedy": _same(kind.next_step)}
        return {**alarm, **told, "severity": HOST_SEVERITIES.index(kind.severity) + 1}
    try:
        known = alarms.by_code(int(alarm.get("code", 0)))
    except (KeyError, ValueError, TypeError):
        return {**alarm, "text": None}  # of a newer terminal
    return {
        **alarm,
        "severity": known.severity,
        "text": dict(zip(("zh", "en"), known.text, strict=True)),
        "remedy": dict(zip(("zh", "en"), known.remedy, strict=True)),
    }


def _same(text: str) -> dict[str, str]:
    """A text that exists in English only."""
    return {"zh": text, "en": text}


def _as_dict(data: Any) -> dict[str, Any]:
    """Bench events may carry a bare value: what is said, a tone."""
    return dict(data) if isinstance(data, dict) else {"text" if isinstance(data, str) else "value": data}
