# SPDX-License-Identifier: MIT
"""Record forms that are no longer written but may stand in a journal (docs/records.md); read by terminal and host.

Imported only when a record of such a size comes.
"""

from pos.codec.schema import Schema

# Both without the counters trace, batch and voucher.
BOOT = Schema("boot", 1, "kind:u8 epoch:u32 seq:u32 at_s:u32 reason:u8 version:text16")
ALARM = Schema("alarm", 7, "kind:u8 epoch:u32 seq:u32 at_s:u32 code:u16 severity:u8 detail:text32")

ALL = (BOOT, ALARM)


def form(kind, size):
    """The schema of an earlier record of this kind and size, or None."""
    for schema in ALL:
        if (schema.kind, schema.size) == (kind, size):
            return schema
    return None
