# SPDX-License-Identifier: MIT
"""Key files: two keys of the right length, or an error that names the next step and no key."""

import os

from expect import raises
from own_file import own_file
from pos.crypto.keystore import FileKeyStore, KeyStoreError

PATH = own_file("keystore.json")


def store(text):
    with open(PATH, "w") as file:
        file.write(text)
    try:
        return FileKeyStore(PATH)
    finally:
        os.remove(PATH)


def test_keys_are_read():
    keys = store('{"mac": "%s", "data": "%s"}' % ("0a" * 32, "0b" * 16))
    assert keys.mac_key() == b"\x0a" * 32 and keys.data_key() == b"\x0b" * 16


def test_a_missing_or_damaged_file_says_what_to_do():
    assert "provision" in str(raises(KeyStoreError, FileKeyStore, "no-such-file.json"))
    for text in (
        "",
        "{}",
        "[]",
        "null",
        '{"mac": "zz", "data": "00"}',
        '{"mac": 5, "data": 5}',
        '{"mac": "00", "data": "00"}',
        '{"mac": "%s", "data": "00"}' % ("0a" * 32),
    ):
        error = raises(KeyStoreError, store, text)
        assert "provision" in str(error) and "0a0a" not in str(error)
