# SPDX-License-Identifier: MIT
"""Working keys of one transaction: those of the sandbox's base key, which is public, beside the key service's."""

from functools import lru_cache
from typing import Protocol

from pos.crypto import dukpt, sandbox
from suanpan.host.keys import split_ksn


class CardKeys(Protocol):
    """What opens card data; keys.KeyService is one."""

    def data_key(self, ksn: bytes) -> bytes:
        """See keys.KeyService."""


class SandboxKeys:
    """A key service to which simulated terminals are known too."""

    def __init__(self, service: CardKeys) -> None:
        self._service = service

    def data_key(self, ksn: bytes) -> bytes:
        key_id, counter = split_ksn(ksn)
        if not key_id.startswith(sandbox.BASE_ID):
            return self._service.data_key(ksn)
        return dukpt.working_key(_initial_key(key_id), key_id, counter, "data")


@lru_cache(maxsize=10_000)
def _initial_key(key_id: bytes) -> bytes:
    return dukpt.initial_key(sandbox.base_key(), key_id)
