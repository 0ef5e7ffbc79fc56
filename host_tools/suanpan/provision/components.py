# SPDX-License-Identifier: MIT
"""A key in components, each with one person (ANSI X9.24-1 section 7.5): none of them tells anything of the key.

A component stands in a file that its owner alone may read, or is typed unseen; check values by AES-CMAC.
"""

import json
import re
import secrets
from pathlib import Path

import click

from pos.crypto.kcv import aes_kcv
from suanpan.errors import USAGE, VERIFICATION, Failure
from suanpan.host.private_file import create_private, read_private
from suanpan.output import emit, say

SCHEMA = "suanpan.provision.component/1"
KCV_BYTES = 3


def check_value(key: bytes) -> str:
    return aes_kcv(key, KCV_BYTES).hex().upper()


def make(out: str, bits: int, dry_run: bool, as_json: bool) -> None:
    """A new random component in `out`."""
    must_be_new(Path(out))
    value = secrets.token_bytes(bits // 8)
    kcv = check_value(value)
    facts = {"schema": SCHEMA, "bits": bits, "component": value.hex().upper(), "kcv": kcv}
    if not dry_run:
        create_private(Path(out), json.dumps(facts).encode() + b"\n", f"the component {out}")
    if as_json:
        emit({"file": out, "bits": bits, "kcv": None if dry_run else kcv, "written": not dry_run}, SCHEMA)
    elif dry_run:
        say(f"Would write a component of {bits} bits to {out}.")
    else:
        say(f"Component of {bits} bits in {out}, check value {kcv}. Keep the file with one person.")


def must_be_new(path: Path) -> None:
    if path.exists():
        raise Failure(f"{path} is there already", "name another file: a component is never replaced")


def combined(files: tuple[str, ...], what: str) -> bytes:
    """The key whose components `files` name. Failure: fewer than two, unequal sizes, the same one twice."""
    if len(files) < 2:
        raise Failure(f"the {what} takes two persons' components", "give each with its own option", USAGE)
    parts = [component(name, f"{what}, component {number}") for number, name in enumerate(files, 1)]
    if len({len(part) for part in parts}) > 1:
        raise Failure(f"the components of the {what} differ in length", "see that they belong together")
    if len(set(parts)) < len(parts) or not any(parts[0]):
        raise Failure(f"the same component of the {what} came twice", "let each person bring an own one")
    key = 0
    for part in parts:
        key ^= int.from_bytes(part)
    return key.to_bytes(len(parts[0]))


def base_key(files: tuple[str, ...], kcv: str | None) -> bytes:
    """The base derivation key (128 bits, AES DUKPT) with the check value that the persons wrote down."""
    key = combined(files, "base derivation key")
    if len(key) != 16:
        raise Failure("the base derivation key has 128 bits", "suanpan provision component --bits 128")
    must_have(key, kcv, "base derivation key")
    return key


def component(name: str, what: str) -> bytes:
    if name == "-":
        return typed(what)
    try:
        facts = json.loads(read_private(Path(name), name, mine=False))  # each person's is that person's
        value = as_bytes(facts["component"])
    except (ValueError, KeyError, TypeError):
        raise Failure(f"{name} is no component", "suanpan provision component --out FILE makes one") from None
    if facts.get("kcv") != check_value(value):
        raise Failure(
            f"the check value of {name} is wrong", "the file was changed: make a new one", VERIFICATION
        )
    return value


def typed(what: str) -> bytes:
    """Asked for without an echo, and again until it is hexadecimal digits whose check value the person confirms."""
    while True:
        try:
            value = as_bytes(click.prompt(f"{what} (unseen)", hide_input=True, err=True))
        except ValueError:
            say("32, 48 or 64 hexadecimal digits are wanted.")
            continue
        if click.confirm(f"Check value {check_value(value)}: right?", err=True):
            return value


def as_bytes(text: str) -> bytes:
    value = bytes.fromhex(re.sub(r"\s", "", text))
    if len(value) not in (16, 24, 32):
        raise ValueError("length")
    return value


def must_have(key: bytes, kcv: str | None, what: str) -> None:
    """Failure 6 unless the key's check value begins with what the persons wrote down."""
    told = (kcv or "").upper()
    if told and (len(told) < 6 or not aes_kcv(key, 5).hex().upper().startswith(told)):
        raise Failure(
            f"the {what} has the check value {check_value(key)}, not {told}",
            "see which component is wrong; nothing was written",
            VERIFICATION,
        )
