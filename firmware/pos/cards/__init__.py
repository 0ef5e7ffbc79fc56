# SPDX-License-Identifier: MIT
"""Cards, from the reader's bytes to what a host wants to know of them."""

import sys

# Machine code is never given back; an exception's class must stay the one that others catch.
_KEPT = "pos.cards.tlv", "pos.cards.tlv_native", "pos.cards.tlv_plain", "pos.cards.errors"


def loaded(*kept):
    """Names of the modules of cards in memory but for `kept`, to be let go."""
    names = _KEPT + kept
    return [name for name in sys.modules if name.startswith("pos.cards.") and name not in names]
