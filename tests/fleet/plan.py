# SPDX-License-Identifier: MIT
"""What strikes whom and when, drawn from a seed. Plain values; what comes of them is up to real processes."""

from dataclasses import dataclass
from random import Random

KILLS = {"terminal": (0.4, (0.0, 2.0)), "broker": (12.0, (0.2, 3.0)), "host": (12.0, (0.2, 2.0))}
WEATHER = {  # kind: the number that the proxy is given, from the lowest to the highest
    "delay_ms": (20, 700),
    "slice_bytes": (1, 1),
    "blackhole": (1, 1),
    "cut_after": (1, 3000),
    "down": (1, 1),
}
_WEATHER_EACH_S, _WEATHER_LASTS_S = 2.5, (0.5, 8.0)
_LEAST = 2  # of each kind on average, however short the run is


@dataclass(frozen=True)
class Stroke:
    """Strikes process or line number `whom` at `at_s` for `lasts_s`; a killed process starts again after that."""

    at_s: float
    kind: str
    whom: int
    lasts_s: float
    number: int = 0

    def told(self) -> str:
        number = f" {self.number}" if self.kind in ("delay_ms", "cut_after") else ""
        return f"{self.at_s:7.2f} s  {self.kind}{number}, number {self.whom}, for {self.lasts_s:.2f} s"


@dataclass(frozen=True)
class Size:
    """How many of each there are; a line is a proxy between some terminals, or the hosts, and the brokers."""

    terminals: int
    brokers: int
    hosts: int
    lines: int


def drawn(seed: int, size: Size, seconds: float) -> list[Stroke]:
    """Every stroke of a run, by time."""
    random = Random(f"fleet {seed}")
    strokes = _weather(random, size.lines, seconds)
    for kind, (each_s, lasts) in KILLS.items():
        count = {"terminal": size.terminals, "broker": size.brokers, "host": size.hosts}[kind]
        each_s *= 50 / size.terminals if kind == "terminal" else 1
        for at_s in _times(random, each_s, seconds):
            strokes.append(Stroke(at_s, kind, random.randrange(count), random.uniform(*lasts)))
    return sorted(strokes, key=lambda stroke: stroke.at_s)


def _weather(random: Random, lines: int, seconds: float) -> list[Stroke]:
    found = []
    for at_s in _times(random, _WEATHER_EACH_S, seconds):
        kind = random.choice(tuple(WEATHER))
        lasts_s = random.uniform(*_WEATHER_LASTS_S)
        found.append(Stroke(at_s, kind, random.randrange(lines), lasts_s, random.randint(*WEATHER[kind])))
    return found


def _times(random: Random, each_s: float, seconds: float):
    """Moments that are `each_s` apart on average and know nothing of each other."""
    each_s = min(each_s, seconds / _LEAST)
    at_s = random.expovariate(1 / each_s)
    while at_s < seconds:
        yield at_s
        at_s += random.expovariate(1 / each_s)
