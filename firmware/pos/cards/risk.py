# SPDX-License-Identifier: MIT
"""Terminal risk management: floor limit, random selection, velocity (EMV Book 3 section 10.6)."""

from pos.cards import apdu
from pos.compat import const

_AIP = const(0x82)  # tags
_LOWER_LIMIT = const(0x9F14)
_UPPER_LIMIT = const(0x9F23)
_ATC = const(0x9F36)
_LAST_ONLINE_ATC = const(0x9F13)
_BY_TERMINAL = const(0x08)  # AIP byte 1
_FLOOR = const(0x80)  # TVR byte 4
_LOWER = const(0x40)
_UPPER = const(0x20)
_RANDOM = const(0x10)
_FORCED = const(0x08)
_NEW_CARD = const(0x08)  # TVR byte 2
_PERFORMED = const(0x08)  # TSI byte 1


async def manage(card, data, terminal):
    """Set what applies in byte 4 of the TVR, when the card asks the terminal to."""
    if not data.get(_AIP)[0] & _BY_TERMINAL:
        return
    amount, application = data.amount, data.application
    if amount >= application.floor_limit:
        data.tvr[3] |= _FLOOR
    elif _drawn(amount, application, terminal.random(1)[0]):
        data.tvr[3] |= _RANDOM
    if terminal.force_online:
        data.tvr[3] |= _FORCED
    await _velocity(card, data)
    data.tsi[0] |= _PERFORMED


def _drawn(amount, application, byte):
    """Random selection, more likely the nearer the amount is to the floor limit: section 10.6.2."""
    target = application.target_percent
    over = amount - application.threshold
    if over >= 0:
        span = application.floor_limit - application.threshold
        target += (application.most_percent - target) * over // span
    return byte * 99 // 256 + 1 <= target


async def _counter(card, tag):
    """A counter of the card; None when it does not tell."""
    value = await apdu.get_data(card, tag, 2)
    return None if value is None else int.from_bytes(value, "big")


async def _velocity(card, data):
    """Consecutive offline transactions against the card's limits: section 10.6.3."""
    lower, upper = data.get(_LOWER_LIMIT), data.get(_UPPER_LIMIT)
    if not lower or not upper:
        return
    atc, last_online = await _counter(card, _ATC), await _counter(card, _LAST_ONLINE_ATC)
    if last_online == 0:
        data.tvr[1] |= _NEW_CARD
    if atc is None or last_online is None or atc <= last_online:
        data.tvr[3] |= _LOWER | _UPPER
        return
    if atc - last_online > lower[0]:
        data.tvr[3] |= _LOWER
    if atc - last_online > upper[0]:
        data.tvr[3] |= _UPPER
