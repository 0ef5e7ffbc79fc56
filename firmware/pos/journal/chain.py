# SPDX-License-Identifier: MIT
"""The hash chain over blocks: each header holds the hash of the block before it (FAULTS S8, docs/journal.md).

Imported only for self-tests and evidence; reading every block takes its time.
"""

from hashlib import sha256

from pos.journal.errors import JournalDamaged
from pos.journal.layout import HEADER, LINK_SIZE, parse_header


def verify_chain(flash, ring):
    """How many links hold; JournalDamaged names the first block that was changed after it was closed."""
    head, before, links = memoryview(bytearray(HEADER)), None, 0
    for block in ring.order():
        flash.read(block, 0, head)
        header = parse_header(head)
        if before is not None:
            chain = sha256()
            flash.digest(before, header.previous_end, chain)
            if chain.digest()[:LINK_SIZE] != header.link:
                raise JournalDamaged("journal: block %d was changed after it was closed" % before)
            links += 1
        before = block
    return links
