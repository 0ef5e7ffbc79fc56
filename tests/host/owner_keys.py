# SPDX-License-Identifier: MIT
"""Device side: owner_keys.py PATH. Puts two keys, reads them after a restart, erases; prints what it found."""

import sys

from pos.crypto.keystore import KeyStoreError
from pos.crypto.owner_keystore import OwnerKeyStore

path = sys.argv[1]
try:
    OwnerKeyStore(path).put("mac", bytes(32))
    OwnerKeyStore(path).put("data", bytes(16))
    store = OwnerKeyStore(path)
    print(store.names())
    store.erase()
    print(OwnerKeyStore(path).names())
except KeyStoreError as error:
    print(error)
