# SPDX-License-Identifier: MIT
"""An acquirer's application parameters into a terminal's profile, judged by the terminal's own code (docs/emv.md)."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from pos.cards.applications import FILE, read
from pos.cards.parameter_faults import faults
from pos.cards.parameters import ParameterError
from suanpan import regular_file
from suanpan.errors import USAGE, VERIFICATION, Failure
from suanpan.host.private_file import write_private
from suanpan.output import emit, say

STANDARD = Path(__file__).with_name("applications.jsonl")  # what a simulated terminal begins with
SCHEMA = "suanpan.provision.parameters/1"
TOLD = 20  # faults, so that the first one stays on the screen


def provision(file: str, profile: str | None, dry_run: bool, as_json: bool) -> None:
    if not profile and not dry_run:
        raise Failure("no profile is named", "add --profile DIR, or --dry-run to check alone", USAGE)
    content = _content(Path(file))
    wrong = wrongs(content)
    if profile and not wrong and not dry_run:
        install(content, Path(profile))
    installed = bool(profile) and not wrong and not dry_run
    if as_json:
        told = [{"line": line, "key": key, "wrong": text} for line, key, text in wrong]
        facts = {"file": file, "profile": profile, "applications": _counted(content), "wrong": told}
        emit({**facts, "installed": installed}, SCHEMA)
    if wrong:
        raise _refused(file, wrong)
    if not as_json:
        ways = ", ".join(f"{count} {way}" for way, count in _counted(content).items())
        where = f"{'Installed' if installed else 'Would install'} in {profile}" if profile else "In order"
        say(f"{where}: {ways}.")


def wrongs(content: bytes) -> list[tuple[int, str, str]]:
    """(line, key or '', what is wrong) of all that is."""
    today = datetime.now(UTC).strftime("%Y%m%d")
    found = [*faults(io.BytesIO(content), today), *_repeated(content)]
    return [(line, error.field, str(error)) for line, error in found]


def _repeated(content: bytes) -> Iterator[tuple[int, ParameterError]]:
    """Keys that stand twice in a line: a terminal would take the last one and cannot tell."""
    for number, line in enumerate(content.split(b"\n"), 1):
        try:
            json.loads(line, object_pairs_hook=_once)
        except ParameterError as error:
            yield number, error
        except (ValueError, RecursionError):  # no JSON: the terminal's own check says so
            pass


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    for name, count in Counter(name for name, _ in pairs).items():
        if count > 1:
            raise ParameterError(name, "is there twice")
    return dict(pairs)


def install(content: bytes, profile: Path) -> None:
    """In the place of the parameters before, at once; a running terminal has them at its next sale."""
    write_private(Path(f"{profile}{FILE}"), content, "the terminal's application parameters")


def checked(path: Path) -> bytes:
    """What is in a file without faults; Failure otherwise."""
    content = _content(path)
    wrong = wrongs(content)
    if wrong:
        raise _refused(str(path), wrong)
    return content


def _content(path: Path) -> bytes:
    try:
        return regular_file.content(path)
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}", "name a file of parameters") from None


def _counted(content: bytes) -> dict[str, int]:
    """Applications of each way."""
    rows = [found for _, _, found in read(io.BytesIO(content)) if isinstance(found, dict)]
    return dict(Counter(row["way"] for row in rows))


def _refused(file: str, wrong: list[tuple[int, str, str]]) -> Failure:
    lines = [f"{file}:{line}: {text}" if line else f"{file}: {text}" for line, _key, text in wrong[:TOLD]]
    if len(wrong) > TOLD:
        lines.append(f"and {len(wrong) - TOLD} more")
    return Failure(
        "\n".join(lines), "correct it (docs/emv.md has the keys); nothing was installed", VERIFICATION
    )
