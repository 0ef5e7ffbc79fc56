# SPDX-License-Identifier: MIT
"""A SoftHSM token in a folder of its own, made by the distribution's own tool."""

import subprocess
from pathlib import Path

import system_packages

PIN, LABEL = "271828", "suanpan test"
_MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so")


class Token:
    """`uri` names it; `away()` takes its files from under the library, `back()` puts them back."""

    def __init__(self, folder: Path, monkeypatch) -> None:
        self.tokens, self._elsewhere = folder / "tokens", folder / "elsewhere"
        self.tokens.mkdir()
        configuration = folder / "softhsm2.conf"
        configuration.write_text(f"directories.tokendir = {self.tokens}\nlog.level = ERROR\n")
        self.pin_file = folder / "pin"
        self.pin_file.touch(mode=0o600)
        self.pin_file.write_text(PIN + "\n")
        self.uri = f"pkcs11:token={LABEL.replace(' ', '%20')}?pin-source=file:{self.pin_file}"
        monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
        monkeypatch.setenv("SUANPAN_PKCS11_MODULE", next(filter(lambda one: Path(one).exists(), _MODULES)))
        tool = system_packages.find("softhsm2")
        words = ["--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", "31415926"]
        subprocess.run([tool, *words], check=True, capture_output=True)

    def away(self) -> None:
        self.tokens.rename(self._elsewhere)

    def back(self) -> None:
        self._elsewhere.rename(self.tokens)
