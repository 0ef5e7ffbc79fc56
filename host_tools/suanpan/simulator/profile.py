# SPDX-License-Identifier: MIT
"""A simulated terminal's directory: config.json, keys.json, dukpt.img, ca_keys.jsonl, applications.jsonl, flash.img,
the host's books.

The journal is formatted once, when the directory is made; a profile that lost its flash.img is an error,
because a silent new journal would reuse sequence numbers (FAULTS F6).
"""

import fcntl
import json
import os
import time
from pathlib import Path
from typing import Any, TextIO

from pos.cards.applications import FILE
from suanpan.host import sandbox as host_sandbox
from suanpan.places import data_dir
from suanpan.provision import parameters
from suanpan.provision.injection import REGISTER
from suanpan.simulator.cards import ca_rows

FLASH_BLOCKS = 64  # of 4096 bytes
DEFAULT_TERMINAL = "SIM00001"
# A simulated network comes back when somebody says so, and that person is waiting.
DEFAULTS: dict[str, Any] = {"language": "en", "reconnect_max_s": 3}
DEBIT_CARD = "mag-debit"  # the sandbox card whose first digits fall under the fee rule for debit


class ProfileError(Exception):
    """A profile directory that cannot be used; the message names the next step."""


class Profile:
    """Paths and configuration of one simulated terminal."""

    def __init__(self, directory: Path) -> None:
        self.directory = Path(directory).resolve()  # the device process has a working directory of its own
        self.config_path = self.directory / "config.json"
        self.keys_path = self.directory / "keys.json"
        self.flash_path = self.directory / "flash.img"
        self.register_path = self.directory / REGISTER
        self.ca_keys_path = self.directory / "ca_keys.jsonl"
        self.host_db = self.directory / "host.db"
        self._lock: TextIO | None = None

    @classmethod
    def open(cls, directory: "Path | str", terminal: str = DEFAULT_TERMINAL, epoch: int = 1) -> "Profile":
        """The profile in `directory`, with its journal; made with `epoch` when there is none yet.

        A host that has known this terminal before needs an epoch that was never used, such as `fresh_epoch()`.
        """
        profile = cls(Path(directory))
        try:
            if not profile.config_path.exists():
                profile._make(terminal, epoch)
            else:
                profile._know_cards()
        except OSError as error:
            raise profile._unusable(error) from error
        if not profile.flash_path.exists():
            raise ProfileError(
                f"{profile.flash_path} is missing although {profile.config_path.name} exists; "
                f"put it back, or remove {profile.directory} to begin with a new terminal"
            )
        return profile

    @property
    def config(self) -> dict[str, Any]:
        try:
            config = json.loads(self.config_path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ProfileError(f"cannot read {self.config_path}: {error}; correct or remove it") from error
        if not isinstance(config, dict):
            raise ProfileError(f"{self.config_path} is not a JSON object; correct or remove it")
        return config

    @property
    def terminal(self) -> str:
        return str(self.config.get("terminal", DEFAULT_TERMINAL))

    def lock(self) -> None:
        """Take the profile for this process; ProfileError when another simulator runs on it."""
        try:
            self._lock = open(self.directory / "lock", "w")  # noqa: SIM115 - held until unlock or the process's end
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.unlock()
            raise ProfileError(
                f"another simulator runs the terminal in {self.directory}; end it, or give --profile DIR"
            ) from None
        except OSError as error:
            raise self._unusable(error) from error

    def unlock(self) -> None:
        if self._lock:
            self._lock.close()
            self._lock = None

    def configure(self, changes: dict[str, Any]) -> None:
        """Merge `changes` into config.json, replacing the file in one step."""
        _write_json(self.config_path, _merged(self.config, changes))

    def take_parameters(self, content: bytes) -> None:
        """Parameters of card applications, if there are any, instead of those in the profile."""
        if content:
            parameters.install(content, self.directory)

    def _unusable(self, error: OSError) -> ProfileError:
        return ProfileError(
            f"no terminal can be kept in {self.directory}: {error.strerror}; name another folder with --profile"
        )

    def _make(self, terminal: str, epoch: int) -> None:
        from pos.crypto import sandbox
        from pos.journal.devices import FileDevice
        from pos.journal.journal import Journal

        self.directory.mkdir(parents=True, exist_ok=True)
        mac, data = sandbox.derive(terminal)
        _write_json(self.keys_path, {"mac": mac.hex(), "data": data.hex()})
        self.keys_path.chmod(0o600)
        self._inject(terminal, epoch)
        self._know_cards()
        device = FileDevice.create(str(self.flash_path), FLASH_BLOCKS)
        Journal.format(device, terminal, epoch)
        # Last, because its presence says that the profile is complete.
        debit = host_sandbox.cards[DEBIT_CARD]["pan"][:6]
        _write_json(self.config_path, {**DEFAULTS, "terminal": terminal, "debit_prefixes": [debit]})

    def sandbox_keys(self) -> tuple[bytes, bytes] | None:
        """(initial key, key id) of the DUKPT register while no terminal runs; None when they are not the sandbox's."""
        from pos.crypto import dukpt, sandbox
        from pos.crypto.dukpt_register import Register
        from pos.journal.devices import FileDevice

        if not self.register_path.exists():
            return None
        device = FileDevice(str(self.register_path))
        key_id = Register(device).key_id
        device.close()
        if key_id is None or not key_id.startswith(sandbox.BASE_ID):
            return None
        return dukpt.initial_key(sandbox.base_key(), key_id), key_id

    def _inject(self, terminal: str, epoch: int) -> None:
        from pos.crypto import sandbox
        from suanpan.provision.injection import take_up

        key, key_id = sandbox.initial_key(terminal, epoch)
        self.register_path.unlink(missing_ok=True)  # of a profile whose making was cut short
        take_up(self.register_path, bytearray(key), key_id)

    def _know_cards(self) -> None:
        """Authorities and applications of the virtual cards, unless they are there: an older profile has none."""
        if not self.ca_keys_path.exists():
            self.ca_keys_path.write_text(
                "".join(json.dumps(row) + "\n" for row in ca_rows()), encoding="utf-8"
            )
        if not Path(f"{self.directory}{FILE}").exists():
            parameters.install(parameters.STANDARD.read_bytes(), self.directory)


def default_directory() -> Path:
    """Where `make run` keeps its terminal: beside the host's books."""
    return data_dir() / "terminal"


def fresh_epoch() -> int:
    """An epoch for a new terminal at a host that may know an earlier one of that name: the time of its making."""
    return int(time.time())


def _merged(base: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    result = dict(base)
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(result.get(key), dict)
        result[key] = _merged(result[key], value) if both else value
    return result


def _write_json(path: Path, value: Any) -> None:
    partial = path.with_suffix(".new")
    partial.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    os.replace(partial, path)
