# SPDX-License-Identifier: MIT
"""The flash image of the board `unix` loses its power at the n-th operation (FAULTS.md F1)."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from boards.sim.workbench import Workbench
from pos.journal.devices import FileDevice
from suanpan.runtime.launch import NAMES, launch

SCRIPT = Path(__file__).with_name("device_flash.py")


async def written(runtime, profile, control):
    """Bytes in the image after a run that is cut as `control` says, and the events told."""
    FileDevice.create(str(profile / "flash.img"), 4).close()
    bench, events = Workbench(), []
    cut, hello = asyncio.Event(), asyncio.Event()

    def on_event(kind, data):
        events.append((kind, data))
        if kind == "device":
            (cut if data["event"] == "cut" else hello).set()

    bench.subscribe(on_event)
    argv, env = launch(runtime, SCRIPT, (str(profile), f"127.0.0.1:{await bench.start()}"))
    device = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL)
    try:
        await asyncio.wait_for(hello.wait(), 20)
        bench.control({"clock_set_s": 2_000_000_000})
        bench.control(control)
        await asyncio.wait_for(cut.wait(), 20)
        assert device.poll() is None, "the device must wait to be killed"
    finally:
        device.kill()
        await asyncio.to_thread(device.wait)
        await bench.stop()
    return (profile / "flash.img").read_bytes()[:4096].rstrip(b"\xff"), events


@pytest.mark.parametrize("runtime", NAMES)
async def test_the_nth_write_is_the_last(runtime, tmp_path):
    image, events = await written(runtime, tmp_path, {"cut_after_writes": 5})
    assert image == b"".join(bytes((i,)) * 16 for i in range(5))
    assert [d for k, d in events if k == "lamps"][-1]["ready"], "the clock did not follow the workbench"


@pytest.mark.fault("F1")
@pytest.mark.parametrize(("tear", "length"), [("half", 72), ("nothing", 64)])
async def test_the_last_write_is_torn(tear, length, tmp_path):
    image, _ = await written("cpython", tmp_path, {"cut_after_writes": 5, "tear": tear})
    assert len(image) == length
