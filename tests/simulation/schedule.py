# SPDX-License-Identifier: MIT
"""What happens in one run, drawn from a seed: acts of the people, faults of everything else. Plain values."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from simulation.flash import TEARS

WEEK_S = 7 * 86400
CARDS = ("mag-credit",) * 5 + ("mag-debit", "mag-declined", "mag-silent", "mag-late", "mag-partial",
                                "134567890123456789", "134567890123456751", "134567890123456798")  # fmt: skip
_AGES = ("new",) * 12 + ("filled",) * 4 + ("backlog", "backlog", "turned", "full")
_MANNERS = ("",) * 7 + ("cancels", "swipes badly", "cancels late")
_OVERTAKING = _DEAF = 0.02  # of all schedules
_REFUNDING = 0.25
_MANNERS_OF_REFUNDS = ("",) * 6 + ("cancels", "cancels late", "other card")
_KEY_CUT = 0.1
_EPOCH_1970, _EPOCH_2036 = -1_773_000_000, 313_000_000  # seconds from the run's beginning


@dataclass(frozen=True)
class Act:
    """One thing that a person does: sale, void, refund or reprint, after a pause at the idle screen.

    A refund is of the newest sale; its amount 0 is all that remains.
    """

    kind: str
    pause_ms: int
    amount: int = 0
    card: str = ""
    manner: str = ""

    def told(self) -> str:
        if self.kind == "refund":
            return " ".join(filter(None, (f"refund of {self.amount or 'the rest'}", self.manner)))
        if self.kind != "sale":
            return self.kind
        return " ".join(filter(None, (f"sale of {self.amount} by {self.card}", self.manner)))


@dataclass(frozen=True)
class Fault:
    """`kind` at `at_ms`, to terminal number `whom`; what `numbers` mean is said in faults.py."""

    at_ms: int
    kind: str
    whom: int
    numbers: tuple[int, ...] = ()

    def told(self) -> str:
        return f"{self.at_ms / 1000:9.3f} s  {self.kind} {self.whom} {self.numbers}"


@dataclass(frozen=True)
class Schedule:
    """Everything that decides a run; the same schedule is the same run."""

    seed: int
    blocks: int
    age: str  # of journal and books: see ages.py
    ticks_start_ms: int
    plans: tuple[tuple[Act, ...], ...]  # one for each terminal
    faults: tuple[Fault, ...]

    def smaller(self) -> Iterator["Schedule"]:
        """Every schedule with one fault, one act, one terminal or the age less."""
        for at in range(len(self.faults)):
            yield replace(self, faults=self.faults[:at] + self.faults[at + 1 :])
        if len(self.plans) > 1:
            yield replace(self, plans=self.plans[:1])
        for who, plan in enumerate(self.plans):
            for at in range(len(plan)):
                left = plan[:at] + plan[at + 1 :]
                yield replace(self, plans=self.plans[:who] + (left,) + self.plans[who + 1 :])
        if self.age != "new":
            yield replace(self, age="new")


def drawn(seed: int) -> Schedule:
    """The schedule of a seed."""
    random = Random(f"schedule {seed}")
    terminals = 2 if random.random() < 0.1 else 1
    plans = tuple(_plan(random) for _ in range(terminals))
    length_ms = 8000 * max(map(len, plans)) + 8000
    count = random.choice((0, 1, 1, 2, 2, 2, 3, 3, 4, 6))
    faults = sorted((_fault(random, terminals, length_ms) for _ in range(count)), key=lambda one: one.at_ms)
    wrap = random.random() < 0.05
    age = random.choice(_AGES)
    if age == "full":  # and nobody there who would receive anything
        faults.insert(0, Fault(0, "partition", 0, (40_000,)))
    found = Schedule(
        seed=seed,
        blocks=random.choice((6, 6, 7, 8)),
        age=age,
        ticks_start_ms=(1 << 30) - random.randint(1000, 60_000) if wrap else 1000,
        plans=plans,
        faults=tuple(faults),
    )
    found = _refunding(Random(f"refunds {seed}"), found)
    found = _overtaking(random, found) if random.random() < _OVERTAKING else found
    found = _deaf(random, found, length_ms) if random.random() < _DEAF else found
    return _key_cut(random, found, length_ms) if random.random() < _KEY_CUT else found


def _refunding(random: Random, found: Schedule) -> Schedule:
    """By dice of its own, so that a seed which does not draw it stays the run that it was."""
    if random.random() >= _REFUNDING:
        return found
    return replace(found, plans=tuple(_with_refunds(random, plan) for plan in found.plans))


def _with_refunds(random: Random, plan: tuple[Act, ...]) -> tuple[Act, ...]:
    acts = list(plan)
    for _ in range(random.randint(1, 4)):
        amount, manner = random.choice((0, 0, 1, 60, 700, 5000)), random.choice(_MANNERS_OF_REFUNDS)
        refund = Act("refund", random.choice((0, 100, 1000, 4000)), amount, manner=manner)
        acts.insert(random.randint(0, len(acts)), refund)
    return tuple(acts)


def _deaf(random: Random, found: Schedule, length_ms: int) -> Schedule:
    """Apart from the other faults, so that a seed which does not draw it stays the run that it was."""
    return _with(found, Fault(random.randrange(length_ms), "deaf", random.randrange(len(found.plans))))


def _key_cut(random: Random, found: Schedule, length_ms: int) -> Schedule:
    """At the register of keys, apart for the same reason: operations until power goes, of a sale's two, and how."""
    numbers = random.choice((1, 1, 2, 2, 3, 4)), random.randrange(len(TEARS))
    whom = random.randrange(len(found.plans))
    return _with(found, Fault(random.randrange(length_ms // 2), "key cut", whom, numbers))


def _with(found: Schedule, fault: Fault) -> Schedule:
    return replace(found, faults=tuple(sorted((*found.faults, fault), key=lambda one: one.at_ms)))


def _overtaking(random: Random, found: Schedule) -> Schedule:
    """A rival is approved; the terminal takes a sale of that number back, and tells so ahead of its backlog."""
    away_ms = random.randint(33_000, 37_000)
    code, card = Act("sale", 0, 100, "134567890123456789"), Act("sale", 0, 1234, "mag-credit")
    faults = (
        Fault(0, "partition", 0, (away_ms,)),
        Fault(100, "rival", 0, (0, 0)),
        Fault(200, "cut", 0, (0, 0)),  # its start has the number of the rival's
        # between intent and decision
        Fault(random.randint(5000, 7000), "cut", 0, (2, random.randrange(len(TEARS)))),
        Fault(away_ms - 1000, "cut", 0, (0, 0)),
        Fault(away_ms - 1000, "denied", 0, (random.randint(1, 3),)),  # the backlog
    )
    ahead = Act("sale", 9000, 999, "mag-debit")  # between the start and the first time-out
    return replace(found, age="new", plans=((code, card, card, ahead), *found.plans[1:]), faults=faults)


def _plan(random: Random) -> tuple[Act, ...]:
    return tuple(_act(random) for _ in range(random.choice((1, 1, 2, 2, 3, 4))))


def _act(random: Random) -> Act:
    pause_ms = random.choice((0, 100, 1000, 4000))
    kind = random.choice(("sale",) * 8 + ("void", "void", "reprint"))
    if kind != "sale":
        return Act(kind, pause_ms)
    amount = random.choice((1, 100, 1234, 1234, 9999, 20_000, 30_000))
    return Act(kind, pause_ms, amount, random.choice(CARDS), random.choice(_MANNERS))


def _fault(random: Random, terminals: int, length_ms: int) -> Fault:
    kind = random.choices(tuple(_NUMBERS), tuple(weight for weight, _ in _NUMBERS.values()))[0]
    return Fault(random.randrange(length_ms), kind, random.randrange(terminals), _NUMBERS[kind][1](random))


def _cut(random: Random) -> tuple[int, ...]:
    """Operations until power goes (0: at once), how it tears."""
    return random.randint(0, 14), random.randrange(len(TEARS))


def _lasting(random: Random) -> tuple[int, ...]:
    return (random.choice((500, 3000, 12_000, 40_000)),)


def _few(random: Random) -> tuple[int, ...]:
    return (random.randint(1, 4),)


def _any(random: Random) -> tuple[int, ...]:
    return (random.randrange(1 << 30),)


def _none(_random: Random) -> tuple[int, ...]:
    return ()


_NUMBERS = {  # kind: how often, and its numbers
    "cut": (24, _cut),
    "night": (1, lambda random: (random.choice((3600, 86_400, WEEK_S, 4 * WEEK_S + 2 * 86_400)),)),
    "reset": (3, _none),
    "partition": (3, _lasting),
    "black hole": (3, _lasting),
    "slow": (2, _lasting),
    "slices": (2, _lasting),
    "broker crash": (4, lambda random: (random.randint(0, 1), random.randint(0, 1), *_lasting(random))),
    "denied": (2, _few),
    "doubled": (2, _few),
    "shuffled": (2, _lasting),
    "replay": (2, _any),
    "host crash": (6, lambda random: (random.randint(0, 9), *_lasting(random))),
    "database locked": (2, _few),
    "host clock": (1, lambda random: (random.choice((-WEEK_S, -60, 60, WEEK_S)),)),
    "clock": (2, lambda random: (random.choice((_EPOCH_1970, -86_400, -30, 30, 86_400, _EPOCH_2036)),)),
    "memory": (4, lambda random: (random.randint(1, 40),)),
    "write error": (1, _few),
    "bad block": (2, _any),
    "bit flip": (1, _any),
    "no paper": (2, _few),
    "forged receipt": (2, _any),
    "forged records": (1, _any),
    "other body": (1, _any),
    "restored image": (4, _any),
    "rival": (2, lambda random: (random.randrange(1 << 30), *_lasting(random))),
    "mangled": (1, _any),
}
