# SPDX-License-Identifier: MIT
"""Record schemas compiled to templates: fixed-width CBOR arrays (RFC 8949 section 3) without a parser.

Every head has a fixed width, so each value lies at a constant offset. Packing allocates nothing on
MicroPython. Layout: docs/records.md.
"""

import struct

from pos.codec.field_types import code_of, head_of
from pos.codec.template import pack, prepare, wrong_head
from pos.codec.text import check_utf8

_unpack = struct.unpack_from
_len, _str = len, str  # a builtin is looked for in two tables, a name of this module in one


class Schema:
    """One record kind: `declared` is its fields as "name:type …"; the first, a u8, always holds `kind`.

    Types: u8, u16, u32, u64, textN (at most N bytes of UTF-8 without NUL), bytesN (exactly N bytes).
    """

    def __init__(self, name, kind, declared):
        self.name = name
        self.kind = kind
        self._declared = declared  # one text: in a ROM image it takes no heap, a tuple of pairs would
        fields = self.fields
        if not 0 < len(fields) < 24 or fields[0][1] != "u8" or not 0 <= kind <= 255:
            raise ValueError("schema %s: kind as u8, then up to 22 fields" % name)
        self._texts = bytes([i for i in range(len(fields)) if fields[i][1].startswith("text")])
        self._lay_out(fields)

    @property
    def fields(self):
        """List of (name, type)."""
        return [tuple(field.split(":")) for field in self._declared.split()]

    def _lay_out(self, fields):
        """A record of zeros, where its heads are, and the format that reads the values only."""
        image, positions, values = bytearray((0x80 | len(fields),)), [0], ">x"
        heads = bytes(image)
        for _, type_name in fields:
            head = head_of(type_name)
            positions += range(len(image), len(image) + len(head))
            heads += head
            code, size = code_of(type_name)
            if type_name.startswith("bytes"):
                prepare(size)
            image += head + bytes(size)
            values += "%dx" % len(head) + code
        self.size, self._count, self._heads = len(image), len(fields), heads
        self._image = bytes(image)
        self._positions = b"".join([struct.pack("<H", position) for position in positions])
        self._values_format = values

    def pack_into(self, buf, offset, values):
        """Encode `values` (in field order) at `offset`; ValueError names the field that does not fit."""
        if offset < 0 or offset + self.size > _len(buf):
            raise ValueError("%s: buffer too small" % self.name)
        if _len(values) != self._count or values[0] != self.kind:
            raise ValueError("%s: not %d values of kind %d" % (self.name, self._count, self.kind))
        if pack(buf, offset, self._heads, values):
            raise ValueError(self._blame(values))

    def _blame(self, values):
        """What does not fit, by the plain twin, which knows."""
        from pos.codec.template_plain import pack

        wrong = pack(bytearray(self.size), 0, self._heads, values)
        return "%s.%s: not a value of type %s" % ((self.name,) + self.fields[wrong - 1])

    def pack(self, values):
        """`values` encoded as bytes of their own."""
        buf = bytearray(self.size)
        self.pack_into(buf, 0, values)
        return bytes(buf)

    def unpack_from(self, buf, offset=0):
        """List of values in field order; ValueError when a head, the kind or a text is not as declared."""
        if offset < 0 or offset + self.size > _len(buf):
            raise ValueError("%s: record too short" % self.name)
        wrong = wrong_head(buf, offset, self._image, self._positions, _len(self._positions))
        if wrong:
            raise ValueError("%s: wrong byte %d" % (self.name, wrong - 1))
        values: "list" = [0] * self._count  # filled at once: `list` would grow it by and by
        values[:] = _unpack(self._values_format, buf, offset)
        if values[0] != self.kind:
            raise ValueError("%s: kind is %d" % (self.name, values[0]))
        for i in self._texts:
            raw = values[i].rstrip(b"\0")
            if b"\0" in raw:
                raise ValueError("%s.%s: NUL inside the text" % (self.name, self.fields[i][0]))
            values[i] = text = _str(raw, "utf-8")  # UnicodeError is a ValueError
            if _len(text) != _len(raw):  # all-ASCII needs no second look
                check_utf8(raw)
        return values

    def index(self, name):
        """Position of field `name` in the values; ValueError when there is none."""
        fields = self.fields
        for i in range(len(fields)):
            if fields[i][0] == name:
                return i
        raise ValueError("%s has no field %s" % (self.name, name))

    def values(self, **fields):
        """List of values by field name; what is left out is 0, "" or zero bytes."""
        declared = self.fields
        result = [fields.pop(name, _zero(type_name)) for name, type_name in declared]
        result[0] = self.kind
        for name in fields:
            raise ValueError("%s has no field %s" % (self.name, name))
        return result

    def as_dict(self, values):
        """Values by field name."""
        return {field[: field.find(":")]: value for field, value in zip(self._declared.split(), values)}


def _zero(type_name):
    if type_name[0] == "u":
        return 0
    return "" if type_name.startswith("text") else bytes(code_of(type_name)[1])
