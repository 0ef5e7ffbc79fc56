# SPDX-License-Identifier: MIT
"""SM4 (GB/T 32907-2016) for domestic schemes: blocks (ECB), CBC-MAC and CMAC.

CBC-MAC is MAC algorithm 1 of ISO/IEC 9797-1 (GB/T 15852.1), with padding 2 as PBOC's secure messaging asks, or 1. It is
sound for messages of one length, or with the length in front; where the scheme leaves the choice, take CMAC.
"""

from array import array
from binascii import unhexlify

from pos.crypto.xor import xor_into

try:
    from pos.crypto.sm4_native import sm4_block, sm4_schedule
except (ImportError, SyntaxError, AttributeError, ValueError):  # no native emitter here
    from pos.crypto.sm4_plain import sm4_block, sm4_schedule

BLOCK = 16
_BOX = unhexlify(
    b"d690e9fecce13db716b614c228fb2c052b679a762abe04c3aa44132649860699"
    b"9c4250f491ef987a33540b43edcfac62e4b31ca9c908e89580df94fa758f3fa6"
    b"4707a7fcf37317ba83593c19e6854fa8686b81b27164da8bf8eb0f4b70569d35"
    b"1e240e5e6358d1a225227c3b01217887d40046579fd327524c3602e7a0c4c89e"
    b"eabf8ad240c738b5a3f7f2cef96115a1e0ae5da49b341a55ad933230f58cb1e3"
    b"1df6e22e8266ca60c02923ab0d534e6fd5db3745defd8e2f03ff6a726d6c5b51"
    b"8d1baf92bbddbc7f11d95c411f105ad80ac13188a5cd7bbd2d74d012b8e5b4b0"
    b"8969974a0c96777e65b9f109c56ec68418f07dec3adc4d2079ee5f3ed7cb3948"
)
_SYSTEM = array("I", (0xA3B1BAC6, 0x56AA3350, 0x677D9197, 0xB27022DC))


class Sm4:
    """Blocks under a key of 16 bytes."""

    def __init__(self, key):
        if len(key) != BLOCK:
            raise ValueError("SM4: key of 16 bytes wanted")
        self._schedule = array("I", bytes(128))
        sm4_schedule(key, self._schedule, _BOX, _SYSTEM)

    def encrypt(self, block):
        """Encipher a bytearray of 16 in place."""
        self._pass(block, 0, 1)

    def decrypt(self, block):
        """Decipher a bytearray of 16 in place."""
        self._pass(block, 31, -1)

    def _pass(self, block, first, step):
        if len(block) != BLOCK:  # machine code would write past its end
            raise ValueError("SM4: block of 16 bytes wanted")
        sm4_block(block, self._schedule, _BOX, first, step)

    def wipe(self):
        """Overwrite the key schedule; the object is spent."""
        from pos.crypto.wipe import wipe

        wipe(self._schedule)


class Sm4Cbc:
    """As the runtime's AES context for CBC from a zero vector: what Cmac asks for."""

    def __init__(self, key):
        self._sm4, self._chain = Sm4(key), bytearray(BLOCK)

    def encrypt(self, data, out):
        for at in range(0, len(data), BLOCK):
            xor_into(self._chain, data, at, BLOCK)
            self._sm4.encrypt(self._chain)
            out[at : at + BLOCK] = self._chain


def cbc_mac(key, message, padding=2):
    """16 bytes. Padding 1: zeros; 2: a set bit, then zeros."""
    from pos.crypto.cbc_mac import chain

    return bytes(chain(Sm4(key), BLOCK, message, padding))


def cmac(key, message):
    """16 bytes of CMAC (NIST SP 800-38B; MAC algorithm 5 of ISO/IEC 9797-1) with SM4."""
    from pos.crypto.cmac import Cmac

    return Cmac(key, Sm4Cbc).mac(message)
