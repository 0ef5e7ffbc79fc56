# SPDX-License-Identifier: MIT
"""The customer keys the PIN (ISO 9564-1 sections 5 and 6): masked, in one buffer that is overwritten.

No text is made of it: keys arrive as names that stand in the catalogue of keys anyway, one at a time.
"""

from pos.compat import const
from pos.crypto.wipe import wipe
from pos.domain import money
from pos.flows.abandoned import Abandoned

_SHORTEST, _LONGEST = const(4), const(12)
_LAST_TRY = const(1)


async def enter_pin(terminal, amount, tries=None, wrong=False, bypass=False):
    """PIN as a bytearray of ASCII digits, which the caller wipes; None when `bypass` allows none and none is keyed.

    `tries`: those left, where the card tells; `wrong`: the last one was not right. Abandoned on CANCEL or when nobody
    keys. Keys pressed before the question do not count.
    """
    terminal.board.keypad.clear()
    note = (
        terminal.operator.t("pin_last")
        if tries == _LAST_TRY
        else terminal.operator.t("pin_wrong")
        if wrong
        else ""
    )
    pin = bytearray(_LONGEST)
    try:
        return await _keyed(terminal, amount, pin, note, bypass)
    finally:
        wipe(pin)


async def pin_for_host(terminal, amount, number, bypass=False):
    """KSN and PIN block for the account `number`, of what the customer keys; None as of `enter_pin`."""
    pin = await enter_pin(terminal, amount, bypass=bypass)
    if pin is None:
        return None
    try:
        return terminal.pin_block(pin, number)
    finally:
        wipe(pin)


async def _keyed(terminal, amount, pin, note, bypass):
    operator, length = terminal.operator, 0
    while True:
        _show(terminal, amount, length, note, bypass)
        key = await operator.key(terminal.config.idle_timeout_s * 1000)
        if key is None or key == "CANCEL":
            raise Abandoned("timed_out" if key is None else "cancelled")
        if key == "ENTER" and (length >= _SHORTEST or bypass and not length):
            return pin[:length] if length else None
        if key == "CLEAR":
            wipe(pin)
            length, note = 0, ""
        elif len(key) == 1 and key.isdigit() and length < _LONGEST:
            pin[length] = ord(key)
            length, note = length + 1, ""
        else:
            note = operator.t("pin_short") if key == "ENTER" else note
            operator.beep("error")


def _show(terminal, amount, length, note, bypass):
    operator, currency = terminal.operator, terminal.config.currency
    t = operator.t
    asked = (t("pin_or_none") if bypass and not length else t("pin_enter"), "accent")
    operator.show(
        "pin",
        title=t("pin"),
        block="*" * length,
        big="%s %s" % (currency, money.text(amount, currency)),
        lines=((note, "bad"), asked) if note else (asked,),
        footer=(("CANCEL", "do_back"), ("ENTER", "do_ok")),
        tone="bad" if note else "normal",
    )
