# SPDX-License-Identifier: MIT
"""A terminal with fakes at its edges, and `flow`: steps of (what the screen says, what the person does).

The fakes keep the contracts of the drivers, the journal and the outbox; an unexpected screen fails with all
that was shown. Answers of the host are scripted: a dict, or SILENT.
"""

import asyncio

from pos.codec import records
from pos.compat import sleep_ms, ticks_diff, ticks_ms
from pos.config import checked
from pos.drivers import DeviceTimeout
from pos.drivers.deadline import Deadline

NOW_S = 1_773_480_413  # 2026-03-14 09:26:53 UTC
DEADLINE_MS = 5000
SILENT = None
CREDIT = ";6250941234560014=30121010000000000000?"
OTHER = ";4111111111111111=30121010000000000000?"
CHIP = ";6250941234560014=30122010000000000000?"
CODE = "134567890123456789"


def approved(amount, code="00"):
    """The host's answer, as messages.parse_down gives it."""
    return {"epoch": 1, "seq": 0, "code": code, "auth_code": "123456", "reference": "000000000042",
            "amount": amount, "time_s": NOW_S}  # fmt: skip


def declined(code):
    answer = approved(0, code)
    answer["auth_code"] = ""
    return answer


class Mailbox:
    """One thing at a time from the person to a driver; an exception is raised at the reader."""

    def __init__(self):
        self._waiting = []

    def put(self, thing):
        self._waiting.append(thing)

    def clear(self):
        self._waiting.clear()

    async def get(self, timeout_ms):
        deadline = Deadline(timeout_ms)
        while not self._waiting:
            if deadline.passed():
                raise DeviceTimeout()
            await sleep_ms(5)
        thing = self._waiting.pop(0)
        if isinstance(thing, Exception):
            raise thing
        return thing


class Keypad(Mailbox):
    stuck = None

    async def key(self, timeout_ms=None):
        try:
            return await self.get(timeout_ms)
        except DeviceTimeout:
            return None


class Stripe(Mailbox):
    async def read(self, timeout_ms):
        return await self.get(timeout_ms)


class Scanner(Mailbox):
    on = False

    async def start(self):
        self.on = True

    async def stop(self):
        self.on = False

    async def read(self, timeout_ms):
        return await self.get(timeout_ms)


class Printer:
    def __init__(self):
        self.slips = []
        self.troubles = []  # reasons of the next attempts, "" = none

    async def print(self, lines):
        from pos.drivers.printer import PrinterError

        await sleep_ms(5)
        trouble = self.troubles.pop(0) if self.troubles else ""
        if trouble:
            raise PrinterError(trouble)
        self.slips.append("\n".join(line.text for line in lines if line != "cut"))


class Ears:
    """Voice, buzzer and lamps: what a person hears and sees lit."""

    def __init__(self):
        self.said = []
        self.beeps = []
        self.lit = {}

    def say(self, text):
        self.said.append(text)

    def beep(self, kind):
        self.beeps.append(kind)

    def set(self, name, on):
        self.lit[name] = on


class Clock:
    now_s = NOW_S
    trusted = True

    def now(self):
        return self.now_s


class Board:
    simulated = True

    def __init__(self):
        self.keypad, self.stripe, self.scanner, self.printer = Keypad(), Stripe(), Scanner(), Printer()
        self.voice = self.buzzer = self.lamps = Ears()
        self.clock = Clock()

    def release(self):
        pass

    def entropy(self, count):
        return bytes(range(count))


class Screen:
    """Keeps every view that was shown, as text."""

    def __init__(self):
        self.texts = [""]

    def show(self, view):
        rows = [view.title] + [row.text for row in view.rows] + [text for _, text in view.footer]
        self.texts.append("\n".join(rows))


class Outbox:
    """Answers of the host in order. `requests` are the identities that were asked for."""

    def __init__(self):
        self.online = True
        self.answers = []
        self.requests = []
        self.kicked = 0
        self.on_late_answer = None

    def kick(self):
        self.kicked += 1

    async def request(self, seqs, timeout_ms):
        self.requests.append(seqs)
        answer = self.answers.pop(0) if self.answers else SILENT
        if answer is SILENT:
            await sleep_ms(timeout_ms)
            return None
        await sleep_ms(5)
        return answer


class Keys:
    def data_key(self):
        return bytes(16)


class Quiet:
    """A log that keeps its lines."""

    def __init__(self):
        self.lines = []

    def event(self, name, **facts):
        self.lines.append((name, facts))

    def failure(self, name, error, **facts):
        self.lines.append((name, error))


class Rig:
    """A whole terminal but for its edges. `answers` are the host's, in order."""

    def __init__(self, answers=(), journal=None, **settings):
        from pos.books import Books
        from pos.tasks import Budget
        from pos.terminal import Terminal
        from pos.ui.operator import Operator
        from pos.ui.strings import Strings

        values = {"terminal": "SIM00001", "language": "en", "answer_timeout_s": 1, "result_s": 1,
                  "connect_wait_s": 0}  # fmt: skip
        values.update(settings)
        self.config = checked(values)
        self.board, self.screen, self.outbox = Board(), Screen(), Outbox()
        self.outbox.answers += answers
        self.journal = journal or new_journal()
        books = Books(self.journal, self.config, self.board.clock)
        books.recover()
        operator = Operator(self.board, self.screen, Strings(self.config.language))
        self.log = Quiet()
        self.terminal = Terminal(
            self.board, self.config, operator, books, self.outbox, Keys(), self.log, Budget()
        )
        self.outbox.on_late_answer = self.terminal.late_answer

    async def flow(self, *steps):
        """Run the terminal through (screen, input) steps; the screen is a text that must be on it."""
        from pos import workflow

        task = asyncio.create_task(workflow.run(self.terminal))
        try:
            for expected, act in steps:
                await self.expect(expected, task)
                _do(self.board, act)
        finally:
            task.cancel()
            await asyncio.sleep(0)

    async def expect(self, expected, task):
        started = ticks_ms()
        while expected not in self.screen.texts[-1]:
            if task.done():
                await task  # raises what ended the terminal
            if task.done() or ticks_diff(ticks_ms(), started) > DEADLINE_MS:
                shown = "\n----\n".join(self.screen.texts[-6:])
                raise AssertionError(
                    "no screen with " + expected + "; shown were:\n" + shown + str(self.log.lines)
                )
            await sleep_ms(5)

    def records(self, kind):
        """Every record of one kind in the journal, as dicts."""
        found = [records.as_dict(record) for _, record in self.journal.scan()]
        return [fields for fields in found if fields["kind"] == kind]

    def transactions(self):
        from pos.domain.transaction import fold_all

        return fold_all([records.as_dict(record) for _, record in self.journal.scan()])


def new_journal():
    from pos.journal import Journal
    from pos.journal.devices import RamDevice

    device = RamDevice(8)
    Journal.format(device, "SIM00001", 1)
    journal = Journal(device)
    journal.recover()
    return journal


def _do(board, act):
    """Keys as text, or (device, thing)."""
    if act is None:
        return
    if isinstance(act, str):
        for key in act.split():
            board.keypad.put(key)
        return
    device, thing = act
    getattr(board, device).put(thing)


def swipe(track2):
    from pos.drivers.magstripe import StripeRead

    return "stripe", StripeRead(None, track2)


def bad_swipe(reason):
    from pos.drivers.magstripe import StripeError

    return "stripe", StripeError(reason)


def scan(code):
    return "scanner", code


def bad_scan():
    from pos.drivers.gm65 import ScanError

    return "scanner", ScanError("unreadable")
