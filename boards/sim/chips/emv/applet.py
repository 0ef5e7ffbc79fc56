# SPDX-License-Identifier: MIT
"""One EMV application of a virtual card: its state, and what it answers (EMV Book 3 section 6.5)."""

from hashlib import sha1
from hmac import compare_digest

from boards.sim.chips.emv import authority, cryptograms
from boards.sim.chips.emv.personality import CDA, TERMINAL_DATA, Personality
from pos.cards.tlv import build

OK = b"\x90\x00"
AAC, TC, ARQC = 0x00, 0x40, 0x80
PIN_TRIES = 3
CARD_NUMBER = bytes.fromhex(
    "0807060504030201"
)  # ICC dynamic number and challenge: the same each time, for replay
_RANK = {AAC: 0, ARQC: 1, TC: 2}


def status(word: int) -> bytes:
    return word.to_bytes(2, "big")


class Applet:
    """`atc`, `pin_tries`, `blocked` and `limits` outlive a reset; the rest is one transaction's."""

    def __init__(self, personality: Personality) -> None:
        self.personality = personality
        self.atc, self.last_online, self.pin_tries = 0, 0, PIN_TRIES
        self.blocked = personality.lock == "application"
        self.pin = personality.pin
        self.written: dict[int, bytes] = {}
        self._ac_master = self._master(cryptograms.ISSUER_AC)
        self._smi_master = self._master(cryptograms.ISSUER_SMI)
        self.reset()

    def _master(self, issuer_key: bytes) -> bytes:
        return cryptograms.master_key(issuer_key, self.personality.pan, self.personality.sequence)

    def reset(self) -> None:
        self.told: list[bytes] = []
        self.arqc = b""
        self.cryptograms = 0
        self.issuer_known: bool | None = None
        self.initiated = self.challenged = False

    def respond(self, cla: int, ins: int, p1: int, p2: int, data: bytes) -> bytes:
        answers = {
            (0x80, 0xA8): self._options,
            (0x00, 0xB2): self._record,
            (0x80, 0xCA): self._data,
            (0x00, 0x88): self._internal_authenticate,
            (0x00, 0x84): self._challenge,
            (0x00, 0x20): self._verify,
            (0x80, 0xAE): self._generate_ac,
            (0x00, 0x82): self._external_authenticate,
            (0x84, 0x1E): self._block,
            (0x84, 0x24): self._unblock_pin,
            (0x04, 0xDA): self._put_data,
        }
        answer = answers.get((cla, ins))
        return status(0x6D00) if answer is None else answer(bytes((cla, ins, p1, p2)), data)

    def _options(self, head: bytes, data: bytes) -> bytes:
        if self.personality.lock == "conditions" or self.initiated:
            return status(0x6985)
        if data[:1] != b"\x83" or len(data) - 2 != data[1]:
            return status(0x6A80)
        self.initiated, self.atc = True, self.atc + 1
        self.told = [data[2:]]
        aip, afl = self.personality.interchange_profile, self.personality.afl
        if self.personality.template_answers:
            return build((0x77, build((0x82, aip), (0x94, afl)))) + OK
        return build((0x80, aip + afl)) + OK

    def _record(self, head: bytes, data: bytes) -> bytes:
        body = self.personality.records.get((head[3] >> 3, head[2]))
        return status(0x6A83) if body is None else build((0x70, body)) + OK

    def _data(self, head: bytes, data: bytes) -> bytes:
        tag = int.from_bytes(head[2:], "big")
        known = {
            0x9F36: self.atc.to_bytes(2, "big"),
            0x9F13: self.last_online.to_bytes(2, "big"),
            0x9F17: bytes((self.pin_tries,)),
            **self.written,
        }
        return build((tag, known[tag])) + OK if tag in known else status(0x6A88)

    def _internal_authenticate(self, head: bytes, data: bytes) -> bytes:
        dynamic = bytes((len(CARD_NUMBER),)) + CARD_NUMBER
        signed = authority.dynamic_signature(self.personality.pan, dynamic, data)
        return self._formatted(((0x9F4B, signed),), signed)

    def _formatted(self, objects: tuple[tuple[int, bytes], ...], plain: bytes) -> bytes:
        """An answer of format 2 or format 1."""
        if self.personality.template_answers:
            return build((0x77, build(*objects))) + OK
        return build((0x80, plain)) + OK

    def _challenge(self, head: bytes, data: bytes) -> bytes:
        self.challenged = True
        return CARD_NUMBER + OK

    def _verify(self, head: bytes, data: bytes) -> bytes:
        if not self.pin_tries:
            return status(0x6983)
        block = self._deciphered(data) if head[3] == 0x88 else data
        if block is None:
            return status(0x6984)
        digits = block.hex()
        if block[:1] == bytes((0x20 | len(self.pin),)) and digits[2:] == self.pin.ljust(14, "f"):
            self.pin_tries = PIN_TRIES
            return OK
        self.pin_tries -= 1
        return status(0x63C0 | self.pin_tries)

    def _deciphered(self, data: bytes) -> bytes | None:
        own = authority.pin if self.personality.pin_key else authority.card
        clear = own(self.personality.pan).decipher(data)
        challenged, self.challenged = self.challenged, False
        return clear[1:9] if challenged and clear[:1] == b"\x7f" and clear[9:17] == CARD_NUMBER else None

    # Cryptograms

    def _generate_ac(self, head: bytes, data: bytes) -> bytes:
        second = self.cryptograms == 1
        if not self.initiated or self.cryptograms > 1:
            return status(0x6985)
        if len(data) != len_of(self.personality.cdol2 if second else TERMINAL_DATA):
            return status(0x6700)
        self.cryptograms += 1
        self.told.append(data)
        asked = head[2] & 0xC0
        given = self._decided(asked, data) if second else self._wanted(asked)
        issuer_data = self._application_data(given, second)
        cryptogram = self._cryptogram(data[-len_of(TERMINAL_DATA) :], issuer_data)
        if given == ARQC:
            self.arqc = cryptogram
        elif second:
            self.last_online = self.atc if self.issuer_known else self.last_online
        return self._answered(given, cryptogram, issuer_data, bool(head[2] & 0x10) and given != AAC)

    def _wanted(self, asked: int) -> int:
        """What the card makes of a first request: never more than asked."""
        wanted = {"decline": AAC, "online": ARQC}.get(self.personality.decision, asked)
        return min(asked, wanted, key=_RANK.__getitem__)

    def _decided(self, asked: int, data: bytes) -> int:
        """Second request: an issuer that proves to be none is not obeyed."""
        if self.personality.arpc_method == 2 and any(data[2:10]):
            expected = cryptograms.arpc_method_2(self._session(), self.arqc, data[6:10])
            self.issuer_known = compare_digest(expected, data[2:6])
        return AAC if self.issuer_known is False else asked

    def _session(self) -> bytes:
        return cryptograms.ac_key(self._ac_master, self.atc)

    def _application_data(self, given: int, second: bool) -> bytes:
        """Key index 01, cryptogram version 18, card verification results of three bytes."""
        bits = given >> 2
        results = bits << 2 | self._first_bits() if second else 0x80 | bits
        return bytes((0x06, 0x01, 0x12, 0x03, results, 0, 0))

    def _first_bits(self) -> int:
        return ARQC >> 2

    def _cryptogram(self, values: bytes, issuer_data: bytes) -> bytes:
        signed = values + self.personality.interchange_profile + self.atc.to_bytes(2, "big") + issuer_data
        return cryptograms.mac(self._session(), signed)

    def _answered(self, given: int, cryptogram: bytes, issuer_data: bytes, combined: bool) -> bytes:
        atc = self.atc.to_bytes(2, "big")
        known = ((0x9F27, bytes((given,))), (0x9F36, atc))
        if not combined or not self.personality.aip & CDA:
            plain = bytes((given,)) + atc + cryptogram + issuer_data
            return self._formatted((*known, (0x9F26, cryptogram), (0x9F10, issuer_data)), plain)
        said = (*known, (0x9F10, issuer_data))
        digest = sha1(b"".join(self.told) + build(*said)).digest()
        dynamic = bytes((len(CARD_NUMBER),)) + CARD_NUMBER + bytes((given,)) + cryptogram + digest
        signed = authority.dynamic_signature(self.personality.pan, dynamic, self.told[-1][-4:])
        return build((0x77, build(*known, (0x9F4B, signed), (0x9F10, issuer_data)))) + OK

    def _external_authenticate(self, head: bytes, data: bytes) -> bytes:
        if self.issuer_known is not None or not self.arqc or len(data) != 10:
            return status(0x6985)
        expected = cryptograms.arpc_method_1(self._session(), self.arqc, data[8:])
        self.issuer_known = compare_digest(expected, data[:8])
        return OK if self.issuer_known else status(0x6300)

    # Scripts, with their MAC

    def _genuine(self, head: bytes, data: bytes) -> bool:
        signed = head + bytes((len(data),)) + self.atc.to_bytes(2, "big") + self.arqc + data[:-8]
        key = cryptograms.session_key(self._smi_master, self.arqc) if self.arqc else bytes(16)
        return bool(self.arqc) and compare_digest(cryptograms.mac(key, signed), data[-8:])

    def _block(self, head: bytes, data: bytes) -> bytes:
        if not self._genuine(head, data):
            return status(0x6988)
        self.blocked = True
        return OK

    def _unblock_pin(self, head: bytes, data: bytes) -> bytes:
        if not self._genuine(head, data):
            return status(0x6988)
        self.pin_tries = PIN_TRIES
        return OK

    def _put_data(self, head: bytes, data: bytes) -> bytes:
        if not self._genuine(head, data):
            return status(0x6988)
        self.written[int.from_bytes(head[2:], "big")] = data[:-8]
        return OK


def len_of(dol: bytes) -> int:
    """Bytes that a list of this file's tags asks for."""
    size = at = 0
    while at < len(dol):
        at += 2 if dol[at] & 0x1F == 0x1F else 1
        size, at = size + dol[at], at + 1
    return size
