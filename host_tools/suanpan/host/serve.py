# SPDX-License-Identifier: MIT
"""`suanpan host serve`: runs the host until Ctrl-C or SIGTERM."""

import signal
import threading

from suanpan.host.host import Host
from suanpan.host.uplink import Tls
from suanpan.output import say


def serve(db: str, broker: str, partition: str | None, tls: Tls, sandbox: bool, late_s: float) -> None:
    """Blocks; returns when a signal asks to end."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    host = Host(db, broker, partition, sandbox, late_s, tls, say)
    host.start()
    say("the host is running; Ctrl-C ends it")
    ended.wait()
    host.stop()
    say("ended; everything that was receipted is in the database")
