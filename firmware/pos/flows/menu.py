# SPDX-License-Identifier: MIT
"""The menu: UP and DOWN or the number choose, ENTER takes, CANCEL leaves."""

from pos.flows.abandoned import Abandoned

_ENTRIES = ("void", "reprint", "language", "sync", "about", "refund")  # their numbers stay


async def menu(terminal):
    """Name of the flow that was chosen, None when the menu did it. Abandoned on CANCEL or when nobody keys."""
    choice = await _choose(terminal)
    if choice in ("void", "reprint", "refund"):
        return choice
    if choice == "language":
        terminal.operator.t.toggle()
    else:
        await _tell(terminal, _sync if choice == "sync" else _about, "menu_" + choice)
    return None


async def _choose(terminal):
    at = 0
    while True:
        _show(terminal, at)
        key = await terminal.operator.key(terminal.config.idle_timeout_s * 1000)
        if key is None or key == "CANCEL":
            raise Abandoned("timed_out" if key is None else "cancelled")
        if key == "UP":
            at = (at - 1) % len(_ENTRIES)
        elif key in ("DOWN", "MENU"):
            at = (at + 1) % len(_ENTRIES)
        elif key == "ENTER":
            return _ENTRIES[at]
        elif key in ("1", "2", "3", "4", "5", "6"):
            return _ENTRIES[int(key) - 1]


def _show(terminal, at):
    t = terminal.operator.t
    lines = []
    for i, entry in enumerate(_ENTRIES):
        text = "%d %s" % (i + 1, t("menu_" + entry))
        lines.append((text, "inverse") if i == at else text)
    footer = (("CANCEL", "do_back"), ("ENTER", "do_ok"))
    terminal.operator.show("menu", title=t("menu"), lines=tuple(lines), footer=footer)


async def _tell(terminal, facts, title):
    """Facts that keep themselves up to date until a key."""
    operator = terminal.operator
    for _ in range(terminal.config.idle_timeout_s):
        footer = (("CANCEL", "do_back"),)
        operator.show("facts", title=operator.t(title), lines=facts(terminal), footer=footer)
        if await operator.key(1000) is not None:
            return


def _sync(terminal):
    from pos.ops.status import status

    t, now = terminal.operator.t, status(terminal)
    link = t("online") if now["online"] else t("offline_link")
    return (link, t("sync_pending", now["pending"]), t("sync_free", now["free_bytes"] // 1024))


def _about(terminal):
    from pos.ops.status import status

    t, now = terminal.operator.t, status(terminal)
    return (
        t("about_terminal", now["terminal"]),
        t("about_version", now["version"]),
        t("about_heap", now["heap"] // 1024),
    )
