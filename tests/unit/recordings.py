# SPDX-License-Identifier: MIT
"""What was recorded with virtual cards, one at a time for small heaps."""

import json
from binascii import unhexlify

from pos.cards.ca_keys import checked


def recording_of(name, path):
    """The line of a card called `name`."""
    with open(path) as file:
        for line in file:
            if '"%s"' % name in line:
                return json.loads(line)
    raise ValueError("nothing recorded is called " + name)


def fixed(size):
    return bytes(range(0x11, 0x11 + size))


def ca_key_of(recording):
    """The one authority's key that the recorded card is of."""
    row = recording["authority"]

    def ca_key(rid, index):
        known = rid == unhexlify(row["rid"]) and index == int(row["index"], 16)
        return checked(row, "20251122") if known else None

    return ca_key
