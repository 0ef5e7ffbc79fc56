# SPDX-License-Identifier: MIT
"""Card data under a register's data key: opened with what the base key derives from the KSN, and only so."""

from expect import raises
from pos.cards import card_data, dukpt_card_data
from pos.codec import cose
from pos.codec.records import CARD_SIZE
from pos.crypto import dukpt
from pos.crypto.dukpt_register import Register
from pos.journal.devices import RamDevice

INITIAL, KEY_ID = bytes(range(16)), bytes(range(8))
CARD = ("6228480402564890018", "3012", "220", "6228480402564890018=30122200000012345")


def sealed_with(register, seq):
    key = register.take()
    return key.ksn, dukpt_card_data.seal(key, b"SIM00001", 1, seq, b"12345", *CARD)


def test_each_transaction_has_its_own_key():
    register = Register(RamDevice(2))
    register.inject(INITIAL, KEY_ID)
    for counter in (1, 2, 3):
        ksn, sealed = sealed_with(register, counter)
        assert len(sealed) == CARD_SIZE and ksn == dukpt.ksn(KEY_ID, counter) and ksn in sealed
        key = dukpt.working_key(INITIAL, KEY_ID, counter, "data")
        plaintext = cose.open_encrypt0(key, sealed, dukpt_card_data.aad(b"SIM00001"))
        assert card_data.parse(plaintext) == card_data.CardData(*CARD)


def test_another_terminal_or_counter_does_not_open_it():
    register = Register(RamDevice(2))
    register.inject(INITIAL, KEY_ID)
    _, sealed = sealed_with(register, 1)
    key, other = [dukpt.working_key(INITIAL, KEY_ID, counter, "data") for counter in (1, 2)]
    raises(cose.MacError, cose.open_encrypt0, key, sealed, dukpt_card_data.aad(b"SIM00002"))
    raises(cose.MacError, cose.open_encrypt0, other, sealed, dukpt_card_data.aad(b"SIM00001"))


def test_the_way_to_a_counter_takes_its_ones_from_the_top():
    assert dukpt.steps(0b10110) == [0b10000, 0b10100, 0b10110]
    for impossible in (0, -1, 1 << 32, (1 << 17) - 1):
        raises(ValueError, dukpt.steps, impossible)
