# SPDX-License-Identifier: MIT
"""Search for secrets in whatever a run left (FAULTS S9, S11): canary.py names them, search.py finds them."""

from suanpan.canaries.canary import Canary
from suanpan.canaries.search import Leak, Search

__all__ = ("Canary", "Leak", "Search")
