# SPDX-License-Identifier: MIT
"""A session with a PKCS#11 token, and what its keys may do. python-pkcs11 is loaded only when it is used."""

from functools import cache
from typing import Any

from suanpan.errors import VERIFICATION, Failure
from suanpan.host import token_uri
from suanpan.host.keys import KeysAway


class PinRefused(KeysAway):
    """The token refused the PIN, or would be locked by one more wrong one: nobody tries again by itself."""


@cache
def p11() -> Any:
    """The library. Failure when it is not installed."""
    try:
        import pkcs11
    except ImportError as error:
        step = "python -m pip install 'suanpan[pkcs11]'"
        raise Failure("keys in a token take the package python-pkcs11", step) from error
    return pkcs11


def opened(where: token_uri.Where):
    """A session that is logged in. KeysAway, PinRefused; Failure when the library cannot be loaded."""
    library, pin = _library(), where.pin()
    try:
        token = library.get_token(token_label=where.token, token_serial=_serial(where.serial))
    except p11().NoSuchToken as error:
        raise KeysAway(f"{where.name} is not there", "connect it; check its label and the module") from error
    except p11().MultipleTokensReturned as error:
        raise KeysAway(f"more than one token fits {where.name}", "add serial= to the key URI") from error
    flags = token.flags
    if flags & (p11().TokenFlag.USER_PIN_FINAL_TRY | p11().TokenFlag.USER_PIN_LOCKED):
        raise PinRefused(_left(where, token), "log in by the vendor's own tool first", VERIFICATION)
    try:
        return token.open(rw=True, user_pin=pin)
    except (p11().PinIncorrect, p11().PinLenRange, p11().PinInvalid, p11().PinLocked) as error:
        told = f"{where.name} refuses the PIN, tried once; {_left(where, _again(library, token))}"
        raise PinRefused(told, "correct the PIN file, then start again", VERIFICATION) from error


def close(session) -> None:
    try:
        session.close()
    except p11().PKCS11Error:
        pass  # it was lost already


def _library():
    """Initialised anew: only then does it look which tokens there are."""
    path = token_uri.module()
    try:
        library = p11().lib(path)
        library.reinitialize()
    except p11().PKCS11Error as error:
        if type(error) is p11().PKCS11Error:  # not the token's: the loader's
            raise Failure(f"the PKCS#11 library {path} does not load", f"check {token_uri.MODULE}") from error
        raise
    return library


def _serial(text: str | None) -> bytes | None:
    return text.encode() if text else None


def _again(library, token):
    return library.get_token(token_serial=token.serial)


def _left(where: token_uri.Where, token) -> str:
    """PKCS#11 tells three flags, no number."""
    flag = p11().TokenFlag
    if token.flags & flag.USER_PIN_LOCKED:
        return f"{where.name} says: the PIN is locked"
    if token.flags & flag.USER_PIN_FINAL_TRY:
        return f"{where.name} says: one more wrong PIN locks it"
    if token.flags & flag.USER_PIN_COUNT_LOW:
        return f"{where.name} says: few tries are left"
    return f"{where.name} does not say that few tries are left"


def _may(*allowed: str) -> dict:
    names = ("DERIVE", "ENCRYPT", "DECRYPT", "SIGN", "VERIFY", "WRAP", "UNWRAP")
    return {getattr(p11().Attribute, name): name in allowed for name in names}


def _kept(inside: bool) -> dict:
    attribute = p11().Attribute
    return {attribute.SENSITIVE: inside, attribute.EXTRACTABLE: not inside}


def inner() -> dict:
    """A derivation key: of this session, never leaves the token, only derives."""
    return {p11().Attribute.TOKEN: False, **_kept(True), **_may("DERIVE")}


def leaves() -> dict:
    """A transaction's data key: read and destroyed at once."""
    return {p11().Attribute.TOKEN: False, **_kept(False), **_may()}


def stored(label: str, vault: bool = False) -> dict:
    """A key that the token keeps and never gives out; SIGN is for its check value."""
    attribute, use = p11().Attribute, ("ENCRYPT", "DECRYPT") if vault else ("DERIVE",)
    return {
        attribute.LABEL: label,
        attribute.TOKEN: True,
        attribute.PRIVATE: True,
        **_kept(True),
        **_may("SIGN", *use),
    }
