# SPDX-License-Identifier: MIT
"""The one place where the host opens card data: under a transaction's DUKPT key, else under the terminal's data key.

A key id that is not the terminal's name but as long as a KSN is one (pos.cards.dukpt_card_data).
"""

import struct

from sqlalchemy import Connection

from pos.cards import dukpt_card_data
from pos.codec.messages import PIN_SIZE
from suanpan.host import card_data, ksn_history
from suanpan.host.card_data import CardData
from suanpan.host.committed import Asked
from suanpan.host.keys import TransactionKeys
from suanpan.host.online_pin import OnlinePin


def opened(keys: TransactionKeys, connection: Connection, asked: Asked) -> CardData:
    """Card data of the sale that `asked` is. ValueError, KeyMissing, KeyUsed: it does not open; KeysAway: not now."""
    one = asked.entry
    sealed, name = one.fields["card"], one.terminal.encode()
    kid, nonce = card_data.header(sealed)
    if kid == name or len(kid) != dukpt_card_data.KSN_SIZE:
        return card_data.unseal(asked.batch.terminal.data_key, sealed)
    if nonce[:8] != struct.pack(">II", one.epoch, one.seq):
        raise ValueError("sealed for another record")
    card = card_data.unseal(keys.data_key(kid), sealed, dukpt_card_data.aad(name), keep=False)
    ksn_history.take(connection, kid, one.identity)
    return card


def pin_of(keys: TransactionKeys, asked: Asked) -> OnlinePin | None:
    """The PIN that came with the sale, under its card's transaction key. ValueError, KeyMissing; KeysAway: not now."""
    pin = asked.batch.pin
    if not pin:
        return None
    ksn, block = pin[: dukpt_card_data.KSN_SIZE], pin[dukpt_card_data.KSN_SIZE :]
    if len(pin) != PIN_SIZE or card_data.header(asked.entry.fields["card"])[0] != ksn:
        raise ValueError("the PIN block is not under the key of its card")
    return OnlinePin(keys.pin_key(ksn), block)
