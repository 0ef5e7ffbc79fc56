# SPDX-License-Identifier: MIT
"""`suanpan host serve`: runs the host until Ctrl-C or SIGTERM."""

import signal
import threading
from collections.abc import Callable

from suanpan.host.host import Host


def until_ended(host: Host, tell: Callable[[str], None]) -> None:
    """Blocks; returns when a signal asks to end."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    host.start()
    tell("the host is running; Ctrl-C ends it")
    ended.wait()
    host.stop()
    tell("ended; everything that was receipted is in the database")
