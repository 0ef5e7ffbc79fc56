# SPDX-License-Identifier: MIT
"""What a card's kernel leaves to the rest of a sale."""

from collections import namedtuple

# notes: lines that explain the decision; None: the host is still to be asked, `asked` are the arguments of authorise.
Sold = namedtuple("Sold", ("transaction", "payment", "notes", "asked"))
