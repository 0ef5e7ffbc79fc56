# SPDX-License-Identifier: MIT
"""The key service in a token by PKCS#11 2.40: derives inside by CKM_AES_ECB_ENCRYPT_DATA, seals by CKM_AES_GCM.

Base keys, initial keys and derivation keys stay in the token; what comes out is one transaction's working key.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from pos.crypto import dukpt
from suanpan.errors import Failure
from suanpan.host import token_session
from suanpan.host.file_keys import NONCE
from suanpan.host.keys import VAULT, KeyMissing, KeysAway, base_label, split_ksn
from suanpan.host.token_session import inner, leaves, p11, stored
from suanpan.host.token_uri import Where

_NODES = 1000  # derivation keys that wait in the token for the counters next to theirs
_KCV = 3
_OURS = "suanpan-"


class TokenKeys:
    """See keys.KeyService. One session under one lock: a session can do one thing at a time."""

    def __init__(self, where: Where) -> None:
        self._where, self.name = where, where.name
        self._lock = threading.Lock()
        self._nodes: OrderedDict = OrderedDict()  # (initial key id, counter): key in the token
        self._bases: dict = {}  # label: base key in the token
        self._known: set[str] = set()  # labels that were there once
        self._session = None
        self._barred: Failure | None = None
        with self._working() as session:
            self._known = {key.label for key in _secret_keys(session)}

    def data_key(self, ksn: bytes) -> bytes:
        return self._working_key(ksn, "data")

    def pin_key(self, ksn: bytes) -> bytes:
        return self._working_key(ksn, "pin")

    def _working_key(self, ksn: bytes, usage: str) -> bytes:
        key_id, counter = split_ksn(ksn)
        steps = dukpt.steps(counter)
        with self._working() as session:
            node = self._initial(session, key_id)
            for reached in steps:
                node = self._node((key_id, reached), node, dukpt.next_data(key_id, reached))
            out = _derived(node, dukpt.working_data(key_id, counter, usage), leaves)
            try:
                return bytes(out[p11().Attribute.VALUE])
            finally:
                out.destroy()

    def seal(self, clear: bytes, aad: bytes) -> bytes:
        nonce = os.urandom(NONCE)
        with self._working() as session:
            try:
                key = self._find(session, VAULT)
            except KeyMissing:
                key = session.generate_key(p11().KeyType.AES, 256, template=stored(VAULT, vault=True))
                self._known.add(VAULT)
            return nonce + key.encrypt(clear, **_gcm(nonce, aad))

    def unseal(self, sealed: bytes, aad: bytes) -> bytes:
        with self._working() as session:
            try:
                key = self._find(session, VAULT)
                return key.decrypt(sealed[NONCE:], **_gcm(sealed[:NONCE], aad))
            except (
                KeyMissing,
                p11().EncryptedDataInvalid,
                p11().GeneralError,
            ) as error:  # SoftHSM: GeneralError
                raise Failure(
                    f"this does not open with {self.name}", "name the token that was in use"
                ) from error

    def put_base(self, base_id: bytes, key: bytes) -> None:
        label = base_label(base_id)
        with self._working() as session:
            if any(found.label == label for found in _secret_keys(session)):
                raise Failure(f"{self.name} has a key {label} already", "give the new key an id of its own")
            attribute = p11().Attribute
            session.create_object(
                stored(label)
                | {
                    attribute.CLASS: p11().ObjectClass.SECRET_KEY,
                    attribute.KEY_TYPE: p11().KeyType.AES,
                    attribute.VALUE: key,
                }
            )
            self._known.add(label)

    def listed(self) -> list[dict]:
        with self._working() as session:
            return sorted(map(_shown, _secret_keys(session)), key=lambda row: row["label"])

    def close(self) -> None:
        with self._lock:
            self._drop()

    @contextmanager
    def _working(self) -> Iterator:
        """The session, opened again if it was lost. KeysAway when the token fails; a wrong PIN is tried once only."""
        with self._lock:
            if self._barred is not None:
                raise self._barred
            try:
                if self._session is None:
                    self._session = self._opened()
                yield self._session
            except p11().PKCS11Error as error:
                self._drop()
                step = "connect the token; suanpan host keys shows when it answers"
                raise KeysAway(f"{self.name} does not answer ({type(error).__name__})", step) from error

    def _opened(self):
        try:
            return token_session.opened(self._where)
        except token_session.PinRefused as error:
            self._barred = error
            raise
        except KeysAway:
            raise
        except (
            Failure
        ) as error:  # of the PIN's file or the library: a host that runs waits until it is put right
            raise KeysAway(error.message, error.next_step, error.exit_code) from error

    def _drop(self) -> None:
        self._nodes.clear()
        self._bases.clear()
        session, self._session = self._session, None
        if session is not None:
            token_session.close(session)

    def _initial(self, session, key_id: bytes):
        label = base_label(key_id)
        if label not in self._bases:  # a search takes as long as the token holds keys
            self._bases[label] = self._find(session, label)
        base = self._bases[label]
        _ = base[p11().Attribute.LABEL]  # fails when it is gone: what was derived from it may be there still
        return self._node((key_id, 0), base, dukpt.initial_data(key_id))

    def _node(self, place: tuple[bytes, int], parent, data: bytearray):
        node = self._nodes.get(place)
        if node is None:
            node = self._nodes[place] = _derived(parent, data, inner)
            if len(self._nodes) > _NODES:
                self._nodes.popitem(last=False)[1].destroy()
        self._nodes.move_to_end(place)
        return node

    def _find(self, session, label: str):
        try:
            return session.get_key(object_class=p11().ObjectClass.SECRET_KEY, label=label)
        except p11().NoSuchKey as error:
            if label in self._known:
                raise  # it was there: the token is what is missing
            raise KeyMissing(label) from error


def _derived(key, data: bytearray, template):
    mechanism = p11().Mechanism.AES_ECB_ENCRYPT_DATA
    return key.derive_key(
        p11().KeyType.AES, 128, mechanism=mechanism, mechanism_param=bytes(data), template=template()
    )


def _gcm(nonce: bytes, aad: bytes) -> dict:
    return {"mechanism": p11().Mechanism.AES_GCM, "mechanism_param": p11().GCMParams(nonce, aad, 128)}


def _secret_keys(session) -> list:
    keys = session.get_objects({p11().Attribute.CLASS: p11().ObjectClass.SECRET_KEY})
    return [key for key in keys if key.label and key.label.startswith(_OURS)]


def _shown(key) -> dict:
    attribute = p11().Attribute
    inside = key[attribute.SENSITIVE] and not key[attribute.EXTRACTABLE]
    return {"label": key.label, "bits": key.key_length, "kcv": _check_value(key), "leaves": not inside}


def _check_value(key) -> str | None:
    if not key[p11().Attribute.SIGN]:
        return None
    return key.sign(bytes(16), mechanism=p11().Mechanism.AES_CMAC)[:_KCV].hex().upper()
