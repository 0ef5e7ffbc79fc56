# SPDX-License-Identifier: MIT
"""`suanpan host serve`: runs the host until Ctrl-C or SIGTERM."""

import signal
import threading

from suanpan.host.host import Host
from suanpan.output import say


def until_ended(host: Host) -> None:
    """Blocks; returns when a signal asks to end."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    host.start()
    say("the host is running; Ctrl-C ends it")
    ended.wait()
    host.stop()
    say("ended; everything that was receipted is in the database")
