# SPDX-License-Identifier: MIT
"""S9: after a PIN block is made and its buffer wiped, the process's memory holds the PIN in no form (Linux)."""

import subprocess
from pathlib import Path

import pytest

from pos.crypto import pinblock
from process_memory import memory
from suanpan.errors import Failure
from suanpan.runtime.launch import NAMES, launch

SCRIPT = Path(__file__).with_name("pin_memory.py")
PIN = "".join(str((i * 7 + 3) % 10) for i in range(12))
CLEAR_BLOCK = pinblock.format0(PIN, "4111111111111111")
FORMS = {
    "ASCII": PIN.encode(),
    "BCD": bytes.fromhex(PIN),
    "UTF-16": PIN.encode("utf-16-le"),
    "UTF-32": PIN.encode("utf-32-le"),
    "format 0": CLEAR_BLOCK,
    "format 0, turned": CLEAR_BLOCK[3::-1] + CLEAR_BLOCK[:3:-1],
}


def forms_found(runtime, what):
    try:
        started = launch(runtime, SCRIPT, (what,))
    except Failure as failure:
        pytest.skip(f"{runtime}: {failure}")
    child = subprocess.Popen(
        started.argv, env=started.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout.readline().startswith("ready")
        regions = list(memory(child.pid))
    except PermissionError:
        pytest.skip("this machine does not let a parent read its child's memory (ptrace_scope)")
    finally:
        child.communicate("\n")
    return {name for name, form in FORMS.items() if any(form in region for region in regions)}


@pytest.mark.parametrize("runtime", NAMES)
@pytest.mark.parametrize("what", ["format4", "format0"])
def test_s9_no_form_of_the_pin_is_left(runtime, what):
    assert forms_found(runtime, what) == set()


@pytest.mark.parametrize("runtime", NAMES)
def test_a_copy_that_is_left_is_found(runtime):
    assert "ASCII" in forms_found(runtime, "leak")
