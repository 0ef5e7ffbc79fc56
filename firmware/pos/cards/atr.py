# SPDX-License-Identifier: MIT
"""Answer to reset (ISO/IEC 7816-3 section 8.2): protocol, waiting time and transmission parameters of a contact card.

Values are used as EMV Book 1 section 8.3.3 has them.
"""

from pos.cards.errors import CardError
from pos.compat import const

_UNIT_MS = const(100)  # 960 x 372 clock cycles at 3.57 MHz
_EXTENSION_MS = const(3000)  # for the extensions that a card may ask for
_WI, _BWI = const(10), const(4)  # the longest that EMV allows, and what holds for T=0 by default
_INVERSE = const(0x3F)
_CRC = const(1)


class Atr:
    """`protocol`: 0 or 1, the one offered first. CardError("malformed"): no answer to reset, or cut."""

    def __init__(self, atr):
        if len(atr) < 2 or atr[0] not in (0x3B, _INVERSE):
            raise CardError("malformed")
        self._inverse = atr[0] == _INVERSE
        self._groups = groups = _interface_bytes(atr)
        self.protocol = _protocol(groups[0])
        if self.protocol > 1:
            raise CardError("unsupported")

    @property
    def waiting_time_ms(self):
        """For an answer, with what the card may ask for on top."""
        return self.silence_ms + _EXTENSION_MS

    @property
    def silence_ms(self):
        """Longest silence of a card that does not ask for more time."""
        if self.protocol:
            return _UNIT_MS << min(self._of_t1(1, 0x4D) >> 4, _BWI)
        return _UNIT_MS * min(self._value(1, 2, _WI), _WI)

    def parameters(self):
        """abProtocolDataStructure of PC_to_RDR_SetParameters (CCID Rev 1.1 section 6.1.7)."""
        convention = 2 if self._inverse else 0
        # Without TA2 the card waits to be asked for another speed, and is not asked (EMV Book 1 section 8.3.3.1).
        speed = 0x11 if self._value(1, 0, None) is None else self._value(0, 0, 0x11)
        guard = self._value(0, 2, 0)
        if self.protocol:
            check = self._of_t1(2, 0) & _CRC
            return bytes(
                (speed, 0x10 | convention | check, guard, self._of_t1(1, 0x4D), 0, self._of_t1(0, 32), 0)
            )
        return bytes((speed, convention, guard, self._value(1, 2, _WI), 0))

    def _value(self, group, place, default):
        """TA, TB, TC (place 0, 1, 2) of a group counted from 0."""
        value = self._groups[group][place] if group < len(self._groups) else None
        return default if value is None else value

    def _of_t1(self, place, default):
        """From the first group that is T=1's own: the third or later, announced by the TD before it."""
        for number in range(2, len(self._groups)):
            if _protocol(self._groups[number - 1]) == 1:
                return self._value(number, place, default)
        return default


def _protocol(group):
    return 0 if group[3] is None else group[3] & 15


def _interface_bytes(atr):
    """[[TA, TB, TC, TD], ...], None for what is absent."""
    groups, which, at = [], atr[1] >> 4, 2
    while True:
        group = [None] * 4
        for place in range(4):
            if which & 1 << place:
                if at >= len(atr):
                    raise CardError("malformed")
                group[place] = atr[at]
                at += 1
        groups.append(group)
        if group[3] is None:
            return groups
        which = group[3] >> 4
