# SPDX-License-Identifier: MIT
"""Idle: merchant name, clock, link and queue; a digit starts a sale at once, MENU and FUNC do the rest."""

from pos.domain import calendar, money

_REFRESH_MS = 1000


async def idle(terminal):
    """Name of the flow that the operator chose, and its arguments."""
    operator = terminal.operator
    operator.await_with("ready")
    while True:
        _show(terminal)
        key = await operator.key(_REFRESH_MS)
        if terminal.outbox.dispute:
            return "new_epoch", ()
        if key is None:
            terminal.books.prepare()
            continue
        if key[0] in "0123456789":
            return "sale", (key,)
        if key == "MENU":
            return "menu", ()
        if key == "FUNC":
            operator.t.toggle()


def _show(terminal):
    operator = terminal.operator
    t = operator.t
    config, pending = terminal.config, terminal.books.pending()
    link = t("online") if terminal.outbox.online else t("offline_link")
    operator.show(
        "idle",
        title=config.merchant_name,
        big="%s %s" % (config.currency, money.text(0, config.currency)),
        lines=(
            (t("enter_amount"), "accent"),
            "",
            (calendar.clock(terminal.clock.now(), config.utc_offset_min), "dim"),
            ("%s  %s" % (link, t("queue", pending) if pending else t("all_sent")), "dim"),
        ),
        footer=(("MENU", "menu"), ("FUNC", "other_language")),
    )
