# SPDX-License-Identifier: MIT
"""Key stores with a backend: kept durably, erased for good, damaged or open ones refused, no key in an error."""

import os

from expect import raises
from nvs import Nvs
from own_file import own_file
from pos.crypto import key_file
from pos.crypto.keystore import FileKeyStore, KeyStoreError
from pos.crypto.nvs_keystore import NvsKeyStore
from pos.crypto.owner_keystore import OwnerKeyStore
from pos.crypto.sealed_keystore import SealedKeyStore

PATH = own_file("key-store.bin")
DEVICE_KEY = bytes(range(16))
MAC, DATA = b"M" * 32, b"D" * 16


def content(path=PATH):
    with open(path, "rb") as file:
        return file.read()


def put_content(data):
    with open(PATH, "wb") as file:
        file.write(data)


def provisioned(store):
    store.put("mac", MAC)
    store.put("data", DATA)
    return store


def each(test):
    """`test(reopen)` with every store that works on every runtime; reopen() is a restart."""
    key_file.remove(PATH)
    test(lambda: SealedKeyStore(PATH, DEVICE_KEY))
    assert key_file.read(PATH) is None and key_file.read(PATH + ".new") is None
    chip = [Nvs("suanpan")]

    def restart():
        chip[0] = chip[0].restarted()
        return NvsKeyStore(chip[0])

    test(restart)
    assert not chip[0].durable


def test_what_is_put_is_there_after_a_restart_until_it_is_erased():
    def story(reopen):
        provisioned(reopen())
        store = reopen()
        assert store.names() == ["data", "mac"]
        assert store.mac_key() == MAC and store.data_key() == DATA
        store.put("mac", b"N" * 32)
        assert reopen().mac_key() == b"N" * 32 and store.mac_key() == b"N" * 32
        store.erase()
        for spent in (store, reopen()):
            assert spent.names() == []
            assert "provision" in str(raises(KeyStoreError, spent.mac_key))

    each(story)


def test_erase_overwrites_the_keys_that_are_in_use():
    def story(reopen):
        store = provisioned(reopen())
        held = store.mac_key()
        store.erase()
        assert held == bytes(32)

    each(story)


def test_a_key_of_the_wrong_length_or_name_is_refused():
    def story(reopen):
        store = reopen()
        store.put("mac", b"K" * 16)
        error = raises(KeyStoreError, store.mac_key)
        assert "KKKK" not in str(error) and "provision" in str(error)
        assert store.key("mac", 16) == b"K" * 16
        for name, key in (("", b"k"), ("n" * 256, b"k"), ("n", b""), ("n", bytes(256))):
            raises(ValueError, store.put, name, key)
        assert "KKKK" not in repr(store) + str(raises(KeyStoreError, store.key, "pin"))
        store.erase()

    each(story)


def test_a_sealed_file_shows_nothing_and_notices_every_changed_byte():
    provisioned(SealedKeyStore(PATH, DEVICE_KEY))
    sealed = content()
    assert MAC[:8] not in sealed and b"mac" not in sealed
    for i in range(len(sealed)):
        put_content(sealed[:i] + bytes((sealed[i] ^ 1,)) + sealed[i + 1 :])
        raises(KeyStoreError, SealedKeyStore, PATH, DEVICE_KEY)
    for size in (0, 3, 16, 20, len(sealed) - 1):
        put_content(sealed[:size])
        raises(KeyStoreError, SealedKeyStore, PATH, DEVICE_KEY)
    put_content(sealed)
    raises(KeyStoreError, SealedKeyStore, PATH, bytes(16))
    raises(ValueError, SealedKeyStore, PATH, b"short")
    SealedKeyStore(PATH, DEVICE_KEY).erase()


def test_the_same_keys_are_sealed_differently_each_time():
    store = provisioned(SealedKeyStore(PATH, DEVICE_KEY))
    before = content()
    store.put("data", DATA)
    assert content() != before
    store.erase()


def test_storage_that_fails_says_so_and_keeps_what_was():
    chip = Nvs("suanpan")
    store = provisioned(NvsKeyStore(chip))
    chip.set_blob = lambda key, value: raise_error(-0x1105)
    raises(OSError, store.put, "mac", b"N" * 32)
    assert store.mac_key() == MAC
    chip.get_blob = lambda key, buffer: raise_error(-0x110C)
    assert "provision" in str(raises(KeyStoreError, NvsKeyStore, chip))
    raises(ValueError, store.put, "big", bytes(1025))


def raise_error(code):
    raise OSError(code, "ESP_ERR")


def test_a_damaged_blob_is_refused():
    for data in (b"\x03mac", b"\x03mac\x05key", b"\x03mac\x00", b"\x02\xff\xff\x01k", b"\xff"):
        chip = Nvs("suanpan")
        chip.set_blob("keys", data)
        raises(KeyStoreError, NvsKeyStore, chip)


def test_a_key_file_that_others_may_read_is_refused():
    put_content(
        b"\x03mac\x01k"
    )  # a new file is open to others under the usual umask, and if not, says the next line
    if os.stat(PATH)[0] & 0o077:
        error = raises(KeyStoreError, OwnerKeyStore, PATH)
        assert "chmod 600" in str(error)
    else:
        assert OwnerKeyStore(PATH).names() == ["mac"]
    key_file.remove(PATH)


def test_a_removed_file_is_overwritten_first():
    put_content(MAC * 20)
    removed, kept = os.remove, []
    key_file.os = Spy(kept)
    try:
        key_file.remove(PATH)
    finally:
        key_file.os = os
    assert kept == [bytes(32 * 20)] and removed
    key_file.remove(PATH)  # nothing there is nothing to do


class Spy:
    """Looks at a file before it is removed."""

    def __init__(self, kept):
        self._kept = kept

    def remove(self, path):
        self._kept.append(content(path))
        os.remove(path)


def test_the_key_file_of_a_simulated_terminal_is_erased_too():
    put_content(b'{"mac": "%s", "data": "%s"}' % (b"0a" * 32, b"0b" * 16))
    keys = FileKeyStore(PATH)
    held = keys.mac_key(), keys.data_key()
    assert held == (b"\x0a" * 32, b"\x0b" * 16)
    keys.erase()
    assert held == (bytes(32), bytes(16))  # whoever holds them, too
    assert key_file.read(PATH) is None
    for method in (keys.mac_key, keys.data_key):
        assert "provision" in str(raises(KeyStoreError, method))
