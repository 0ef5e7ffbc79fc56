# SPDX-License-Identifier: MIT
"""A virtual chip card: command APDU in, response APDU out (ISO/IEC 7816-4, EMV Book 1 sections 11 and 12)."""

from boards.sim.chips.emv.applet import OK, Applet, status
from boards.sim.chips.emv.personality import Personality
from pos.cards.tlv import build

ATR = bytes.fromhex("3B6500002063CB6800")  # direct convention, T=0
_DIRECTORY = b"1PAY.SYS.DDF01"


class Gone(Exception):
    """The card has been pulled."""


class VirtualCard:
    """`reset` is a new insertion; what the card remembers stays."""

    atr = ATR

    def __init__(self, personality: Personality) -> None:
        self.personality = personality
        self.applets = [self.applet_of(one) for one in (personality, *personality.others)]
        self.reset()

    def applet_of(self, personality: Personality) -> Applet:
        return Applet(personality)

    @property
    def answer_ms(self) -> int:
        """How long it takes for an answer."""
        return self.personality.answer_ms

    def reset(self) -> None:
        self.selected: Applet | None = None
        self.in_directory = False
        self.last_index = -1
        for applet in self.applets:
            applet.reset()

    def respond(self, command: bytes) -> bytes:
        if len(command) < 4:
            return status(0x6700)
        cla, ins, p1, p2 = command[:4]
        data = command[5 : 5 + command[4]] if len(command) > 5 else b""
        if len(command) > 5 and len(data) != command[4]:
            return status(0x6700)
        if (cla, ins) == (0x00, 0xA4):
            return self._select(p1, p2, data)
        if self.in_directory:
            return self._directory(ins, p1)
        return status(0x6985) if self.selected is None else self.selected.respond(cla, ins, p1, p2, data)

    def _select(self, p1: int, p2: int, name: bytes) -> bytes:
        if self.personality.lock == "card":
            return status(0x6A81)
        if p1 != 4 or p2 not in (0, 2):
            return status(0x6A86)
        self.in_directory = name == _DIRECTORY and self.personality.has_directory
        if self.in_directory:
            self.selected = None
            inside = build((0x88, b"\1"), (0x5F2D, b"zhen"))
            return build((0x6F, build((0x84, _DIRECTORY), (0xA5, inside)))) + OK
        return self._select_application(name, self.last_index + 1 if p2 else 0)

    def _select_application(self, name: bytes, first: int) -> bytes:
        for index in range(first, len(self.applets)):
            applet = self.applets[index]
            if name and applet.personality.aid.startswith(name):
                self.selected, self.last_index = applet, index
                applet.reset()
                return applet.personality.fci + (status(0x6283) if applet.blocked else OK)
        return status(0x6A82)

    def _directory(self, ins: int, record: int) -> bytes:
        if ins != 0xB2:
            return status(0x6D00)
        if record != 1:
            return status(0x6A83)
        entries = b"".join(applet.personality.directory_entry for applet in self.applets)
        return build((0x70, entries)) + OK
