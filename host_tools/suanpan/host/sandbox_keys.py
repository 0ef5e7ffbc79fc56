# SPDX-License-Identifier: MIT
"""Working keys of one transaction: those of the sandbox's base key, which is public, beside the key service's."""

from functools import lru_cache

from pos.crypto import dukpt, sandbox
from suanpan.host.keys import TransactionKeys, split_ksn


class SandboxKeys:
    """Another one's TransactionKeys, to which simulated terminals are known too."""

    def __init__(self, others: TransactionKeys) -> None:
        self._others = others

    def data_key(self, ksn: bytes) -> bytes:
        return _working_key(ksn, "data") or self._others.data_key(ksn)

    def pin_key(self, ksn: bytes) -> bytes:
        return _working_key(ksn, "pin") or self._others.pin_key(ksn)


def _working_key(ksn: bytes, usage: str) -> bytes | None:
    """None when the base key is not the sandbox's."""
    key_id, counter = split_ksn(ksn)
    if not key_id.startswith(sandbox.BASE_ID):
        return None
    return dukpt.working_key(_initial_key(key_id), key_id, counter, usage)


@lru_cache(maxsize=10_000)
def _initial_key(key_id: bytes) -> bytes:
    return dukpt.initial_key(sandbox.base_key(), key_id)
