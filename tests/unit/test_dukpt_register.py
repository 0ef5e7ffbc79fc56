# SPDX-License-Identifier: MIT
"""The terminal's register of future keys: the keys of the host, each once, forgotten when used."""

from encrypted_flash import encrypted
from expect import raises
from pos.crypto import dukpt, dukpt_tdes
from pos.crypto.dukpt_register import Register, RegisterError, lowest_bit, next_counter
from pos.crypto.slots import SlotError
from pos.journal.devices import BLOCK, RamDevice

INITIAL = bytes(range(16))
KEY_ID = b"key id 8"


class Small:
    """A scheme of six counter bits with at most three ones, so that it can be used up."""

    KEY_ID, COUNTER_BITS, MOST_ONES = 8, 6, 3
    ksn, derive_next, derive_working = dukpt.ksn, dukpt.derive_next, dukpt.derive_working


class Small2(Small):
    MOST_ONES = 6


def injected(scheme=dukpt, blocks=2, key_id=KEY_ID):
    device = RamDevice(blocks)
    register = Register(device, scheme)
    register.inject(INITIAL, key_id)
    return device, register


def derivation_key(counter):
    key, reached = bytearray(INITIAL), 0
    for bit in range(31, -1, -1):
        if counter >> bit & 1:
            reached |= 1 << bit
            dukpt.derive_next(key, KEY_ID, reached, key)
    return bytes(key)


def held(device):
    return b"".join([bytes(page) for page in device.pages if page])


def test_every_transaction_has_the_key_of_the_host():
    _, register = injected()
    out = bytearray(16)
    for counter in range(1, 40):
        taken = register.take()
        assert taken.ksn == dukpt.ksn(KEY_ID, counter)
        for usage in ("pin", "mac", "data"):
            taken.working_key(usage, out)
            assert out == dukpt.working_key(INITIAL, KEY_ID, counter, usage)


def test_tdes_keys_too():
    key_id, out = bytes(range(7)) + b"\xe0\0\0", bytearray(16)
    _, register = injected(dukpt_tdes, 2, key_id)
    for _ in range(12):
        taken = register.take()
        taken.working_key("mac", out)
        assert out == dukpt_tdes.working_key(INITIAL, taken.ksn, "mac")


def test_every_counter_with_few_ones_comes_once_and_then_the_register_says_so():
    for scheme, most in ((Small, 3), (Small2, 6)):
        _, register = injected(scheme, 3)
        for counter in range(1, 64):
            if dukpt.ones(counter) <= most:
                assert not register.exhausted
                out, taken = bytearray(16), register.take()
                taken.working_key("pin", out)
                assert taken.ksn[8:] == bytes((0, 0, 0, counter))
                assert out == dukpt.working_key(INITIAL, KEY_ID, counter, "pin")
        assert register.exhausted
        assert "inject" in str(raises(RegisterError, register.take))


def test_counters_of_the_standard_skip_more_than_sixteen_ones():
    assert next_counter(0xFFFF, dukpt) == 0x10000
    assert next_counter(0x1FFFE, dukpt) == 0x20000
    assert next_counter(0xFFFF << 16, dukpt) == 0
    assert next_counter(0x1FF800, dukpt_tdes) == 0
    assert lowest_bit(1) == 0 and lowest_bit(0xFFFF << 16) == 16


def test_a_restart_goes_on_after_the_last_key():
    device, register = injected()
    for counter in range(1, 10):
        assert register.take().ksn[8:] == counter.to_bytes(4, "big")
        register = Register(device)
        assert register.ready and register.key_id == KEY_ID


def test_no_used_key_is_left_on_the_medium_or_in_a_wiped_one():
    device, register = injected()
    for counter in range(1, 20):
        used = derivation_key(counter)
        assert counter & counter - 1 or held(device).find(used) >= 0
        taken = register.take()
        assert held(device).find(used) < 0 and bytes(register._keys).find(used) < 0
        assert held(device).find(INITIAL) < 0
        taken.wipe()
        assert taken._key == bytes(16)


def test_what_is_not_injected_or_is_damaged_gives_no_key():
    device = RamDevice(2)
    register = Register(device)
    assert not register.ready and not register.exhausted and register.key_id is None
    raises(RegisterError, register.take)
    device, _ = injected()
    for page in device.pages:
        if page:
            page[40] ^= 1
    register = Register(device)
    assert not register.ready and not held(device)
    raises(RegisterError, register.take)


def test_the_same_keys_are_not_injected_twice():
    _, register = injected()
    register.take()
    raises(RegisterError, register.inject, INITIAL, KEY_ID)
    register.inject(INITIAL, b"another.")
    assert register.take().ksn == b"another.\0\0\0\x01"
    for key, key_id in ((INITIAL[1:], b"another."), (INITIAL, b"short")):
        raises(ValueError, register.inject, key, key_id)


def test_tamper_erases_everything():
    device, register = injected(blocks=4)
    register.take()
    register.erase()
    assert not held(device) and bytes(register._keys) == bytes(512)
    raises(RegisterError, register.take)
    assert not Register(device).ready


def test_a_medium_that_does_not_hold_or_forget_is_told_before_a_key_is_given():
    device, register = injected()
    device.ioctl = lambda operation, argument, ioctl=device.ioctl: (
        0 if operation == 6 else ioctl(operation, argument)
    )
    raises(SlotError, register.take)
    device, register = injected()
    device.writeblocks = lambda block, buf, offset=0: 0
    raises(SlotError, register.take)
    device.readblocks = lambda block, buf, offset=0: -5
    raises(OSError, register.take)


def test_it_works_where_erased_flash_reads_as_noise():
    device = encrypted(RamDevice, BLOCK)(3)
    register = Register(device)
    register.inject(INITIAL, KEY_ID)
    for counter in range(1, 8):
        assert register.take().ksn[8:] == counter.to_bytes(4, "big")
        register = Register(device)
    register.erase()
    assert not held(device) and not Register(device).ready


def test_one_block_is_too_few():
    raises(ValueError, Register, RamDevice(1))
