# SPDX-License-Identifier: MIT
"""Record schemas compiled to templates: fixed-width CBOR arrays (RFC 8949 section 3) without a parser.

Every head has a fixed width, so each value lies at a constant offset. Packing allocates nothing on
MicroPython. Layout: docs/records.md.
"""

from pos.codec.field_types import code_of, head_of
from pos.codec.template import pack, prepare, unpack


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
        self._laid_out(fields)  # for its errors

    def __getattr__(self, name):
        """`_layout` and `size` are made when first wanted: a kind that never comes takes no memory for them."""
        if name not in ("_layout", "size"):
            raise AttributeError(name)
        self._layout = self._laid_out(self.fields)
        self.size = self._layout[1]
        return getattr(self, name)

    @property
    def fields(self):
        """List of (name, type)."""
        return [tuple(field.split(":")) for field in self._declared.split()]

    def _laid_out(self, fields):
        """For the twins: what stands before the values, a record's size, and a list for the texts that were read last.

        One tuple: a call frame of more than 11 words comes from the heap.
        """
        heads, size, last = bytes((0x80 | len(fields), 0x18, self.kind)), 3, [self.kind]
        for _, type_name in fields[1:]:
            head, width = head_of(type_name), code_of(type_name)[1]
            heads += head
            size += len(head) + width
            last.append("" if type_name.startswith("text") else 0)
            if type_name.startswith("bytes"):
                prepare(width)
        return heads, size, last

    def pack_into(self, buf, offset, values):
        """Encode `values` (in field order) at `offset`; ValueError names the field that does not fit."""
        wrong = pack(buf, offset, self._layout, values)
        if wrong:
            raise ValueError(self._blame(wrong))

    def _blame(self, wrong):
        """What a twin found to be wrong."""
        if wrong < 0:
            return "%s: buffer too small" % self.name
        if wrong == 1:
            return "%s: not %d fields of kind %d" % (self.name, len(self.fields), self.kind)
        return "%s.%s: not a value of type %s" % ((self.name,) + self.fields[wrong - 1])

    def pack(self, values):
        """`values` encoded as bytes of their own."""
        buf = bytearray(self.size)
        self.pack_into(buf, 0, values)
        return bytes(buf)

    def unpack_from(self, buf, offset=0):
        """List of values in field order; ValueError when a head, the kind or a text is not as declared."""
        values: "list" = self._layout[2][:]
        wrong = unpack(buf, offset, self._layout, values)
        if wrong:
            raise ValueError(self._blame(wrong))
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
