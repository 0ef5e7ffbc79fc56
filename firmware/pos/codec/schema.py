# SPDX-License-Identifier: MIT
"""Record schemas compiled to templates: fixed-width CBOR arrays (RFC 8949 section 3) without a parser.

Every head has a fixed width, so each value lies at a constant offset. Packing copies the heads and then
puts values by `struct` in place; it allocates nothing on MicroPython. Layout: docs/records.md.
"""

import struct

from pos.codec.text import decode_utf8
from pos.compat import packable

_INTEGERS = {  # kind: (CBOR initial byte, struct code, largest value)
    "u8": (0x18, "B", 0xFF),
    "u16": (0x19, "H", 0xFFFF),
    "u32": (0x1A, "I", 0xFFFFFFFF),
    "u64": (0x1B, "Q", (1 << 64) - 1),
}
_STRINGS = {"text": 0x78, "bytes": 0x58}  # initial byte of a string with one length byte
_LONGEST = 255

# Text is laid here with one byte to spare: that byte tells too long a text without encoding it on the heap.
_fit = bytearray(_LONGEST + 1)


def _string_type(type_name):
    """("text" or "bytes", size) of "textN" or "bytesN"."""
    for prefix in _STRINGS:
        size = type_name[len(prefix) :]
        if type_name.startswith(prefix) and size.isdigit() and 0 < int(size) <= _LONGEST:
            return prefix, int(size)
    raise ValueError("unknown field type " + type_name)


class Schema:
    """One record kind: `fields` is a tuple of (name, type); the first field always holds `kind`."""

    def __init__(self, name, kind, fields):
        if not 0 < len(fields) < 24:
            raise ValueError("schema %s: 1 to 23 fields" % name)
        self.name = name
        self.kind = kind
        self.fields = fields
        self._plan = []  # (struct format, offset, largest integer | None for bytes | "" for text, size)
        self._texts = []
        self._compile()

    def _compile(self):
        image = bytearray((0x80 | len(self.fields),))
        heads, values = ">B", ">x"
        for _, type_name in self.fields:
            head, code, largest, size = self._field(type_name)
            if largest == "":
                self._texts.append(len(self._plan))
            image += head
            heads += ("H" if len(head) == 2 else "B") + "%dx" % size
            values += "%dx" % len(head) + code
            self._plan.append((">" + code, len(image), largest, size))
            image += bytes(size)
        self.size = len(image)
        self._plan = tuple(self._plan)
        self._image = bytes(image)
        self._image_format = "%ds" % self.size
        self._heads_format, self._values_format = heads, values
        self._heads = struct.unpack_from(heads, self._image)

    @staticmethod
    def _field(type_name):
        """(head bytes, struct code, largest value, size) of a field type."""
        if type_name in _INTEGERS:
            initial, code, largest = _INTEGERS[type_name]
            return bytes((initial,)), code, largest, struct.calcsize(">" + code)
        prefix, size = _string_type(type_name)
        return bytes((_STRINGS[prefix], size)), "%ds" % size, "" if prefix == "text" else None, size

    def pack_into(self, buf, offset, values):
        """Encode `values` (in field order) at `offset`; ValueError names the field that does not fit."""
        if len(values) != len(self._plan) or values[0] != self.kind:
            raise ValueError("%s: not %d values of kind %d" % (self.name, len(self._plan), self.kind))
        if offset < 0 or offset + self.size > len(buf):
            raise ValueError("%s: buffer too small" % self.name)
        pack = struct.pack_into
        pack(self._image_format, buf, offset, self._image)
        i = 0
        for code, at, largest, size in self._plan:
            value = values[i]
            if largest:
                if type(value) is not int or value < 0 or value > largest:
                    raise ValueError("%s.%s: not an integer of its range" % (self.name, self.fields[i][0]))
                pack(code, buf, offset + at, value)
            else:
                self._check_string(i, value, largest, size)
                pack(code, buf, offset + at, packable(value))
            i += 1  # noqa: SIM113 - enumerate allocates

    def _check_string(self, i, value, largest, size):
        if largest is None:
            if type(value) not in _BYTES or len(value) != size:
                raise ValueError("%s.%s: not %d bytes" % (self.name, self.fields[i][0], size))
            return
        if type(value) is not str or "\0" in value:
            raise ValueError("%s.%s: not a text" % (self.name, self.fields[i][0]))
        if len(value) <= size:
            struct.pack_into(_FIT_FORMAT, _fit, 0, packable(value))
            if _fit[size] == 0:
                return
        raise ValueError("%s.%s: longer than %d bytes" % (self.name, self.fields[i][0], size))

    def pack(self, values):
        """`values` encoded as bytes of their own."""
        buf = bytearray(self.size)
        self.pack_into(buf, 0, values)
        return bytes(buf)

    def unpack_from(self, buf, offset=0):
        """List of values in field order; ValueError when a head, the kind or a text is not as declared."""
        if offset < 0 or offset + self.size > len(buf):
            raise ValueError("%s: record too short" % self.name)
        if struct.unpack_from(self._heads_format, buf, offset) != self._heads:
            raise ValueError("%s: %s" % (self.name, self._wrong_head(buf, offset)))
        values = list(struct.unpack_from(self._values_format, buf, offset))
        if values[0] != self.kind:
            raise ValueError("%s: kind is %d" % (self.name, values[0]))
        for i in self._texts:
            values[i] = self._text(i, values[i])
        return values

    def _text(self, i, padded):
        raw = padded.rstrip(b"\0")
        if b"\0" in raw:
            raise ValueError("%s.%s: NUL inside the text" % (self.name, self.fields[i][0]))
        return decode_utf8(raw)

    def _wrong_head(self, buf, offset):
        if buf[offset] != self._image[0]:
            return "not an array of %d" % len(self._plan)
        found = struct.unpack_from(self._heads_format, buf, offset)
        for i in range(len(self._plan)):
            if found[i + 1] != self._heads[i + 1]:
                return "wrong head of " + self.fields[i][0]
        return "wrong head"

    def index(self, name):
        """Position of field `name` in the values; ValueError when there is none."""
        for i in range(len(self.fields)):
            if self.fields[i][0] == name:
                return i
        raise ValueError("%s has no field %s" % (self.name, name))

    def values(self, **fields):
        """List of values by field name; what is left out is 0, "" or zero bytes."""
        result = [
            0 if largest else "" if largest == "" else bytes(size) for _, _, largest, size in self._plan
        ]
        result[0] = self.kind
        for name in fields:
            result[self.index(name)] = fields[name]
        return result

    def as_dict(self, values):
        """Values by field name."""
        return {self.fields[i][0]: values[i] for i in range(len(self.fields))}


_BYTES = (bytes, bytearray)
_FIT_FORMAT = "%ds" % (_LONGEST + 1)
