# SPDX-License-Identifier: MIT
# ruff: noqa: B015
"""What packer.py makes of every schema in records.py for MicroPython, written out: in a ROM image it takes no heap.

Do not edit: tests/host/test_record_packers.py says how to make it again after a change in records.py.
"""

from struct import pack_into as p

B = (bytes, bytearray)
fit = bytearray(256)  # where a text is measured, between one call's own lines only


def pack_1(b, o, v):
    (
        v0,
        v1,
        v2,
        v3,
        v4,
        v5,
    ) = v
    if v0 != 1 or o < 0:
        raise ValueError
    if not 0 <= v1 <= 4294967295:
        raise ValueError
    if not 0 <= v2 <= 4294967295:
        raise ValueError
    if not 0 <= v3 <= 4294967295:
        raise ValueError
    if not 0 <= v4 <= 255:
        raise ValueError
    v5 in ""
    if len(v5) > 16 or "\0" in v5:
        raise ValueError
    p(">4sIBIBIBBH16s", b, o, b"\x86\x18\x01\x1a", v1, 26, v2, 26, v3, 24, v4, 30736, v5)
    if b[o + 37]:
        p("17s", fit, 0, v5)
        if fit[16]:
            raise ValueError


def pack_2(b, o, v):
    (
        v0,
        v1,
        v2,
        v3,
        v4,
        v5,
        v6,
        v7,
        v8,
        v9,
        v10,
        v11,
        v12,
        v13,
        v14,
    ) = v
    if v0 != 2 or o < 0:
        raise ValueError
    if not 0 <= v1 <= 4294967295:
        raise ValueError
    if not 0 <= v2 <= 4294967295:
        raise ValueError
    if not 0 <= v3 <= 4294967295:
        raise ValueError
    if not 0 <= v4 <= 4294967295:
        raise ValueError
    if not 0 <= v5 <= 4294967295:
        raise ValueError
    if not 0 <= v6 <= 4294967295:
        raise ValueError
    if not 0 <= v7 <= 18446744073709551615:
        raise ValueError
    v8 in ""
    if len(v8) > 3 or "\0" in v8:
        raise ValueError
    v9 in ""
    if len(v9) > 4 or "\0" in v9:
        raise ValueError
    v10 in ""
    if len(v10) > 1 or "\0" in v10:
        raise ValueError
    v11 in ""
    if len(v11) > 12 or "\0" in v11:
        raise ValueError
    v12 in ""
    if len(v12) > 24 or "\0" in v12:
        raise ValueError
    if not 0 <= v13 <= 18446744073709551615:
        raise ValueError
    if type(v14) not in B or len(v14) != 112:
        raise ValueError
    p(
        ">4sIBIBIBIBIBIBQH3sH4sH1sH12sH24sBQH112s",
        b,
        o,
        b"\x8f\x18\x02\x1a",
        v1,
        26,
        v2,
        26,
        v3,
        26,
        v4,
        26,
        v5,
        26,
        v6,
        27,
        v7,
        30723,
        v8,
        30724,
        v9,
        30721,
        v10,
        30732,
        v11,
        30744,
        v12,
        27,
        v13,
        22640,
        v14,
    )
    if b[o + 46]:
        p("4s", fit, 0, v8)
        if fit[3]:
            raise ValueError
    if b[o + 52]:
        p("5s", fit, 0, v9)
        if fit[4]:
            raise ValueError
    if b[o + 55]:
        p("2s", fit, 0, v10)
        if fit[1]:
            raise ValueError
    if b[o + 69]:
        p("13s", fit, 0, v11)
        if fit[12]:
            raise ValueError
    if b[o + 95]:
        p("25s", fit, 0, v12)
        if fit[24]:
            raise ValueError


def pack_3(b, o, v):
    (
        v0,
        v1,
        v2,
        v3,
        v4,
        v5,
        v6,
        v7,
        v8,
        v9,
        v10,
        v11,
    ) = v
    if v0 != 3 or o < 0:
        raise ValueError
    if not 0 <= v1 <= 4294967295:
        raise ValueError
    if not 0 <= v2 <= 4294967295:
        raise ValueError
    if not 0 <= v3 <= 4294967295:
        raise ValueError
    if not 0 <= v4 <= 4294967295:
        raise ValueError
    if not 0 <= v5 <= 4294967295:
        raise ValueError
    if not 0 <= v6 <= 4294967295:
        raise ValueError
    if not 0 <= v7 <= 18446744073709551615:
        raise ValueError
    v8 in ""
    if len(v8) > 3 or "\0" in v8:
        raise ValueError
    v9 in ""
    if len(v9) > 4 or "\0" in v9:
        raise ValueError
    if not 0 <= v10 <= 4294967295:
        raise ValueError
    if not 0 <= v11 <= 4294967295:
        raise ValueError
    p(
        ">4sIBIBIBIBIBIBQH3sH4sBIBI",
        b,
        o,
        b"\x8c\x18\x03\x1a",
        v1,
        26,
        v2,
        26,
        v3,
        26,
        v4,
        26,
        v5,
        26,
        v6,
        27,
        v7,
        30723,
        v8,
        30724,
        v9,
        26,
        v10,
        26,
        v11,
    )
    if b[o + 46]:
        p("4s", fit, 0, v8)
        if fit[3]:
            raise ValueError
    if b[o + 52]:
        p("5s", fit, 0, v9)
        if fit[4]:
            raise ValueError


def pack_4(b, o, v):
    (
        v0,
        v1,
        v2,
        v3,
        v4,
        v5,
        v6,
        v7,
        v8,
        v9,
        v10,
        v11,
    ) = v
    if v0 != 4 or o < 0:
        raise ValueError
    if not 0 <= v1 <= 4294967295:
        raise ValueError
    if not 0 <= v2 <= 4294967295:
        raise ValueError
    if not 0 <= v3 <= 4294967295:
        raise ValueError
    if not 0 <= v4 <= 4294967295:
        raise ValueError
    if not 0 <= v5 <= 4294967295:
        raise ValueError
    if not 0 <= v6 <= 255:
        raise ValueError
    if not 0 <= v7 <= 255:
        raise ValueError
    v8 in ""
    if len(v8) > 2 or "\0" in v8:
        raise ValueError
    v9 in ""
    if len(v9) > 6 or "\0" in v9:
        raise ValueError
    v10 in ""
    if len(v10) > 12 or "\0" in v10:
        raise ValueError
    if not 0 <= v11 <= 18446744073709551615:
        raise ValueError
    p(
        ">4sIBIBIBIBIBBBBH2sH6sH12sBQ",
        b,
        o,
        b"\x8c\x18\x04\x1a",
        v1,
        26,
        v2,
        26,
        v3,
        26,
        v4,
        26,
        v5,
        24,
        v6,
        24,
        v7,
        30722,
        v8,
        30726,
        v9,
        30732,
        v10,
        27,
        v11,
    )
    if b[o + 35]:
        p("3s", fit, 0, v8)
        if fit[2]:
            raise ValueError
    if b[o + 43]:
        p("7s", fit, 0, v9)
        if fit[6]:
            raise ValueError
    if b[o + 57]:
        p("13s", fit, 0, v10)
        if fit[12]:
            raise ValueError


def pack_5(b, o, v):
    (
        v0,
        v1,
        v2,
        v3,
        v4,
        v5,
        v6,
    ) = v
    if v0 != 5 or o < 0:
        raise ValueError
    if not 0 <= v1 <= 4294967295:
        raise ValueError
    if not 0 <= v2 <= 4294967295:
        raise ValueError
    if not 0 <= v3 <= 4294967295:
        raise ValueError
    if not 0 <= v4 <= 4294967295:
        raise ValueError
    if not 0 <= v5 <= 4294967295:
        raise ValueError
    if not 0 <= v6 <= 255:
        raise ValueError
    p(">4sIBIBIBIBIBB", b, o, b"\x87\x18\x05\x1a", v1, 26, v2, 26, v3, 26, v4, 26, v5, 24, v6)


def pack_6(b, o, v):
    (
        v0,
        v1,
        v2,
        v3,
        v4,
        v5,
        v6,
        v7,
        v8,
    ) = v
    if v0 != 6 or o < 0:
        raise ValueError
    if not 0 <= v1 <= 4294967295:
        raise ValueError
    if not 0 <= v2 <= 4294967295:
        raise ValueError
    if not 0 <= v3 <= 4294967295:
        raise ValueError
    if not 0 <= v4 <= 4294967295:
        raise ValueError
    if not 0 <= v5 <= 4294967295:
        raise ValueError
    if not 0 <= v6 <= 255:
        raise ValueError
    if not 0 <= v7 <= 255:
        raise ValueError
    if not 0 <= v8 <= 255:
        raise ValueError
    p(
        ">4sIBIBIBIBIBBBBBB",
        b,
        o,
        b"\x89\x18\x06\x1a",
        v1,
        26,
        v2,
        26,
        v3,
        26,
        v4,
        26,
        v5,
        24,
        v6,
        24,
        v7,
        24,
        v8,
    )


def pack_7(b, o, v):
    (
        v0,
        v1,
        v2,
        v3,
        v4,
        v5,
        v6,
    ) = v
    if v0 != 7 or o < 0:
        raise ValueError
    if not 0 <= v1 <= 4294967295:
        raise ValueError
    if not 0 <= v2 <= 4294967295:
        raise ValueError
    if not 0 <= v3 <= 4294967295:
        raise ValueError
    if not 0 <= v4 <= 65535:
        raise ValueError
    if not 0 <= v5 <= 255:
        raise ValueError
    v6 in ""
    if len(v6) > 32 or "\0" in v6:
        raise ValueError
    p(">4sIBIBIBHBBH32s", b, o, b"\x87\x18\x07\x1a", v1, 26, v2, 26, v3, 25, v4, 24, v5, 30752, v6)
    if b[o + 56]:
        p("33s", fit, 0, v6)
        if fit[32]:
            raise ValueError
