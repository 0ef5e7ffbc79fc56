# SPDX-License-Identifier: MIT
"""Every form in which a number can leak, and every place of a run that it can leak into: planted, to be found."""

import base64
import gzip
import io
import sqlite3
import struct
import zipfile
import zlib

from PIL import Image, PngImagePlugin

PAN = "6250947382915604"
TRACK2 = PAN + "=35121018642097531"


def turned(packed):
    """The low nibble first."""
    return bytes((byte & 15) << 4 | byte >> 4 for byte in packed)


FORMS = {
    "ASCII": PAN.encode(),
    "packed digits": bytes.fromhex(PAN),
    "packed at the other nibble, filled with F": bytes.fromhex("0" + PAN + "f"),
    "track 2 of a chip, tag 57": bytes.fromhex("5711" + TRACK2.replace("=", "d")),
    "turned digits": turned(bytes.fromhex(PAN)),
    "turned at the other nibble": turned(bytes.fromhex("0" + PAN + "f")),
    "hexadecimal": PAN.encode().hex().encode(),
    "hexadecimal of a track, upper case": TRACK2.encode().hex().upper().encode(),
    "hexadecimal with spaces": PAN.encode().hex(" ").encode(),
    "hexadecimal with 0x": ", ".join(f"0x{byte:02X}" for byte in PAN.encode()).encode(),
    "hexadecimal of packed digits": b"57 10 62 50 94 73 82 91 56 04 d3 51 21",
    "hexadecimal of UTF-16": PAN.encode("utf-16-be").hex().encode(),
    "written bytes": repr(bytes.fromhex(PAN + "ff")).encode(),
    "base64": base64.b64encode(PAN.encode()),
    "base64 behind one byte": base64.b64encode(b"?" + PAN.encode() + b"??"),
    "base64 behind two bytes": base64.b64encode(b"ab" + PAN.encode()),
    "base64 over lines": base64.encodebytes(b"x" * 50 + PAN.encode() + b"x" * 50),
    "base64 of packed digits": base64.b64encode(bytes.fromhex(PAN)),
    "base64 for URLs": base64.urlsafe_b64encode(b"\xfb\xff\xfe" + bytes.fromhex("0" + PAN + "f") + b"\xff\xfe"),
    "base64 of UTF-16": base64.b64encode(PAN.encode("utf-16-le")),
    "UTF-16 LE": PAN.encode("utf-16-le"),
    "UTF-16 BE": PAN.encode("utf-16-be"),
    "UTF-32": PAN.encode("utf-32-le"),
    "spaces": b"6250 9473 8291 5604",
    "dashes": b"6250-9473-8291-5604",
    "over lines": b"62509473\r\n  82915604",
    "over lines in JSON": b'{"text": "62509473\\n82915604"}',
    "behind the number": b'{"expiry": "35121018642097531"}',
    "discretionary data alone": b"cvv 8642097531",
    "masked too little": b"62509473****5604",
}  # fmt: skip


def plain(data):
    return b"\x00\x01 " + data + b" \xff"


def zipped(data):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bundle/journal.jsonl", data)
    return file.getvalue()


def png_text(data):
    """A comment, compressed: zTXt."""
    told, file = PngImagePlugin.PngInfo(), io.BytesIO()
    told.add_text("Comment", data.decode("latin-1"), zip=True)
    Image.new("L", (8, 8)).save(file, "png", pnginfo=told)
    return file.getvalue()


def database(data):
    """In a value that lies over several pages."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE alarms (detail, raw)")
    connection.execute("INSERT INTO alarms VALUES (?, ?)", ("quiet", b"." * 4060 + data + b"." * 6000))
    connection.commit()
    return connection.serialize()


def capture(data):
    return b"SUANCAP1" + struct.pack(">QBHI", 1, 1, 1, len(data)) + data


PLACES = {
    "events.jsonl": plain,
    "screens/0001.txt": plain,
    "screens/0001.png": png_text,
    "receipts/001.txt": plain,
    "receipts/001.bin": plain,
    "journal.jsonl": plain,
    "flash.img": lambda data: b"\xff" * 4091 + data + b"\xff" * 100,
    "mqtt.bin": capture,
    "mqtt.bin, connection 1 up": plain,
    "device.log": plain,
    "summary.json": plain,
    "host.db": database,
    "host.db-wal": plain,
    "page.html": plain,
    "bundle.zip": zipped,
    "log.gz": lambda data: gzip.compress(plain(data)),
    "block.bin": lambda data: b"\0\xff" + zlib.compress(data) + b"\xff",
}
