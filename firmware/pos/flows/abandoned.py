# SPDX-License-Identifier: MIT
"""How a flow ends before money is in doubt: the operator cancels, or nobody does anything."""


class Abandoned(Exception):
    """Back to idle; `reason` is the string key that the operator reads for a moment."""

    def __init__(self, reason="cancelled"):
        super().__init__(reason)
        self.reason = reason
