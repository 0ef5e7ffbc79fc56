# SPDX-License-Identifier: MIT
"""Safe stop (DESIGN.md section 2): the reason stands on the screen and in the log, and nothing is traded."""

import sys

from pos.compat import let_go, scrub, sleep_ms
from pos.ops.log import redact
from pos.ui.view import View, row

_TITLE = "终端停用 / TERMINAL STOPPED"
_ENDING_MS = 200  # for cancelled tasks to end
_TRADE = ("pos.flow", "pos.jour", "pos.net.", "pos.net_", "pos.outb", "pos.book", "pos.term", "pos.work")


async def stop(screen, log, name, message):
    """Show alarm `name` with the reason, in both languages, until the power goes."""
    await _make_room()
    from pos.domain import alarms

    alarm = alarms.find(name)
    log.event("stopped", alarm=name, code=alarm.code, severity=alarm.severity, detail=message)
    rows = [row("%d %s" % (alarm.code, text), "centre", 1, "bad") for text in alarm.text]
    rows += [row(""), row(redact(message), "left", 1, "normal"), row("")]
    rows += [row(text, "left", 1, "dim") for text in alarm.remedy]
    screen.show(View(_TITLE, rows, (), "bad"))
    while True:
        try:
            screen.draw()  # what there was no memory for a moment ago
        except MemoryError:
            pass
        await sleep_ms(1000)


async def _make_room():
    """The trade is over, perhaps for want of memory: what it held goes, so that the reason can be shown."""
    await sleep_ms(_ENDING_MS)
    let_go(*[name for name in sys.modules if name[:8] in _TRADE])
    scrub()  # keys may lie in what it held
