# SPDX-License-Identifier: MIT
"""Each card under a DUKPT key of its own, which the host has and the terminal has forgotten (ANSI X9.24-3)."""

from collections.abc import Iterator
from functools import lru_cache

from pos.cards import dukpt_card_data
from pos.codec import records as kinds
from pos.crypto import dukpt, sandbox
from suanpan.host import card_data
from suanpan.host.keys import split_ksn


def complaints(device) -> Iterator[str]:
    """Of all that the device has tried to write, in its order, whatever became of it."""
    newest, register = 0, b"".join(device.register.content)
    for body in device.flash.watch.tried:
        fields = kinds.as_dict(body)
        if any(fields.get("card", b"")):
            try:
                counter, used = _opened(device.name, fields["card"])
            except ValueError as error:
                yield f"record {fields['seq']}: {error}"
                continue
            if counter <= newest:
                yield f"counter {counter} seals a card after {newest}"
            if used in register:
                yield f"the key of counter {counter} is still there"
            newest = counter


def _opened(name: str, sealed: bytes) -> tuple[int, bytes]:
    """Counter and derivation key of a card that opens as the host opens it; ValueError when it does not."""
    ksn, _ = card_data.header(sealed)
    key_id, counter = split_ksn(ksn)
    key, data_key = _derived(key_id, counter), bytearray(16)
    dukpt.derive_working(key, key_id, counter, "data", data_key)
    card_data.unseal(bytes(data_key), sealed, dukpt_card_data.aad(name.encode()), keep=False)
    return counter, key


@lru_cache(maxsize=1000)
def _derived(key_id: bytes, counter: int) -> bytes:
    """The key that a terminal's register forgets when it gives it out."""
    key = bytearray(dukpt.initial_key(sandbox.base_key(), key_id))
    for reached in dukpt.steps(counter):
        dukpt.derive_next(key, key_id, reached, key)
    return bytes(key)
