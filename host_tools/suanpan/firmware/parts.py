# SPDX-License-Identifier: MIT
"""What the modules of the ROM image take of the heap, measured on micropython32 (docs/memory.md)."""

import json
import subprocess
from pathlib import Path

from suanpan.errors import Failure
from suanpan.firmware.bundle import BUNDLES
from suanpan.runtime.launch import launch

# In the order in which a sale by card wants them; what start-up and a flow let go again stands under its own name.
START = "boards.unix.board pos.app pos.ui.screen pos.build pos.config pos.journal.recovery pos.terminal pos.net.uplink"
SALE = """
    pos.flows.idle pos.flows.sale pos.flows.amount pos.flows.present pos.drivers.magstripe pos.drivers.gm65
    pos.flows.worth pos.flows.stripe pos.cards.card_data pos.crypto.sale_key
    pos.cards.dukpt_card_data pos.domain.issuers pos.flows.conclude pos.flows.authorise
    pos.domain.alarms pos.flows.result pos.flows.print_receipt pos.drivers.printer"""
CHIP = """
    pos.drivers.ccid pos.drivers.ccid_serial pos.cards.atr pos.flows.by_card pos.flows.chip_sale pos.flows.emv_side
    pos.cards.applications pos.cards.parameters pos.cards.initiate pos.cards.records pos.cards.oda pos.cards.cvm
    pos.cards.restrictions pos.cards.risk pos.flows.pin pos.flows.scramble pos.ui.key_grid pos.cards.offline_pin
    pos.cards.generate_ac pos.cards.completion pos.cards.scripts pos.flows.chip_intent"""
TAP = """
    pos.drivers.pn532 pos.drivers.pn532_uart pos.flows.tap_sale pos.cards.contactless
    pos.cards.qvsdc pos.cards.mchip pos.flows.take_away"""
PROBE = Path(__file__).with_name("parts_on_device.py")


def parts() -> dict[str, int]:
    """{part: bytes}, largest first; `interpreter` is what MicroPython, the start script and asyncio hold."""
    names = [*BUNDLES, *START.split(), *SALE.split(), *CHIP.split(), *TAP.split()]
    started = launch("micropython32", PROBE, tuple(names), heap="900k")
    done = subprocess.run(
        started.argv, env=started.env, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if done.returncode:
        raise Failure(f"The modules cannot be measured:\n{done.stderr.strip() or done.stdout.strip()}")
    found = json.loads(done.stdout)
    modules = sorted(found["modules"].items(), key=lambda row: -row[1])
    return {"interpreter": found["interpreter"], **{name: size for name, size in modules if size}}
