# SPDX-License-Identifier: MIT
"""Writes a schema's packing function: every check and one `struct.pack_into`, without a loop over the fields.

A loop costs 2.4 times the instructions on MicroPython, and calling with *values allocates (docs/records.md).
The ROM image holds these functions ready made (`pos.codec.packers`), so that a terminal compiles nothing.
"""

from pos.codec.field_types import INTEGERS, LONGEST, code_of, head_of, string_type
from pos.compat import STRUCT_TAKES_TEXT

SCOPE = """\
import struct

p = struct.pack_into
fit = bytearray(%d)  # where a text is measured, between one call's own lines only
B = (bytes, bytearray)


""" % (LONGEST + 1)


def _check(name, type_name, takes_text):
    """Source lines that raise ValueError when the variable `name` does not fit."""
    if type_name in INTEGERS:
        return " if not 0<=%s<=%d:raise ValueError\n" % (name, (1 << 8 * INTEGERS[type_name][2]) - 1)
    prefix, size = string_type(type_name)
    if prefix == "bytes":
        return " if type(%s) not in B or len(%s)!=%d:raise ValueError\n" % (name, name, size)
    # `v in ""` is the cheapest test of the type: it raises TypeError for anything but text
    line = ' %s in ""\n if len(%s)>%d or "\\0" in %s:raise ValueError\n' % (name, name, size, name)
    return line if takes_text else line + " %s=%s.encode()\n" % (name, name)


def _check_end(name, type_name, end):
    """Source lines for a text that may have been cut short: measured in bytes only if it fills its field."""
    size = string_type(type_name)[1]
    return ' if b[o+%d]:\n  p("%ds",fit,0,%s)\n  if fit[%d]:raise ValueError\n' % (
        end - 1,
        size + 1,
        name,
        size,
    )


def source_of(name, kind, fields, takes_text=STRUCT_TAKES_TEXT):
    """Source of the function `name(b, o, v)`; `takes_text`: the runtime's struct packs str as UTF-8."""
    names = ["v%d" % i for i in range(len(fields))]
    prefix = bytes((0x80 | len(fields), 0x18, kind)) + (head_of(fields[1][1]) if len(fields) > 1 else b"")
    codes, arguments, checks, ends = ">%ds" % len(prefix), [repr(prefix)], "", ""
    at = len(prefix)
    for i in range(1, len(fields)):
        type_name = fields[i][1]
        if i > 1:
            head = head_of(type_name)
            codes += "BH"[len(head) - 1]
            arguments.append(str(int.from_bytes(head, "big")))
            at += len(head)
        code, size = code_of(type_name)
        codes += code
        at += size
        arguments.append(names[i])
        checks += _check(names[i], type_name, takes_text)
        if type_name.startswith("text"):
            ends += _check_end(names[i], type_name, at)
    pack = ' p("%s",b,o,%s)\n' % (codes, ",".join(arguments))
    checks = " if v0!=%d or o<0:raise ValueError\n" % kind + checks
    return "def %s(b,o,v):\n %s,=v\n%s%s%s" % (name, ",".join(names), checks, pack, ends)


def compile_packer(kind, fields):
    """pack(buf, offset, values), for a schema that the image holds no packing function of."""
    scope = {}
    exec(SCOPE + source_of("pack", kind, fields), scope)  # noqa: S102 - made from the declaration only
    return scope["pack"]
