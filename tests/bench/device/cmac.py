# SPDX-License-Identifier: MIT
"""Device side: cmac.py WHAT ROUNDS. AES-CMAC of 200 bytes ROUNDS times: ours, textbook or nothing.

Prints {"us": per round, "allocated": bytes per round, result and all}.
"""

import json
import sys

from rounds import allocated, us

from pos.compat import aes_ecb
from pos.crypto.cmac import Cmac

KEY, MESSAGE = bytes(range(16)), bytes(range(200))


def textbook(key, message):
    """RFC 4493 as it stands, in plain Python on the runtime's own AES: its pseudocode line by line."""
    k1 = doubled(encrypted(key, bytes(16)))
    k2 = doubled(k1)
    blocks = [message[at : at + 16] for at in range(0, len(message), 16)] or [b""]
    last = blocks.pop()
    last = xored(last, k1) if len(last) == 16 else xored(last + b"\x80" + bytes(15 - len(last)), k2)
    chained = bytes(16)
    for block in blocks:
        chained = encrypted(key, xored(chained, block))
    return encrypted(key, xored(chained, last))


def doubled(block):
    number = int.from_bytes(block, "big") << 1
    return (number & (1 << 128) - 1 ^ (0x87 if number >> 128 else 0)).to_bytes(16, "big")


def xored(one, other):
    return bytes([one[i] ^ other[i] for i in range(16)])


def encrypted(key, block):
    out = bytearray(16)
    aes_ecb(key).encrypt(block, out)
    return bytes(out)


def work(what):
    if what == "ours":
        context = Cmac(KEY)
        return lambda _number: context.mac(MESSAGE)
    if what == "textbook":
        return lambda _number: textbook(KEY, MESSAGE)
    return lambda _number: None


def main(what, rounds):
    assert textbook(KEY, MESSAGE) == Cmac(KEY).mac(MESSAGE)
    job = work(what)
    print(json.dumps({"us": us(job, rounds), "allocated": allocated(job)}))


main(sys.argv[1], int(sys.argv[2]))
