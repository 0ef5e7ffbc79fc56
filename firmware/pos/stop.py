# SPDX-License-Identifier: MIT
"""Safe stop (DESIGN.md section 2): the reason stands on the screen and in the log, and nothing is traded."""

from pos.compat import sleep_ms
from pos.domain import alarms
from pos.ui.view import View, row

_TITLE = "终端停用 / TERMINAL STOPPED"


async def stop(screen, log, name, message):
    """Show alarm `name` with the reason, in both languages, until the power goes."""
    alarm = alarms.find(name)
    log.event("stopped", alarm=name, code=alarm.code, severity=alarm.severity, detail=message)
    rows = [row("%d %s" % (alarm.code, text), "centre", 1, "bad") for text in alarm.text]
    rows += [row(""), row(message, "left", 1, "normal"), row("")]
    rows += [row(text, "left", 1, "dim") for text in alarm.remedy]
    screen.show(View(_TITLE, rows, (), "bad"))
    screen.draw()
    while True:
        await sleep_ms(1000)
