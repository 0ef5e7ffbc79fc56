# SPDX-License-Identifier: MIT
"""One terminal: the application as `pos.build` puts it together, between power-on and power-off, again and again."""

import asyncio
import contextvars
import json
import os
from functools import cache
from pathlib import Path
from random import Random

from pos import workflow
from pos.build import NotReady, build
from pos.crypto import sandbox as sandbox_keys
from pos.crypto.dukpt_register import Register
from pos.journal import JournalError
from pos.ops.log import Log
from pos.tasks import Supervisor
from simulation.board import Board, LogText
from simulation.flash import Flash, PowerCut
from simulation.person import Person
from simulation.wire import Link, Weather
from suanpan.places import BUILD

OWNER: contextvars.ContextVar["Terminal | None"] = contextvars.ContextVar("OWNER", default=None)
_CONFIG = {"language": "en", "answer_timeout_s": 10, "present_timeout_s": 20, "idle_timeout_s": 20,
           "result_s": 1, "connect_wait_s": 2}  # fmt: skip
_SERVICE_MS = 4000  # until somebody switches a stopped terminal off and on


@cache
def profile(name: str) -> Path:
    """Configuration and keys of a terminal, as provisioning leaves them."""
    folder = BUILD / "simulation" / name
    folder.mkdir(parents=True, exist_ok=True)
    mac_key, data_key = sandbox_keys.derive(name)
    _put(folder / "config.json", {"terminal": name, **_CONFIG})
    _put(folder / "keys.json", {"mac": mac_key.hex(), "data": data_key.hex()})
    return folder


@cache
def _injected(name: str, epoch: int) -> Flash:
    """A register with its initial key's whole future (pos.crypto.dukpt_register)."""
    flash = Flash.erased(2, Random(0), lambda: None)
    Register(flash).inject(*sandbox_keys.initial_key(name, epoch))
    return flash


def _put(path: Path, values: dict) -> None:
    """Whole at any moment: other processes of a campaign read the same file."""
    own = path.with_suffix(f".{os.getpid()}")
    own.write_text(json.dumps(values))
    own.replace(path)


class Terminal:
    """Flash, key register, printer's slips and person outlive the power; everything else does not.

    `key_epoch`: no two devices of one name have the same initial key.
    """

    def __init__(self, world, name: str, content, plan, key_epoch: int = 1) -> None:
        self.world, self.name = world, name
        self.mac_key, _ = sandbox_keys.derive(name)
        self.flash = Flash(content, world.random, self.power_lost)
        register = _injected(name, key_epoch).copy()
        self.register = Flash(register, Random(f"register {world.schedule.seed}"), self.power_lost)
        self.weather = Weather()
        self.link = Link(world, self.weather, name)
        self.person = Person(world, self, plan)
        self.on = False
        self.board: Board | None = None
        self.parts = None  # the built application
        self.stopped = ""  # why it does not trade
        self.skew_s = 0
        self.boots = self.cuts = 0
        self.slips: list = []
        self.log = LogText()
        self.tasks: list[asyncio.Task] = []
        self.gone = False  # a rival that was taken away for good
        self.copies: list = []  # of the flash, behind each start: see watch.py
        self._again_torn: list[Flash] = []  # their first program after the next start
        self._shown = "", 0  # the last screen and the start it belongs to

    # --- power ---

    def power_on(self) -> None:
        if self.on or self.gone or self.world.clock.now < self.world.dawn_s:
            return
        self.on, self.stopped = True, ""
        self.boots += 1
        self.flash.dead = self.register.dead = False
        while self._again_torn:
            self._again_torn.pop().arm(1, "mix")
        self.board = Board(self, profile(self.name), self.skew_s)
        self.board.printer.slips = self.slips
        self.world.note(self.name, "power on")
        context = contextvars.Context()
        context.run(OWNER.set, self)
        self.tasks.append(self.world.loop.create_task(self._life(), context=context))

    def power_lost(self) -> None:
        """The flash says so, or the plug is pulled."""
        self._again_torn = [one for one in (self.flash, self.register) if one.cuts_again]
        self.disarm()
        self.cuts += 1
        self.power_off("power lost")
        self.world.later(self.world.random.randint(300, 5000), self.power_on)

    def disarm(self) -> None:
        """No cut is to come."""
        self.flash.disarm()
        self.register.disarm()

    def power_off(self, why: str) -> None:
        """Everything in memory is gone at once; nothing that is still running reaches the outside."""
        if not self.on:
            return
        self.world.note(self.name, f"{why}, {self.flash.operations} operations")
        self.on, self.flash.dead, self.register.dead = False, True, True
        self.flash.lose()
        self.register.lose()
        self.board.screen.dark, self.parts = True, None
        if self.link.connection:
            self.link.connection.sever()
        self.board = None
        self.person.leave()
        self.world.later(0, self._bury)

    def _bury(self) -> None:
        tasks, self.tasks = self.tasks, []
        for task in tasks:
            task.cancel()

    async def _life(self) -> None:
        try:
            name, error = await self._run()
        except PowerCut:
            return
        except NotReady as trouble:
            name, error = trouble.alarm, trouble
        except (MemoryError, OSError, JournalError) as trouble:
            name, error = "start", trouble
        self.stopped = f"{name}: {error!r}"
        self.world.note(self.name, f"stops: {self.stopped}")
        self.world.checks.on_stop(self, error)
        self.world.later(_SERVICE_MS, self._service, self.boots)

    async def _run(self):
        board = self.board
        log = Log(board.clock, self.log)
        parts = build(board, board.screen, log)
        self.parts = parts
        self.world.checks.on_boot(self)
        supervisor = Supervisor(log)
        supervisor.start("workflow", lambda: workflow.run(parts), critical=True)
        supervisor.start("sync", parts.outbox.run)
        return await supervisor.run()

    def _service(self, boot: int) -> None:
        if self.on and self.boots == boot:
            self.power_off("switched off")
            self.world.later(1000, self.power_on)

    # --- what it shows ---

    def shows(self, view) -> None:
        if not self.on or self.parts is None:
            return
        name = self.screen
        self.world.checks.on_screen(self, name, view)
        text = " | ".join(row.text for row in view.rows if row.text)
        if name not in ("idle", "authorise", "amount", "menu"):
            self.world.note(self.name, f"[{name}] {view.title} | {text}")
        if (name, self.boots) != self._shown:
            self.person.sees(name)
        else:
            self.person.sees_again(name)
        self._shown = name, self.boots

    @property
    def screen(self) -> str:
        """Name of the screen that stands."""
        view = self.parts.operator._view if self.parts else None
        return view[0] if view else ""

    @property
    def at_rest(self) -> bool:
        """Nobody waits for anything, and the host has everything."""
        parts = self.parts
        return bool(
            self.on and parts and self.screen == "idle" and self.person.done
            and parts.outbox.online and not parts.outbox.dispute
            and not parts.books.pending() and parts.books.in_doubt() is None
        )  # fmt: skip
