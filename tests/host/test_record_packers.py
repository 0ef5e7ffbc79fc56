# SPDX-License-Identifier: MIT
"""firmware/pos/codec/record_packers.py is what the compiler of packing functions makes of records.py.

To make it again: .venv/bin/python tests/host/test_record_packers.py, then make fmt.
"""

import ast
from pathlib import Path

from pos.codec import packer, record_packers, records

TARGET = Path(record_packers.__file__)
HEAD = '''# SPDX-License-Identifier: MIT
# ruff: noqa: B015
"""What packer.py makes of every schema in records.py for MicroPython, written out: in a ROM image it takes no heap.

Do not edit: tests/host/test_record_packers.py says how to make it again after a change in records.py.
"""

from struct import pack_into as p

B = (bytes, bytearray)
fit = bytearray(256)  # where a text is measured, between one call's own lines only
'''


def written_out() -> str:
    """Source of the module for the record kinds of today, as MicroPython wants it."""
    takes_text, packer.STRUCT_TAKES_TEXT = packer.STRUCT_TAKES_TEXT, True
    try:
        sources = [
            packer.source_of(schema.kind, schema.fields).replace("def pack(", f"def pack_{schema.kind}(")
            for schema in records.ALL
        ]
    finally:
        packer.STRUCT_TAKES_TEXT = takes_text
    return HEAD + "\n\n" + "\n\n".join(sources)


def test_the_file_is_what_the_compiler_makes_of_the_records():
    assert ast.dump(ast.parse(TARGET.read_text(encoding="utf-8"))) == ast.dump(ast.parse(written_out()))


if __name__ == "__main__":
    TARGET.write_text(written_out(), encoding="utf-8")
