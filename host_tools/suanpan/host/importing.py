# SPDX-License-Identifier: MIT
"""What `suanpan host import` does: verify a journal's image, take what the books lack, say what became of the rest."""

import hashlib
import time
from collections.abc import Iterable

from pos.journal import JournalError
from suanpan.errors import PARTLY, USAGE, VERIFICATION, Failure
from suanpan.host import database, entry, terminals
from suanpan.host.entry import Entry
from suanpan.host.persons import name_of
from suanpan.host.restoring import Restored, Restoring
from suanpan.journal import evidence, image
from suanpan.output import emit, say, warn


def bring(db: str | None, path: str, who: str | None, as_json: bool, dry_run: bool) -> None:
    """Take the records in the file `path`; PARTLY when some were kept apart or are no records."""
    who, content = name_of(who), _verified(path)
    engine = database.open_books(db or database.default_url())
    name, entries, malformed = _entries(path, evidence.records_in(content))
    with database.writing(engine) as connection:
        if terminals.state_of(connection, name) is None:
            said = f"terminal {name} is not registered"
            raise Failure(said, f"suanpan host terminals add {name} --keys FILE, then import again")
        work = Restoring(connection, int(time.time()), name)
        found = work.restore(entries)
        work.note(hashlib.sha256(content).hexdigest(), who)
        if dry_run:
            connection.rollback()
    _tell(name, found, malformed, as_json, dry_run)


def _verified(path: str) -> bytes:
    """The image in an export, or the file itself, when CRCs and chain hold."""
    content = image.content(path)
    content = evidence.image_in(content, path) if content[:1] == b"{" else image.whole(content, path)
    try:
        image.recovered(content).verify()
    except (JournalError, ValueError) as error:
        step = "nothing was taken; keep the file as evidence, compare it with the shop"
        raise Failure(f"{path}: {error}", step, VERIFICATION) from None
    return content


def _entries(path: str, found: Iterable[tuple[str, int, int, bytes]]) -> tuple[str, list[Entry], int]:
    """Terminal, its records, and how many frames hold none."""
    entries, malformed, names = [], 0, set()
    for terminal, epoch, seq, body in found:
        names.add(terminal)
        try:
            one = entry.read(terminal, body)
        except ValueError:
            malformed += 1
            continue
        if (one.epoch, one.seq) == (epoch, seq):
            entries.append(one)
        else:
            malformed += 1
    if len(names) != 1:
        raise Failure(f"{path} holds records of {len(names)} terminals", "name one terminal's journal", USAGE)
    return names.pop(), entries, malformed


def _tell(name: str, found: Restored, malformed: int, as_json: bool, dry_run: bool) -> None:
    counts = {key: len(rows) for key, rows in vars(found).items()} | {"malformed": malformed}
    if as_json:
        emit({"terminal": name, **counts, "dry_run": dry_run}, "suanpan.host.import/1")
    else:
        verb = "would be taken" if dry_run else "taken"
        say(f"{name}: {counts['taken']} records {verb}, {counts['held']} are in the books already")
    if found.left:
        say(
            f"{len(found.left)} records are left: the terminal sends them itself; suspend it first if it is gone"
        )
    if malformed:
        warn(f"{malformed} frames hold no record and are not taken")
    if found.apart:
        warn(f"{len(found.apart)} records do not fit the books and are kept apart: see suanpan host cases")
    if malformed or found.apart:
        raise SystemExit(PARTLY)
