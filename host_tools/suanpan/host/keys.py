# SPDX-License-Identifier: MIT
"""The host's key service: base keys of DUKPT and the key that seals terminal keys, in a file or in a token.

No caller ever gets one of them: only a transaction's working keys, or what was sealed.
"""

from typing import Protocol

from suanpan.errors import NO_DEVICE, USAGE, Failure

VAULT = "suanpan-vault"  # AES-256, seals terminal keys for the database
_BASE = "suanpan-bdk-"
_KSN = 12
BASE_ID = 4  # bytes at the head of a KSN that name the base key (ANSI X9.24-3, initial key id)


class KeyMissing(Exception):
    """The service holds no key of this label; whoever sent the message named it."""


class KeysAway(Failure):
    """The service does not answer now; the same may work later."""

    def __init__(self, message: str, next_step: str, exit_code: int = NO_DEVICE) -> None:
        super().__init__(message, next_step, exit_code)


class TransactionKeys(Protocol):
    """What opens one sale. May be called from any thread."""

    def data_key(self, ksn: bytes) -> bytes:
        """Data key of one transaction. KeyMissing; ValueError for an impossible KSN; KeysAway."""

    def pin_key(self, ksn: bytes) -> bytes:
        """PIN key of the same transaction; raises as `data_key`."""


class KeyService(TransactionKeys, Protocol):
    """May be called from any thread."""

    name: str  # for messages

    def seal(self, clear: bytes, aad: bytes) -> bytes:
        """`clear` under the vault's key, which is made when there is none."""

    def unseal(self, sealed: bytes, aad: bytes) -> bytes:
        """Failure when it was sealed under another key, or for other `aad`."""

    def put_base(self, base_id: bytes, key: bytes) -> None:
        """Take up a base derivation key. Failure when there is one of this id."""

    def listed(self) -> list[dict]:
        """label, bits, kcv (None: it cannot be had) and leaves (may its value leave?) of each key."""

    def close(self) -> None:
        """Let go of what is open."""


def base_label(base_id: bytes) -> str:
    """Under which label the service keeps the base key of this id."""
    return _BASE + base_id[:BASE_ID].hex().upper()


def split_ksn(ksn: bytes) -> tuple[bytes, int]:
    """(initial key id, counter); ValueError when it is no KSN of AES DUKPT."""
    if len(ksn) != _KSN:
        raise ValueError("a KSN has 12 bytes")
    return ksn[:8], int.from_bytes(ksn[8:])


def open_service(where: str | None = None) -> KeyService:
    """The service that `file:PATH` or `pkcs11:…` names; without either the file that is there by default."""
    from suanpan.host.file_keys import FileKeys, default_path

    scheme, _, rest = (where or f"file:{default_path()}").partition(":")
    if scheme == "file" and rest:
        return FileKeys(rest)
    if scheme == "pkcs11":
        from suanpan.host import token_uri
        from suanpan.host.token_keys import TokenKeys

        return TokenKeys(token_uri.parse(rest))
    raise Failure(f"{where} names no key service", "give file:PATH or pkcs11:token=LABEL", USAGE)
