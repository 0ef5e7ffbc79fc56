# SPDX-License-Identifier: MIT
"""What is packed inside of a file: gzip, ZIP, zlib streams, the texts of a PNG, the values of an SQLite database."""

import gzip
import io
import re
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

Part = tuple[str, bytes]  # how it is called, content

MOST = 1 << 26  # bytes unpacked out of one part
_DEPTH = 3
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]")  # RFC 1950 section 2.2 with the usual window
_PNG, _SQLITE = b"\x89PNG\r\n\x1a\n", b"SQLite format 3\0"
_HEAD = struct.Struct(">I4s")


def inside(name: str, data: bytes, wal: bytes = b"", depth: int = _DEPTH) -> Iterator[Part]:
    """`data` itself and all that it holds; `wal` is the write-ahead log that belongs to a database."""
    yield name, data
    if depth:
        for inner, content in _readable(data, wal):
            yield from inside(f"{name}, {inner}", content, depth=depth - 1)


def _readable(data: bytes, wal: bytes) -> Iterator[Part]:
    """As far as it can be read: what is damaged still has its bytes."""
    try:
        yield from _unpacked(data, wal)
    except (OSError, EOFError, zlib.error, struct.error, zipfile.BadZipFile, sqlite3.DatabaseError):
        return


def _unpacked(data: bytes, wal: bytes) -> Iterator[Part]:
    if data.startswith(_PNG):
        yield from _texts(data)
    elif data.startswith(_SQLITE):
        yield "values", values(data, wal)
    elif data.startswith(b"PK\x03\x04"):
        yield from _members(data)
    else:
        yield from _compressed(data)


def _compressed(data: bytes) -> Iterator[Part]:
    if data.startswith(b"\x1f\x8b"):
        with gzip.open(io.BytesIO(data)) as file:
            yield "unpacked", file.read(MOST)
    for found in _ZLIB.finditer(data):
        content = _inflated(memoryview(data)[found.start() :])
        if content:
            yield f"unpacked at {found.start()}", content


def _inflated(data: bytes | memoryview) -> bytes:
    """Empty for what only looks like a stream."""
    try:
        return zlib.decompressobj().decompress(data, MOST)
    except zlib.error:
        return b""


def _members(data: bytes) -> Iterator[Part]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            with archive.open(member) as file:
                yield member.filename, file.read(MOST)


def _texts(data: bytes) -> Iterator[Part]:
    """Chunks that are no pixels (PNG section 11.3.4); zTXt and iTXt hold a zlib stream behind their keyword."""
    at = len(_PNG)
    while at + _HEAD.size <= len(data):
        length, kind = _HEAD.unpack_from(data, at)
        body = data[at + _HEAD.size : at + _HEAD.size + length]
        if kind != b"IDAT":
            yield kind.decode("latin-1"), body
        at += _HEAD.size + length + 4


def values(database: bytes, wal: bytes = b"") -> bytes:
    """Every text and blob of every table, with what is still in the log; SQLite keeps long ones in pieces."""
    with tempfile.TemporaryDirectory(prefix="suanpan-values-") as folder:
        path = Path(folder) / "copy.db"
        path.write_bytes(database)
        if wal:
            path.with_name("copy.db-wal").write_bytes(wal)
        connection = sqlite3.connect(path)
        try:
            return b"\n|\n".join(_rows(connection))
        finally:
            connection.close()


def _rows(connection: sqlite3.Connection) -> Iterator[bytes]:
    tables = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for (table,) in tables:
        for row in connection.execute(f'SELECT * FROM "{table}"'):
            yield from (one if isinstance(one, bytes) else str(one).encode() for one in row)
