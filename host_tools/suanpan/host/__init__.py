# SPDX-License-Identifier: MIT
"""The host: receives, keeps and shows transactions. `Host` is imported only when used: it brings the database."""

from typing import Any


def __getattr__(name: str) -> Any:
    if name == "Host":
        from suanpan.host.host import Host

        return Host
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
