# SPDX-License-Identifier: MIT
"""The customer takes the card back: out of the chip reader, or out of the contactless field."""

from pos.cards.errors import CardError
from pos.compat import const, sleep_ms
from pos.drivers import DeviceTimeout
from pos.tasks import first

_BEEP_MS = const(2000)
_LOOK_MS = const(100)


async def removed(terminal, note=""):
    """False when the card is still in the reader after a while, or the operator does not wait for it."""
    return await _gone(terminal, lambda: _out(terminal.board.chip), note)


async def lifted(terminal, card, note):
    """The same for a card in the field."""
    return await _gone(terminal, lambda: _away(card), note)


async def field_off(terminal):
    """End the contactless reader's field; nothing when it does not answer, or was never on."""
    try:
        await terminal.board.contactless.stop()
    except (CardError, DeviceTimeout):
        pass


async def _gone(terminal, leaves, note):
    """Nothing is shown where it is away already. `note`: string key of what came of the card."""
    operator = terminal.operator
    for _ in range(terminal.config.idle_timeout_s * 1000 // _BEEP_MS):
        who, key, _ = await first(_BEEP_MS, leaves(), operator.key(_BEEP_MS))
        if who == 0:
            return True
        if key == "CANCEL":
            return False
        lines = ((operator.t(note), "bad"), "") if note else ("",)
        lines += ((operator.t("remove_card"), "accent"),)
        operator.show(
            "remove", title=operator.t(terminal.doing), lines=lines, footer=(("CANCEL", "do_back"),)
        )
        operator.beep("error")
    return False


async def _out(reader):
    """Ends once the slot is empty, or nobody can tell."""
    while True:
        try:
            return await reader.removed(_BEEP_MS)
        except DeviceTimeout:
            await sleep_ms(_LOOK_MS)
        except CardError:
            return None


async def _away(card):
    try:
        while await card.present():
            await sleep_ms(_LOOK_MS)
    except (CardError, DeviceTimeout):
        pass
