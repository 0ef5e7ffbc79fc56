# SPDX-License-Identifier: MIT
"""Cards, from the reader's bytes to what a host wants to know of them."""

import sys

# Machine code is never given back; an exception's class must stay the one that others catch.
_KEPT = "tlv", "tlv_native", "tlv_plain", "errors"


def loaded(*kept):
    """Names of the modules of cards in memory but for `kept`, to be let go."""
    names = ["pos.cards." + name for name in _KEPT + kept]
    return [name for name in sys.modules if name.startswith("pos.cards.") and name not in names]
