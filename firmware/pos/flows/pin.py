# SPDX-License-Identifier: MIT
"""The customer keys the PIN (ISO 9564-1 sections 5 and 6): masked, in one buffer that is overwritten.

No text is made of it: keys arrive as names that stand in the catalogue of keys anyway, one at a time.
"""

from pos.compat import const, let_go
from pos.crypto.wipe import wipe
from pos.domain import money
from pos.flows.abandoned import Abandoned

_SHORTEST, _LONGEST = const(4), const(12)
_LAST_TRY = const(1)
_FIRST = const(49)  # the key 1 in ASCII; 0 comes last


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
    pin, keys = bytearray(_LONGEST), _scrambled(terminal)
    try:
        return await _keyed(terminal, amount, pin, note, bypass, keys)
    finally:
        wipe(pin)
        wipe(keys)
        if keys:
            let_go("pos.flows.scramble", "pos.ui.key_grid")


def _scrambled(terminal):
    """Digits of the keys 1 to 9 and 0 in this entry alone; empty when they are as they stand on the keys."""
    if not terminal.config.pin_scrambled:
        return b""
    from pos.flows.scramble import scrambled

    return scrambled(terminal.board.entropy)


async def pin_for_host(terminal, amount, number, bypass=False):
    """KSN and PIN block for the account `number`, of what the customer keys; None as of `enter_pin`."""
    pin = await enter_pin(terminal, amount, bypass=bypass)
    if pin is None:
        return None
    try:
        return terminal.pin_block(pin, number)
    finally:
        wipe(pin)


async def _keyed(terminal, amount, pin, note, bypass, keys):
    operator, length = terminal.operator, 0
    while True:
        _show(terminal, amount, length, note, bypass, keys)
        key = await operator.key(terminal.config.idle_timeout_s * 1000)
        if key is None or key == "CANCEL":
            raise Abandoned("timed_out" if key is None else "cancelled")
        if key == "ENTER" and (length >= _SHORTEST or bypass and not length):
            _show(terminal, amount, length, "", bypass, b"")
            return pin[:length] if length else None
        if key == "CLEAR":
            wipe(pin)
            length, note = 0, ""
        elif len(key) == 1 and key.isdigit() and length < _LONGEST:
            pin[length] = keys[ord(key) - _FIRST] if keys else ord(key)
            length, note = length + 1, ""
        else:
            note = operator.t("pin_short") if key == "ENTER" else note
            operator.beep("error")


def _show(terminal, amount, length, note, bypass, keys):
    operator, currency = terminal.operator, terminal.config.currency
    t, stars = operator.t, "*" * length
    asked = (t("pin_or_none") if bypass and not length else t("pin_enter"), "accent")
    wrong = ((note, "bad"),) if note else ()
    operator.show(
        "pin",
        title=t("pin"),
        block="" if keys else stars,
        big="%s %s" % (currency, money.text(amount, currency)),
        lines=(wrong or (stars or asked,)) if keys else wrong + (asked,),
        footer=(("CANCEL", "do_back"), ("ENTER", "do_ok")),
        tone="bad" if note else "normal",
        keys=keys,
    )
