# SPDX-License-Identifier: MIT
"""The customer chooses one of the card's applications (EMV Book 1 section 12.4)."""

_SHOWN = 5  # rows of the screen


async def choose(terminal, labels):
    """Index of the label chosen by UP, DOWN, ENTER or its number; None on CANCEL or when nobody keys."""
    at = 0
    while True:
        _show(terminal, labels, at)
        key = await terminal.operator.key(terminal.config.idle_timeout_s * 1000)
        if key is None or key == "CANCEL":
            return None
        if key == "ENTER":
            return at
        if key in ("UP", "DOWN"):
            at = (at + (1 if key == "DOWN" else -1)) % len(labels)
        elif len(key) == 1 and "1" <= key <= str(min(len(labels), 9)):
            return int(key) - 1


def _show(terminal, labels, at):
    t, top = terminal.operator.t, at // _SHOWN * _SHOWN
    lines = []
    for i in range(top, min(top + _SHOWN, len(labels))):
        text = "%d %s" % (i + 1, labels[i])
        lines.append((text, "inverse") if i == at else text)
    footer = (("CANCEL", "do_back"), ("ENTER", "do_ok"))
    terminal.operator.show("menu", title=t("choose"), lines=tuple(lines), footer=footer)
