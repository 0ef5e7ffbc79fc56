# SPDX-License-Identifier: MIT
"""Which token holds the keys: a PKCS#11 URI (RFC 7512), the module and the PIN from the environment or a file.

A command line is seen by everybody on the machine and kept in histories: no PIN and no module is taken from it.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from suanpan.errors import USAGE, Failure
from suanpan.host.private_file import read_private

MODULE, PIN = "SUANPAN_PKCS11_MODULE", "SUANPAN_PKCS11_PIN"
_NOT_HERE = {
    "pin-value": f"put the PIN into a file of yours (?pin-source=file:PATH) or into {PIN}",
    "module-path": f"set {MODULE}",
    "module-name": f"set {MODULE}",
}


@dataclass(frozen=True)
class Where:
    """A token by label, serial number or both; where its PIN is (None: in the environment)."""

    token: str | None
    serial: str | None
    pin_file: Path | None

    @property
    def name(self) -> str:
        return f"the token {self.token or self.serial}"

    def pin(self) -> str:
        """Read when it is needed, and not kept."""
        if self.pin_file is not None:
            return read_private(self.pin_file, f"the PIN file {self.pin_file}").decode().strip()
        if not os.environ.get(PIN):
            raise Failure(f"there is no PIN for {self.name}", _NOT_HERE["pin-value"])
        return os.environ[PIN]


def module() -> str:
    """Path of the token's PKCS#11 library."""
    if not os.environ.get(MODULE):
        step = f"set {MODULE} to its path (SoftHSM on Debian: /usr/lib/softhsm/libsofthsm2.so)"
        raise Failure("the token's PKCS#11 library is not known", step)
    return os.environ[MODULE]


def parse(rest: str) -> Where:
    """What stands behind `pkcs11:`. Failure when it says more than is understood."""
    path, _, query = rest.partition("?")
    named, asked = _attributes(path, ";"), _attributes(query, "&")
    for name in asked:
        if name != "pin-source":
            raise Failure(f"{name} is not taken from the key URI", _NOT_HERE.get(name, "leave it out"), USAGE)
    if not named or set(named) - {"token", "serial"}:
        raise Failure("the key URI names a token by token= or serial=", "pkcs11:token=LABEL", USAGE)
    return Where(named.get("token"), named.get("serial"), _pin_file(asked.get("pin-source")))


def _pin_file(source: str | None) -> Path | None:
    if source is None:
        return None
    path = Path(source.removeprefix("file://").removeprefix("file:"))
    if not path.is_absolute():
        raise Failure("pin-source names no file", "?pin-source=file:/absolute/path", USAGE)
    return path


def _attributes(text: str, separator: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, text.split(separator)):
        name, equals, value = part.partition("=")
        if not (equals and value) or name in found:
            raise Failure("the key URI is not well formed", "pkcs11:token=LABEL?pin-source=file:PATH", USAGE)
        found[name] = unquote(value)
    return found
