# SPDX-License-Identifier: MIT
"""A terminal's initial key in a key block (ANSI X9.24-3 section 6, X9.143), and the audit record of it."""

import hashlib
import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

from pos.crypto import dukpt
from suanpan import terminal_id
from suanpan.errors import USAGE, Failure
from suanpan.host.persons import text
from suanpan.output import emit, say
from suanpan.provision.components import base_key, check_value, combined

INITIAL_KEY, AES, DERIVATION = "B1", "A", "X"
SCHEMA = "suanpan.provision.keys/1"


def wrap(
    terminal: str,
    as_json: bool,
    key_id: str,
    components: tuple[str, ...],
    protection: tuple[str, ...],
    kcv: str | None,
    out: str,
    audit: str | None,
    persons: tuple[str, ...],
    yes: bool,
    dry_run: bool,
) -> None:
    _check(terminal, key_id, persons, out, yes)
    base = base_key(components, kcv)
    initial = dukpt.initial_key(base, bytes.fromhex(key_id))
    block = wrapped(combined(protection, "key block protection key"), initial, key_id)
    facts = {
        "terminal": terminal,
        "key_id": key_id.upper(),
        "kcv": check_value(initial),
        "base_kcv": check_value(base),
        "by": list(persons),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "block_sha256": hashlib.sha256(block.encode()).hexdigest(),
    }
    if not dry_run:
        record(Path(audit or f"{out}.audit.jsonl"), facts)
        Path(out).write_text(block + "\n")
    tell(facts, out, dry_run, as_json)


def _check(terminal: str, key_id: str, persons: tuple[str, ...], out: str, yes: bool) -> None:
    """Failure, before any component is read."""
    terminal_id.checked(terminal)
    if not re.fullmatch(r"[0-9A-Fa-f]{16}", key_id):
        raise Failure(
            "the initial key id is 16 hexadecimal digits", "see the plan of key ids for this terminal", USAGE
        )
    if len({text(person, "--by", 64) for person in persons}) < 2:
        raise Failure("two persons bring the components", "name each with --by", USAGE)
    if Path(out).exists() and not yes:
        raise Failure(f"{out} is there already", "name another file, or add --yes to replace it")


def wrapped(protection: bytes, key: bytes, key_id: str) -> str:
    from psec import tr31

    header = tr31.Header("D", INITIAL_KEY, AES, DERIVATION, "00", "N")
    header.blocks["IK"] = key_id.upper()
    return tr31.wrap(protection, header, key)


def record(path: Path, facts: dict) -> None:
    """One more line, durable before the block is there."""
    with path.open("a") as file:
        file.write(json.dumps({"schema": SCHEMA, **facts}) + "\n")
        file.flush()
        os.fsync(file.fileno())


def tell(facts: dict, out: str, dry_run: bool, as_json: bool) -> None:
    if as_json:
        emit({**facts, "file": out, "written": not dry_run}, SCHEMA)
        return
    done = "Would write" if dry_run else "Wrote"
    say(
        f"{done} the initial key of {facts['terminal']} to {out}: key id {facts['key_id']}, check value {facts['kcv']}."
    )
    say(f"Next: suanpan provision inject {out} --protection … --profile DIR")
