# SPDX-License-Identifier: MIT
"""Device side: owner_keys.py PATH. Keeps keys and a register privately over a restart, erases; tells what it found."""

import sys

from pos.crypto.dukpt_register import Register
from pos.crypto.key_device import open_device
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
    device = open_device(path + ".dukpt")
    Register(device).inject(bytes(16), bytes(8))
    device.close()
    device = open_device(path + ".dukpt")
    print(Register(device).take().ksn[-1])
    device.close()
except KeyStoreError as error:
    print(error)
