# SPDX-License-Identifier: MIT
"""A key block into a terminal's key register, by the device's own code (pos.crypto.tr31, dukpt_register)."""

import re
from pathlib import Path

from pos.crypto import key_device, tr31
from pos.crypto.dukpt_register import Register, RegisterError
from pos.crypto.keystore import KeyStoreError
from pos.crypto.wipe import wipe
from suanpan import regular_file
from suanpan.errors import USAGE, VERIFICATION, Failure
from suanpan.output import emit, say
from suanpan.provision.components import check_value, combined

REGISTER = "dukpt.img"


def inject(block: str, protection: tuple[str, ...], profile: str, dry_run: bool, as_json: bool) -> None:
    key_id, key = initial(Path(block), combined(protection, "key block protection key"))
    try:
        if not dry_run:
            take_up(Path(profile) / REGISTER, key, key_id)
        facts = {
            "profile": profile,
            "key_id": key_id.hex().upper(),
            "kcv": check_value(bytes(key)),
            "injected": not dry_run,
        }
    finally:
        wipe(key)
    if as_json:
        emit(facts, "suanpan.provision.inject/1")
    else:
        done = "Would inject" if dry_run else "Injected"
        say(f"{done} the initial key {facts['key_id']} with check value {facts['kcv']} into {profile}.")


def initial(path: Path, protection: bytes) -> tuple[bytes, bytearray]:
    """(key id, key) of an initial DUKPT key's block; the key is for the caller to wipe."""
    try:
        header, key = tr31.unwrap(protection, regular_file.content(path).decode().strip())
    except OSError as error:
        raise Failure(f"{path} cannot be read: {error.strerror}", "name a key block's file", USAGE) from None
    except UnicodeDecodeError:
        raise Failure(f"{path} is no key block", "suanpan provision keys writes one", VERIFICATION) from None
    except ValueError as error:
        raise Failure(f"{path}: {error}", "suanpan provision keys writes one", VERIFICATION) from None
    except tr31.KeyBlockError:
        raise Failure(
            f"{path} was made under another protection key, or was changed",
            "compare the check values of the components",
            VERIFICATION,
        ) from None
    key_id = header.blocks.get("IK", "")
    if (header.usage, header.algorithm, len(key)) != ("B1", "A", 16) or not re.fullmatch(
        "[0-9A-F]{16}", key_id
    ):
        wipe(key)
        raise Failure(
            f"{path} holds no initial AES key with its id", "suanpan provision keys writes one", VERIFICATION
        )
    return bytes.fromhex(key_id), key


def take_up(image: Path, key: bytearray, key_id: bytes) -> None:
    try:
        device = key_device.open_device(str(image))
    except KeyStoreError as error:
        raise Failure(f"{image}: {error}", "mend its rights, then repeat") from None
    try:
        Register(device).inject(key, key_id)
    except RegisterError as error:
        raise Failure(f"{image}: {error}", "make an initial key with a new key id") from None
    finally:
        device.close()
