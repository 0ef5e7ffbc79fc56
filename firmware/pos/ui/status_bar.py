# SPDX-License-Identifier: MIT
"""Clock, link and queue at the top of every screen, and a look at the keypad, twice a second."""

from pos.compat import sleep_ms
from pos.domain.calendar import clock as clock_text

_PERIOD_MS = 500


async def status_bar(terminal, screen):
    """For ever; the screen is drawn again only when something changed."""
    status = screen.status
    shown = None
    while True:
        clock = clock_text(terminal.clock.now(), terminal.config.utc_offset_min)[11:]
        link = "up" if terminal.outbox.online else "down"
        now = clock, link, terminal.books.pending(), terminal.operator.t.language
        if now != shown:
            shown = now
            status.clock, status.link, status.queue = now[:3]
            status.marks = (terminal.operator.t("simulator"),) if terminal.board.simulated else ()
            screen.refresh()
            terminal.board.lamps.set("link", terminal.outbox.online)
        if terminal.board.keypad.stuck:
            terminal.alarm("key_stuck", terminal.board.keypad.stuck)
        await sleep_ms(_PERIOD_MS)
