# SPDX-License-Identifier: MIT
"""Record schemas (pos.codec.schema) as the host reads them: all heads compared at once, all values in one unpack.

The same result as the device's own decoder, equal by test, at a fraction of its time on CPython.
"""

import struct

from pos.codec import earlier
from pos.codec import records as kinds
from pos.codec.field_types import code_of, head_of
from pos.codec.schema import Schema


class Layout:
    """One kind of record; `fields` are its names in order."""

    def __init__(self, schema: Schema) -> None:
        self.fields, types = zip(*schema.fields, strict=True)
        self.wide = [name for name, of in schema.fields if of == "u64"]
        self._texts = [at for at, of in enumerate(types) if of.startswith("text")]
        heads, mask, values = bytes((0x80 | len(types),)), b"\xff", ">x"
        for of in types:
            head, (code, size) = head_of(of), code_of(of)
            heads += head + bytes(size)
            mask += b"\xff" * len(head) + bytes(size)
            values += f"{len(head)}x{code}"
        self._struct = struct.Struct(values)
        self._heads, self._mask = int.from_bytes(heads), int.from_bytes(mask)

    def read(self, body: bytes) -> dict:
        """Values by name; ValueError when length, a head or a text is not as declared."""
        if len(body) != self._struct.size or int.from_bytes(body) & self._mask != self._heads:
            raise ValueError("the record is not as its kind declares")
        values = list(self._struct.unpack(body))
        for at in self._texts:
            text = values[at].rstrip(b"\0")
            if 0 in text:
                raise ValueError(f"{self.fields[at]}: NUL inside the text")
            values[at] = text.decode()
        return dict(zip(self.fields, values, strict=True))


LAYOUTS = {schema: Layout(schema) for schema in kinds.ALL + earlier.ALL}


def of(body: bytes) -> Layout | None:
    """The layout of an encoded record; None when its kind is not known here."""
    try:
        return LAYOUTS[kinds.schema_of(body)]
    except (ValueError, IndexError):
        return None
