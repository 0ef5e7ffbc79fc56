# SPDX-License-Identifier: MIT
"""Device side: pin_memory.py WHAT. Enciphers a PIN that no source holds, wipes it, says `ready` and waits for a line.

WHAT: format4, format0 (enciphered in place with triple DES), or leak, which keeps a copy.
"""

import sys

from pos.crypto import pinblock
from pos.crypto.wipe import wipe

PAN = "4111111111111111"
KEY = bytes(range(16))


def enciphered(what, pin):
    if what == "format4":
        return pinblock.format4(KEY, pin, PAN, KEY[8:])
    from pos.crypto.des import Tdes

    block = bytearray(8)
    pinblock.format0_into(block, pin, PAN)
    Tdes(KEY).encrypt(block)
    return block


def main(what):
    pin = bytearray(12)
    for i in range(12):
        pin[i] = 48 + (i * 7 + 3) % 10
    kept = bytes(pin) if what == "leak" else enciphered(what, pin)
    wipe(pin)
    print("ready", len(kept))
    sys.stdin.readline()


main(sys.argv[1])
