# SPDX-License-Identifier: MIT
"""Key blocks: the standard's own example, optional blocks, every change refused."""

from binascii import unhexlify

from expect import raises
from pos.crypto import tr31

PUBLISHED = (  # TR-31:2018 annex A.7.4
    "88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6",
    "D0112P0AE00E0000B82679114F470F540165EDFBF7E250FCEA43F810D215F8D207E2E417C07156A27E8E31DA05F74255"
    "09593D03A457DC34",
    "3F419E1CB7079442AA37474C2EFBF8B8",
)
PROTECTION = bytes(range(16))
INITIAL = (
    "D0176B1AX00N0200IK141234567890123456PB0C0000000086E451F3A5172563B52F35A6BA65732746DE438C75BD4EA8"
    "E43E8815AC13A18C72A99D6E1400F7DBB1AA7EFB7FD6FAECA461612C8258B848A013B6AB14243015"
)


def test_the_example_of_the_standard():
    header, key = tr31.unwrap(unhexlify(PUBLISHED[0]), PUBLISHED[1])
    assert key == unhexlify(PUBLISHED[2])
    assert (header.usage, header.algorithm, header.mode, header.exportability) == ("P0", "A", "E", "E")


def test_an_initial_key_comes_with_its_id():
    header, key = tr31.unwrap(PROTECTION, INITIAL)
    assert (header.usage, header.mode, header.blocks["IK"]) == ("B1", "X", "1234567890123456")
    assert key == bytes(range(0x40, 0x50)) and isinstance(key, bytearray)


def test_under_another_protection_key_nothing_comes_out():
    raises(tr31.KeyBlockError, tr31.unwrap, bytes(16), INITIAL)
    raises(ValueError, tr31.unwrap, bytes(15), INITIAL)


def refused(block):
    try:
        tr31.unwrap(PROTECTION, block)
    except (ValueError, tr31.KeyBlockError):
        return True
    return False


def test_every_changed_character_is_noticed():
    for at in range(len(INITIAL)):
        changed = INITIAL[:at] + ("1" if INITIAL[at] == "0" else "0") + INITIAL[at + 1 :]
        assert refused(changed), at


def test_every_shorter_or_longer_block_is_refused():
    for size in range(len(INITIAL)):
        assert refused(INITIAL[:size])
    assert refused(INITIAL + "0") and refused(INITIAL + "0" * 400)


def test_what_is_no_key_block():
    for block in ("", "D", "B0080P0TE00E0000" + "0" * 64, INITIAL.lower(), "D 176" + INITIAL[5:]):
        raises(ValueError, tr31.unwrap, PROTECTION, block)
    for size in ("IK00", "IK-4", "IKFF"):
        raises(ValueError, tr31.unwrap, PROTECTION, INITIAL.replace("IK14", size))
