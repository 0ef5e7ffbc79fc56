# SPDX-License-Identifier: MIT
"""Secrets that a run is known to use, so that they can be searched: numbers, what a track says behind one, PINs, keys.

Taken from tracks (ISO/IEC 7813), transcripts of chips (EMV Book 3, tags 57 and 5A) and card files, by their names.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pos.crypto import dukpt

SHORTEST = 10  # digits; fewer are found by chance in any file
_NUMBER = re.compile(r"(?<![0-9A-Fa-f])\d{13,24}(?![0-9A-Fa-f])")  # an account number or a payment code
_TRACKS = (  # number and what follows it: expiry, service code, discretionary data with the CVV
    re.compile(r"(\d{12,19})=(\d{7,})"),
    re.compile(r"B(\d{12,19})\^[^^]{2,26}\^(\d{7,})"),
)
_CHIP_NUMBER = re.compile(r"5[Aa](0[6-9Aa])((?:\d\d){6,10})")  # tag, length in bytes, number
_CHIP_TRACK = re.compile(r"57([01][0-9A-Fa-f])(\d{12,19}[Dd]\d{7,})")
_KEY = re.compile(r"[0-9A-Fa-f]{32,}")
_UNIFORM = 2  # so few different digits say nothing: zeros stand everywhere


class Canary(NamedTuple):
    """`secret`: digits as text, a key as bytes. `name` does not show what may not be shown."""

    name: str
    secret: str | bytes


def number(digits: str) -> Canary:
    return Canary(f"{digits[:6]}…{digits[-4:]}", digits)


def pin(digits: str) -> Canary:
    """Of ten digits or more, which is long for a PIN; ValueError otherwise."""
    if len(digits) < SHORTEST:
        raise ValueError(f"a PIN that is to be found has {SHORTEST} digits or more")
    return Canary("a PIN", digits)


def pin_blocks(digits: str) -> Iterator[Canary]:
    """A PIN of any length as clear blocks have it: ISO 9564-1 formats 2 and 4."""
    for control, fill in ("2", "F"), ("4", "A"):
        block = f"{control}{len(digits):X}{digits}".ljust(16, fill)
        yield Canary("a PIN's block", bytes.fromhex(block))


def key(name: str, secret: bytes) -> Canary:
    return Canary(f"the key {name}", secret)


def of_register(initial_key: bytes, key_id: bytes, transactions: int = 8) -> Iterator[Canary]:
    """Of a terminal's DUKPT keys: the initial one, and what the first transactions use, which must be gone then."""
    yield key("initial", initial_key)
    derived = {0: initial_key}
    for counter in range(1, transactions + 1):
        out = bytearray(16)
        dukpt.derive_next(derived[counter & (counter - 1)], key_id, counter, out)
        derived[counter] = bytes(out)
        yield key(f"of transaction {counter}", derived[counter])
        for usage in ("pin", "data"):
            yield key(
                f"{usage} of transaction {counter}", dukpt.working_key(initial_key, key_id, counter, usage)
            )


def of_text(text: str) -> Iterator[Canary]:
    """Everything in a track, a code or a transcript."""
    tracks = [found for form in _TRACKS for found in form.findall(text)]
    tracks += [track.upper().split("D") for track in _values(_CHIP_TRACK, text)]
    numbers = (*_NUMBER.findall(text), *_values(_CHIP_NUMBER, text), *(first for first, _ in tracks))
    found = list(map(number, numbers))
    for digits, behind in tracks:
        name = f"the track behind {digits[:6]}…{digits[-4:]}"
        found += Canary(name, behind), Canary(name, behind[7:])
    yield from (one for one in found if len(one.secret) >= SHORTEST and len(set(one.secret)) > _UNIFORM)


def _values(form: re.Pattern, text: str) -> Iterator[str]:
    """What the length in front of it leaves of each value."""
    for length, value in form.findall(text):
        yield value[: 2 * int(length, 16)]


def of_card(card: Mapping[str, Any]) -> Iterator[Canary]:
    """Of a card as the sandbox or a card file describes it: every text in it, its `pin`, its keys by their names."""
    for name, value in _leaves(card):
        if name == "pin" and value.isdecimal():
            yield from pin_blocks(value)
            yield from (pin(value),) if len(value) >= SHORTEST else ()
        elif "key" in name and _KEY.fullmatch(value):
            yield key(name, bytes.fromhex(value))
        else:
            yield from of_text(value)


def distinct(found: Iterable[Canary]) -> list[Canary]:
    """Each secret once."""
    return list({canary.secret: canary for canary in found}.values())


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for inner, one in value.items():
            yield from _leaves(one, str(inner))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _leaves(one, name)
    else:
        yield name, str(value)
