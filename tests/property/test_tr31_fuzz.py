# SPDX-License-Identifier: MIT
"""100 000 key blocks that nobody wrapped, or somebody with the key wrapped wrongly (docs/fuzzing.md)."""

from collections import Counter
from random import Random

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from fuzzing import COUNT, Grammar, Target, fuzzed, tried
from psec import tr31 as peer

from pos.crypto import tr31
from pos.crypto.cmac import cmac
from suanpan.errors import Failure
from suanpan.provision import injection

pytestmark = pytest.mark.fault("S9")
PROTECTION = bytes(range(16))
SECRET = bytes(range(0xA0, 0xB0))
TELLING = "0123456789ABCDEFDKIPBS -+_éZ".encode("latin-1")


def wrapped(key=SECRET, **blocks):
    header = peer.Header("D", "B1", "A", "X", "00", "N")
    for name, text in blocks.items():
        header.blocks[name] = text
    return peer.wrap(PROTECTION, header, key).encode()


SOUND = (
    wrapped(),
    wrapped(IK="1234567890123456"),
    wrapped(IK="1234567890123456", TS="20251122T101112Z", KS="0" * 20),
    wrapped(SECRET * 2, IK="1234567890123456"),
)


def mended(data):
    """Its length as it says."""
    return b"D%04d" % len(data) + data[5:]


BLOCKS = Grammar(lambda dice: dice.choice(SOUND), TELLING, 60, mended, own=0.4)


def unwrap(data):
    header, key = tr31.unwrap(PROTECTION, data.decode("latin-1"))
    assert isinstance(header, tr31.Header) and bytes(key) in (SECRET, SECRET * 2)


TARGETS = {"tr31": Target(unwrap, BLOCKS, (ValueError, tr31.KeyBlockError))}


def test_any_block_is_refused_or_is_the_key_that_was_wrapped():
    tally = fuzzed(TARGETS["tr31"], 31)
    assert tally.taken > COUNT // 50 and tally.refused > COUNT // 2
    assert not [text for text in tally.texts if SECRET.hex()[:8].upper() in text.upper()]


def sealed(clear):
    """A block whose MAC is right, whatever is in it."""
    header = b"D%04dB1AX00N0000" % (16 + 2 * len(clear) + 32)
    mac = cmac(tr31.derived(PROTECTION, 1), header + clear)
    cipher = Cipher(algorithms.AES(tr31.derived(PROTECTION, 0)), modes.CBC(mac)).encryptor()
    return header + (cipher.update(clear) + mac).hex().upper().encode()


def test_a_key_of_any_length_under_a_right_mac_is_whole_or_refused():
    dice = Random(7)

    def parse(data):
        bits, clear = int.from_bytes(data[:2], "big"), data
        _, key = tr31.unwrap(PROTECTION, sealed(clear).decode())
        assert key == clear[2 : 2 + bits // 8] and len(key) * 8 == bits > 0

    bits = (0, 1, 8, 127, 128, 240, 241, 248, 256, 0xFFFF)
    inputs = (
        dice.choice(bits).to_bytes(2, "big") + dice.randbytes(dice.choice((30, 46))) for _ in range(2000)
    )
    tally = tried(parse, inputs)
    assert tally.taken > 200 and tally.refused > 200


def test_what_is_injected_is_an_initial_key_or_refused_with_the_next_step(tmp_path):
    """The command's own way in: a file with anything in it."""
    path, said = tmp_path / "block", Counter()

    def inject(data):
        path.write_bytes(data)
        try:
            key_id, key = injection.initial(path, PROTECTION)
        except Failure as failure:
            said[str(failure)] += 1
            assert failure.next_step
            raise
        assert (key_id.hex(), key) == ("1234567890123456", SECRET)

    tally = tried(inject, BLOCKS.inputs(32, COUNT // 100), (Failure,))
    assert tally.taken > COUNT // 10_000 and tally.refused > COUNT // 200
    assert not [text for text in said if SECRET.hex()[:8].upper() in text.upper()]
