# SPDX-License-Identifier: MIT
"""Key stores against what they stand on: rights of files on Linux, and the published stub of esp32.NVS."""

import ast
import os
import subprocess
from pathlib import Path

import pytest

from nvs import Nvs
from pos.crypto.key_device import open_device
from pos.crypto.keystore import KeyStoreError
from pos.crypto.owner_keystore import OwnerKeyStore
from suanpan.errors import Failure
from suanpan.places import ROOT
from suanpan.runtime.launch import NAMES, launch

STUB = ROOT / ".cache/stubs-esp32/esp32.pyi"
SCRIPT = Path(__file__).with_name("owner_keys.py")


def test_keys_are_written_for_their_owner_alone(tmp_path):
    path = tmp_path / "keys"
    before = os.umask(0)
    try:
        OwnerKeyStore(str(path)).put("mac", bytes(32))
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600 and os.listdir(tmp_path) == ["keys"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o677])
def test_rights_for_others_are_refused(tmp_path, mode):
    path = tmp_path / "keys"
    OwnerKeyStore(str(path)).put("mac", bytes(32))
    path.chmod(mode)
    with pytest.raises(KeyStoreError, match="chmod 600"):
        OwnerKeyStore(str(path))


def test_what_is_no_file_or_another_users_is_refused(tmp_path, monkeypatch):
    with pytest.raises(KeyStoreError, match="rights"):
        OwnerKeyStore(str(tmp_path))
    path = tmp_path / "keys"
    OwnerKeyStore(str(path)).put("mac", bytes(32))
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(KeyStoreError, match="another user"):
        OwnerKeyStore(str(path))


def test_a_power_cut_before_the_rename_leaves_the_old_keys(tmp_path, monkeypatch):
    path = tmp_path / "keys"
    OwnerKeyStore(str(path)).put("mac", b"M" * 32)
    monkeypatch.setattr(os, "rename", lambda old, new: (_ for _ in ()).throw(OSError(5, "cut")))
    with pytest.raises(OSError):
        OwnerKeyStore(str(path)).put("mac", b"N" * 32)
    monkeypatch.undo()
    store = OwnerKeyStore(str(path))
    assert store.mac_key() == b"M" * 32
    store.put("mac", b"O" * 32)
    assert OwnerKeyStore(str(path)).mac_key() == b"O" * 32 and os.listdir(tmp_path) == ["keys"]


@pytest.mark.parametrize("runtime", NAMES)
@pytest.mark.parametrize("umask", [0o077, 0o022])
def test_every_runtime_keeps_them_private_or_says_how(runtime, umask, tmp_path):
    try:
        started = launch(runtime, SCRIPT, (str(tmp_path / "keys"),))
    except Failure as failure:
        pytest.skip(f"{runtime}: {failure}")
    done = subprocess.run(started.argv, env=started.env, capture_output=True, text=True, umask=umask)
    if umask == 0o022 and runtime != "cpython":  # which makes a file private by itself
        assert "umask 077" in done.stdout and not (tmp_path / "keys").exists()
        return
    assert done.stdout == "['data', 'mac']\n[]\n1\n", done.stderr
    assert (tmp_path / "keys.dukpt").stat().st_mode & 0o777 == 0o600 and len(os.listdir(tmp_path)) == 1


def test_a_register_in_a_file_that_is_open_to_others_is_refused(tmp_path):
    path = tmp_path / "dukpt"
    open_device(str(path)).close()
    path.chmod(0o644)
    with pytest.raises(KeyStoreError, match="chmod 600"):
        open_device(str(path))


def methods(tree, name):
    [found] = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name]
    return {
        node.name: [argument.arg for argument in node.args.posonlyargs + node.args.args]
        for node in found.body
        if isinstance(node, ast.FunctionDef)
    }


def test_the_stand_in_has_the_methods_of_the_published_stub():
    if not STUB.exists():
        pytest.skip("the ESP32 stubs are not installed: make check")
    published = methods(ast.parse(STUB.read_text(encoding="utf-8")), "NVS")
    source = Path(__import__("nvs").__file__).read_text(encoding="utf-8")
    ours = methods(ast.parse(source), Nvs.__name__)
    ours.pop("restarted")
    ours["__init__"].remove("durable")
    assert {name: published[name] for name in ours} == ours


def test_the_store_asks_the_chip_for_nothing_else():
    tree = ast.parse((ROOT / "firmware/pos/crypto/nvs_keystore.py").read_text(encoding="utf-8"))
    asked = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "_nvs"
    }
    assert asked and asked <= set(vars(Nvs))
