# SPDX-License-Identifier: MIT
"""What `suanpan journal export` writes: every whole record with its place, so that anyone can check it again.

Blocks are walked one by one and not by the journal's own recovery, so a damaged image gives what is left of it.
"""

import base64
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pos.codec import records
from pos.journal import JournalError
from pos.journal.flash import Flash
from pos.journal.layout import BLOCK, HEADER, RECORD, Header, parse_header
from pos.journal.walk import Walk
from suanpan.errors import PARTLY, USAGE, VERIFICATION, Failure
from suanpan.host import icc
from suanpan.journal.image import device_of, read, recovered
from suanpan.output import emit, say, warn

SCHEMA = "suanpan.journal.evidence/1"


def export(path: str, out: str, replace: bool, as_json: bool, dry_run: bool) -> None:
    """Write the evidence to `out`; ends with PARTLY when the journal as a whole does not hold."""
    _check(path, Path(out), replace)
    made = evidence(read(path))
    if not dry_run:
        _write(Path(out), json.dumps(made, ensure_ascii=False, indent=1) + "\n")
    count, trouble = len(made["records"]), made["trouble"]
    if as_json:
        told = {"out": out, "records": count, "trouble": trouble, "written": not dry_run}
        emit(told, "suanpan.journal.export/1")
    else:
        say(f"{count} records {'would be ' if dry_run else ''}in {out}")
    if trouble:
        warn(f"the journal as a whole does not hold: {trouble}")
        raise SystemExit(PARTLY)


def _check(path: str, out: Path, replace: bool) -> None:
    if not out.exists():
        return
    if not out.is_file() or os.path.samefile(path, out):
        raise Failure(f"{out} is the image itself, or no file", "name another file with --out", USAGE)
    if not replace:
        raise Failure(f"{out} is there already", "another --out, or --yes to replace it", USAGE)


def _write(out: Path, text: str) -> None:
    """All of it or nothing: what was there stays until the new file is whole and on the disk."""
    part = out.with_name(f"{out.name}.part")
    try:
        with open(part, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Failure(f"{out} cannot be written: {error.strerror}", "name another file with --out") from None


def evidence(image: bytes) -> dict[str, Any]:
    """The evidence file's object: the image and its hash, what the journal says of itself, blocks, records."""
    blocks, found, unread = [], [], []
    flash = Flash(device_of(image))
    for block, header in _headers(flash):
        if header is None:
            unread += _bytes_of(image, block)
            continue
        blocks.append({"block": block, **_readable(header)})
        found += _records(flash, block, header)
    found.sort(key=lambda record: (record["counter"], record["offset"]))
    return {
        "schema": SCHEMA,
        "image": base64.b64encode(
            image
        ).decode(),  # so that the chain can be checked again from this file alone
        "image_sha256": hashlib.sha256(image).hexdigest(),
        "trouble": _trouble(image),
        "blocks": sorted(blocks, key=lambda row: row["counter"]),
        "records": found,
        "unread": unread,
    }


def image_in(content: bytes, path: str) -> bytes:
    """The image in an evidence file. Failure when it holds none, or another one than it says."""
    try:
        made = json.loads(content)
        image = base64.b64decode(made["image"], validate=True)
        right = made["schema"] == SCHEMA and made["image_sha256"] == hashlib.sha256(image).hexdigest()
    except (ValueError, KeyError, TypeError, RecursionError):
        right = False
    if not right:
        said = f"{path} is not what suanpan journal export of this version writes, or was changed"
        raise Failure(
            said, "export it again from the terminal's image, or give the image itself", VERIFICATION
        )
    return image


def records_in(image: bytes) -> Iterator[tuple[str, int, int, bytes]]:
    """(terminal, epoch, seq, body) of every whole record of an image whose chain holds."""
    flash = Flash(device_of(image))
    for block, header in _headers(flash):
        if header is not None:
            terminal = _readable(header)["terminal"]
            for one in _records(flash, block, header):
                yield terminal, one["epoch"], one["seq"], bytes.fromhex(one["bytes"])


def _headers(flash: Flash):
    """(block, header) of each; None for a header that is broken or of a later format."""
    head = memoryview(bytearray(HEADER))
    for block in range(flash.blocks):
        flash.read(block, 0, head)
        try:
            yield block, parse_header(head)
        except JournalError:  # of a later format
            yield block, None


def _bytes_of(image: bytes, block: int) -> list[dict[str, Any]]:
    """What stands in a block that cannot be read as records; nothing of an erased one."""
    content = image[block * BLOCK : (block + 1) * BLOCK].rstrip(b"\xff")
    return [{"block": block, "bytes": content.hex()}] if content else []


def _readable(header: Header) -> dict[str, Any]:
    terminal = bytes(header.terminal).rstrip(b"\0").decode(errors="replace")
    return {**header._asdict(), "terminal": terminal, "link": bytes(header.link).hex()}


def _records(flash: Flash, block: int, header: Header):
    """Records of one block up to the first frame that is not whole."""
    walk = Walk(flash)
    walk.open(block, header.counter)
    while walk.advance():
        payload = walk.load()
        if payload is None:
            return
        if walk.kind == RECORD:
            place = {"counter": header.counter, "block": block, "offset": walk.offset}
            yield {
                **place,
                "epoch": header.epoch,
                "seq": walk.seq,
                "bytes": bytes(payload).hex(),
                **_fields(payload),
            }


def _fields(payload: memoryview) -> dict[str, Any]:
    try:
        return {"fields": icc.shown(records.as_dict(payload))}
    except ValueError as error:
        return {"malformed": str(error)}


def _trouble(image: bytes) -> str:
    """'' when the journal recovers and its chain holds, else why not."""
    try:
        recovered(image).verify()
    except (JournalError, ValueError) as error:
        return str(error)
    return ""
