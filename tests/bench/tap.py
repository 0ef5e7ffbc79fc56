# SPDX-License-Identifier: MIT
"""Terminal time of a contactless card, from its detection to "remove card": driver, kernel, virtual PN532 and card.

The virtual card answers at once, and a virtual line has no baud rate.
"""

import asyncio
import json
import tempfile
from pathlib import Path

from figures import Figure, median, spread
from launcher import DEVICE, LIMIT_S

from boards.sim.chips.emv import authority, contactless_cards
from boards.sim.workbench import Workbench
from suanpan.provision.parameters import STANDARD
from suanpan.runtime.launch import launch

ROUNDS = 15
HIGH = 1000000  # floor limit: the card approves offline, so its signature is checked
CASES = (
    ("tap-debit", 0, "qPBOC online"),
    ("tap-credit", HIGH, "qPBOC offline, fast DDA"),
    ("tap-mchip", 0, "M/Chip, CDA"),
)


def figures() -> list[Figure]:
    return [figure(*case) for case in CASES]


def figure(name: str, floor_limit: int, what: str) -> Figure:
    with tempfile.TemporaryDirectory() as folder:
        times = asyncio.run(payments("micropython", Path(folder), name, floor_limit, ROUNDS))["ms"]
    note = f"median of {ROUNDS}; the first one, with its imports, {times[0]:.0f} ms"
    title = f"card detected to remove card: {what}"
    return Figure(title, "ms", median(times), None, None, "≤ 500 ms", "0", note, spread(times))


async def payments(runtime: str, folder: Path, name: str, floor_limit: int, rounds: int) -> dict:
    """What device/tap.py says of so many payments with the card called `name`."""
    bench, personality = Workbench(), contactless_cards.PERSONALITIES[name]
    assert personality.records, "the card's keys are made before time is taken"
    (folder / "ca_keys.jsonl").write_text(json.dumps(authority.ca_row(personality.rid)) + "\n")
    rows = [{**json.loads(line), "floor_limit": floor_limit} for line in STANDARD.read_text().splitlines()]
    (folder / STANDARD.name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    bench.tap(contactless_cards.card(name))
    port = await bench.start()
    words = (str(folder), f"127.0.0.1:{port}", str(rounds))
    argv, env = launch(runtime, DEVICE / "tap.py", words)
    device = await asyncio.create_subprocess_exec(*argv, env=env, stdout=asyncio.subprocess.PIPE)
    try:
        async with asyncio.timeout(LIMIT_S):
            said, _ = await device.communicate()
    finally:
        if device.returncode is None:
            device.kill()
        await device.wait()
        await bench.stop()
    return json.loads(said.splitlines()[-1])
