# SPDX-License-Identifier: MIT
"""Key stores on random keys and random blobs."""

from hypothesis import given
from hypothesis import strategies as st

from nvs import Nvs
from pos.crypto.keystore import KeyStoreError
from pos.crypto.nvs_keystore import NvsKeyStore

NAMES = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)


@given(st.dictionaries(NAMES, st.binary(min_size=1, max_size=60), max_size=6))
def test_what_is_put_is_read(keys):
    chip = Nvs("suanpan")
    store = NvsKeyStore(chip)
    for name, key in keys.items():
        store.put(name, key)
    store = NvsKeyStore(chip.restarted())
    assert {name: bytes(store.key(name)) for name in store.names()} == keys


@given(st.binary(max_size=80))
def test_rubbish_is_refused_or_holds_whole_keys(data):
    chip = Nvs("suanpan")
    chip.set_blob("keys", data)
    try:
        store = NvsKeyStore(chip)
    except KeyStoreError:
        return
    assert all(store.key(name) for name in store.names())
