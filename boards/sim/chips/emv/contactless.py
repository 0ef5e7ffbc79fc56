# SPDX-License-Identifier: MIT
"""Virtual contactless cards: directory 2PAY.SYS.DDF01, qPBOC and M/Chip, phones (Contactless Books B, C-2, C-3)."""

from boards.sim.chips.emv import authority
from boards.sim.chips.emv.applet import AAC, ARQC, OK, TC, Applet, len_of, status
from boards.sim.chips.emv.card import VirtualCard
from boards.sim.chips.emv.personality import TERMINAL_DATA, Personality
from pos.cards.tlv import build

PDOL = bytes.fromhex("9F6604") + TERMINAL_DATA  # with the terminal's qualifiers
CARD_NUMBER = bytes.fromhex("0C0A0B0D")
SOMETHING_TO_DO = bytes.fromhex("000100")  # tag DF4B: verify yourself on the device
_DIRECTORY = b"2PAY.SYS.DDF01"
_ONLINE_NEEDED, _CVM_NEEDED = 0x80, 0x40  # TTQ byte 2
_MCHIP = 2


class QualifiedApplet(Applet):
    """qPBOC or qVSDC: GET PROCESSING OPTIONS answers with the cryptogram."""

    unlocked = False

    def _options(self, head: bytes, data: bytes) -> bytes:
        if self.initiated or len(data) != len_of(PDOL) + 2:
            return status(0x6985)
        needs = data[3]
        if self.personality.is_phone and needs & _CVM_NEEDED and not self.unlocked:
            self.unlocked = True
            return status(0x6986)
        self.unlocked = False
        self.initiated, self.atc = True, self.atc + 1
        self.given, self.ctq = self._decision(needs), self._qualifiers(needs)
        issuer_data = self._application_data(self.given, False)
        self.asked = data[6:]
        signed = self._cryptogram(self.asked, issuer_data)
        return build((0x77, build(*self._objects(signed, issuer_data)))) + OK

    def _decision(self, needs: int) -> int:
        if self.personality.decision != "follow":
            return AAC if self.personality.decision == "decline" else ARQC
        return ARQC if needs & _ONLINE_NEEDED else TC

    def _qualifiers(self, needs: int) -> bytes:
        """How the holder is verified is told only where that is needed."""
        wanted = self.personality.ctq
        return wanted if needs & _CVM_NEEDED else bytes((wanted[0] & 0x3F, wanted[1] & 0x7F))

    def _objects(self, cryptogram: bytes, issuer_data: bytes) -> list[tuple[int, bytes]]:
        found = [
            (0x82, self.personality.interchange_profile),
            (0x9F36, self.atc.to_bytes(2, "big")),
            (0x9F26, cryptogram),
            (0x9F10, issuer_data),
            (0x57, self.personality.track2),
            (0x5F34, bytes.fromhex(self.personality.sequence)),
            (0x9F6C, self.ctq),
        ]
        if self.personality.tells_kind:
            found.append((0x9F27, bytes((self.given,))))
        if self.given == TC:
            found += [(0x94, bytes.fromhex("1001010118010400")), (0x9F4B, self._signature())]
        return found

    @property
    def _card_data(self) -> bytes:
        return b"\x01" + CARD_NUMBER + self.ctq

    def _signature(self) -> bytes:
        """Fast DDA over number, amount and currency of the terminal and over the card's own data."""
        amount, currency, number = self.asked[:6], self.asked[19:21], self.asked[-4:]
        dynamic = b"\x02" + self.atc.to_bytes(2, "big")
        outside = number + amount + currency + self._card_data
        return authority.dynamic_signature(self.personality.pan, dynamic, outside)

    def _record(self, head: bytes, data: bytes) -> bytes:
        if self.initiated and (head[3] >> 3, head[2]) == (3, 4):
            return build((0x70, build((0x9F69, self._card_data)))) + OK
        return super()._record(head, data)


class MobileApplet(Applet):
    """M/Chip: a phone declines at first, and says that its holder has something to do."""

    unlocked = False

    def _wanted(self, asked: int) -> int:
        self.asks = self.personality.is_phone and not self.unlocked
        self.unlocked = self.asks
        return AAC if self.asks else super()._wanted(asked)

    def _formatted(self, objects: tuple[tuple[int, bytes], ...], plain: bytes) -> bytes:
        if self.cryptograms and self.asks:
            objects += ((0xDF4B, SOMETHING_TO_DO),)
        return super()._formatted(objects, plain)


class ContactlessCard(VirtualCard):
    """Its directory is one answer."""

    def applet_of(self, personality: Personality) -> Applet:
        return (MobileApplet if personality.kernel == _MCHIP else QualifiedApplet)(personality)

    def _select(self, p1: int, p2: int, name: bytes) -> bytes:
        if name != _DIRECTORY or self.personality.lock == "card":
            return super()._select(p1, p2, name)
        entries = b"".join(applet.personality.directory_entry for applet in self.applets)
        inside = build((0xBF0C, entries))
        return build((0x6F, build((0x84, _DIRECTORY), (0xA5, inside)))) + OK
