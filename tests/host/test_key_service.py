# SPDX-License-Identifier: MIT
"""The host's key service: the same of a file and of a SoftHSM token; no key is ever told."""

import json
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from softhsm import PIN, Token

from pos.crypto import dukpt
from suanpan.cli import main
from suanpan.errors import Failure
from suanpan.host import token_session, vault
from suanpan.host.keys import KeyMissing, KeysAway, open_service
from suanpan.provision.components import check_value

BASE, BASE_ID = bytes.fromhex("FEDCBA9876543210F1F1F1F1F1F1F1F1"), bytes.fromhex("12345678")
KEY_ID = BASE_ID + bytes.fromhex("90123456")
INITIAL = dukpt.initial_key(BASE, KEY_ID)
COUNTERS = [1, 2, 3, 7, 0xFFFF0000, 0x00FFFF00, 12345, 12346, 12347]


def ksn(counter, key_id=KEY_ID):
    return dukpt.ksn(key_id, counter)


def run(*words, **options):
    return CliRunner().invoke(main, ["host", "keys", *map(str, words)], **options)


@pytest.fixture
def token(tmp_path, monkeypatch):
    return Token(tmp_path, monkeypatch)


@pytest.fixture(params=["file", pytest.param("token", marks=pytest.mark.needs("softhsm2"))])
def where(request, tmp_path):
    return f"file:{tmp_path / 'keys'}" if request.param == "file" else request.getfixturevalue("token").uri


@pytest.fixture
def service(where):
    made = open_service(where)
    made.put_base(BASE_ID, BASE)
    yield made
    made.close()


@pytest.mark.parametrize("usage", ["data", "pin"])
def test_working_keys_are_those_of_the_standard_s_derivation(service, usage):
    derived = {"data": service.data_key, "pin": service.pin_key}[usage]
    for counter in COUNTERS:
        assert derived(ksn(counter)) == dukpt.working_key(INITIAL, KEY_ID, counter, usage)


def test_a_ksn_that_cannot_be_is_refused(service):
    for wrong in (b"", ksn(1)[:-1], ksn(0), ksn((1 << 17) - 1)):
        with pytest.raises(ValueError):
            service.data_key(wrong)
    with pytest.raises(KeyMissing, match="suanpan-bdk-00000000"):
        service.data_key(ksn(1, bytes(8)))
    assert service.data_key(ksn(1))  # and goes on


def test_many_at_once_each_get_their_own_key(service):
    wanted = {counter: dukpt.working_key(INITIAL, KEY_ID, counter, "data") for counter in range(1, 65)}
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda counter: (counter, service.data_key(ksn(counter))), [*wanted] * 2))
    assert all(wanted[counter] == key for counter, key in found) and len(found) == 128


def test_terminal_keys_are_sealed_for_one_terminal(service):
    sealed = vault.seal(service, "SHOP-1", b"m" * 32, b"d" * 16)
    assert vault.unseal(service, "SHOP-1", sealed) == (b"m" * 32, b"d" * 16)
    assert (b"m" * 32).hex().encode() not in sealed
    for name, changed in (("SHOP-2", sealed), ("SHOP-1", sealed[:-1] + bytes([sealed[-1] ^ 1]))):
        with pytest.raises(Failure, match="do not open"):
            vault.unseal(service, name, changed)


def test_keys_stay_when_the_service_is_opened_again(service, where):
    sealed = service.seal(b"clear", b"aad")
    service.close()
    again = open_service(where)
    assert again.unseal(sealed, b"aad") == b"clear" and again.data_key(ksn(5)) == service.data_key(ksn(5))
    with pytest.raises(Failure, match="already"):
        again.put_base(BASE_ID, bytes(16))
    again.close()


def test_the_list_shows_check_values_and_no_key(service, where):
    service.seal(b"", b"")
    service.close()
    done = run("--keys", where, "--json")
    rows = json.loads(done.stdout)["keys"]
    assert done.exit_code == 0 and [row["label"] for row in rows] == ["suanpan-bdk-12345678", "suanpan-vault"]
    assert [(row["bits"], row["leaves"]) for row in rows] == [
        (bits, where.startswith("file")) for bits in (128, 256)
    ]
    assert rows[0]["kcv"] == check_value(BASE) and len(rows[1]["kcv"]) == 6
    assert BASE.hex().upper() not in (done.output + run("--keys", where).output).upper()


def components(folder):
    mine = bytes(15) + b"1"
    for name, value in (("a", mine), ("b", bytes(x ^ y for x, y in zip(BASE, mine, strict=True)))):
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(json.dumps({"component": value.hex(), "kcv": check_value(value)}))
    return ["--component", folder / "a", "--component", folder / "b"]


def test_two_persons_bring_a_base_key_in(where, tmp_path):
    parts = components(tmp_path)
    wrong = run("add", "12345678", *parts, "--kcv", "000000", "--keys", where)
    assert wrong.exit_code == 6 and "nothing was written" in wrong.output
    assert run("add", "1234", *parts, "--keys", where).exit_code == 2
    assert run("add", "12345678", *parts, "--dry-run", "--keys", where).exit_code == 0
    done = run("add", "12345678", *parts, "--keys", where)
    assert done.exit_code == 0 and BASE.hex() not in done.output
    service = open_service(where)
    assert service.data_key(ksn(1)) == dukpt.working_key(INITIAL, KEY_ID, 1, "data")
    service.close()
    again = run("add", "12345678", *parts, "--keys", where)
    assert again.exit_code == 1 and "already" in again.output


def test_a_key_file_that_others_may_read_is_refused(tmp_path):
    service = open_service(f"file:{tmp_path / 'keys'}")
    service.put_base(BASE_ID, BASE)
    (tmp_path / "keys").chmod(0o640)
    for call in (lambda: service.data_key(ksn(1)), lambda: service.seal(b"", b""), service.listed):
        with pytest.raises(Failure, match="owner") as refused:
            call()
        assert "chmod 600" in refused.value.next_step


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"a": 1}', b'{"a": "00"}', b"\xff" * 31])
def test_a_file_without_keys_is_explained(tmp_path, content):
    (tmp_path / "keys").touch(mode=0o600)
    (tmp_path / "keys").write_bytes(content)
    done = run("--keys", f"file:{tmp_path / 'keys'}")
    assert done.exit_code == 1 and "holds no keys" in done.output and "Next: " in done.output


def test_the_vault_of_earlier_versions_opens(tmp_path):
    (tmp_path / "keys").touch(mode=0o600)
    (tmp_path / "keys").write_bytes(bytes(range(32)))
    service = open_service(f"file:{tmp_path / 'keys'}")
    sealed = service.seal(b"clear", b"")
    service.put_base(BASE_ID, BASE)
    assert service.unseal(sealed, b"") == b"clear"


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("nonsense", "names no key service"),
        ("file:", "names no key service"),
        ("pkcs11:", "token= or serial="),
        ("pkcs11:object=key", "token= or serial="),
        ("pkcs11:token", "not well formed"),
        ("pkcs11:token=a;token=b", "not well formed"),
        ("pkcs11:token=a?pin-value=1234", "pin-value is not taken"),
        ("pkcs11:token=a?module-path=/tmp/x.so", "module-path is not taken"),
        ("pkcs11:token=a?pin-source=pin", "names no file"),
    ],
)
def test_uris_that_are_not_taken(uri, said):
    done = run("--keys", uri)
    assert (
        done.exit_code == 2 and said in done.output and "Next: " in done.output and "1234" not in done.output
    )


@pytest.mark.needs("softhsm2")
def test_a_wrong_pin_is_tried_once(token):
    token.pin_file.write_text("999999")
    done = run("--keys", token.uri)
    assert done.exit_code == 6 and "refuses the PIN, tried once" in done.output
    assert "few tries are left" in done.output and "999999" not in done.output
    token.pin_file.write_text(PIN)
    assert run("--keys", token.uri).exit_code == 0


@pytest.mark.needs("softhsm2")
def test_a_service_never_tries_a_wrong_pin_again_by_itself(token):
    service = open_service(token.uri)
    service.put_base(BASE_ID, BASE)
    token.away()
    with pytest.raises(KeysAway, match="does not answer"):
        service.data_key(ksn(1))
    token.back()
    token.pin_file.write_text("999999")
    with pytest.raises(KeysAway, match="refuses the PIN"):
        service.data_key(ksn(1))
    token.pin_file.write_text(PIN)
    with pytest.raises(KeysAway, match="refuses the PIN"):
        service.data_key(ksn(1))
    service.close()


class LastTry:
    """Stands in for a library whose token locks at the next wrong PIN; SoftHSM never locks."""

    def get_token(self, **_wanted):
        return self

    @property
    def flags(self):
        return token_session.p11().TokenFlag.USER_PIN_FINAL_TRY

    def open(self, **_how):
        pytest.fail("a last try was taken")


def test_the_last_try_is_left_to_a_person(monkeypatch):
    monkeypatch.setattr(token_session, "_library", LastTry)
    monkeypatch.setenv("SUANPAN_PKCS11_PIN", PIN)
    done = run("--keys", "pkcs11:token=a")
    assert done.exit_code == 6 and "one more wrong PIN locks it" in done.output


@pytest.mark.needs("softhsm2")
def test_a_token_that_goes_and_comes_back(token):
    service = open_service(token.uri)
    service.put_base(BASE_ID, BASE)
    before = service.data_key(ksn(1))
    token.away()
    for _ in range(2):
        with pytest.raises(KeysAway):
            service.data_key(ksn(2))
    token.back()
    assert service.data_key(ksn(1)) == before and service.data_key(ksn(2)) != before
    service.close()


@pytest.mark.needs("softhsm2")
@pytest.mark.parametrize(
    ("name", "value", "uri", "code", "said"),
    [
        ("SUANPAN_PKCS11_MODULE", "", None, 1, "is not known"),
        ("SUANPAN_PKCS11_MODULE", "/nowhere.so", None, 1, "does not load"),
        ("SUANPAN_PKCS11_PIN", "", "pkcs11:token=suanpan%20test", 1, "no PIN"),
        ("SUANPAN_PKCS11_PIN", PIN, "pkcs11:token=other", 3, "not there"),
        ("SUANPAN_PKCS11_PIN", PIN, "pkcs11:token=suanpan%20test", 0, ""),
        ("SUANPAN_PKCS11_PIN", PIN, "pkcs11:token=suanpan%20test?pin-source=/nowhere", 1, "not usable"),
    ],
)
def test_what_is_missing_is_named(token, monkeypatch, name, value, uri, code, said):
    monkeypatch.setenv(name, value)
    done = run("--keys", uri or token.uri)
    assert done.exit_code == code and said in done.output and (not code or "Next: " in done.output)


def test_without_the_library_a_token_is_explained(monkeypatch):
    monkeypatch.setitem(sys.modules, "pkcs11", None)
    token_session.p11.cache_clear()
    done = run("--keys", "pkcs11:token=a")
    token_session.p11.cache_clear()
    assert done.exit_code == 1 and "suanpan[pkcs11]" in done.output
