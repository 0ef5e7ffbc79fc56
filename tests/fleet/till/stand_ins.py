# SPDX-License-Identifier: MIT
"""The edges of a terminal without hardware keep the contracts of the drivers. Journal, link and clock are real."""

import asyncio
import random

from boards.unix.clock import Clock
from pos.compat import sleep_ms, urandom
from pos.drivers import DeviceTimeout
from pos.drivers.deadline import Deadline, wait
from pos.drivers.printer import PrinterError
from pos.journal.devices import FileDevice
from pos.net.link import TcpLink

_FEED_MS = 30, 200  # what a slip takes
_OUT_OF_PAPER = 25  # one slip of so many


class Mailbox:
    """From the cashier's hand to a driver."""

    def __init__(self):
        self._waiting = []
        self._news = asyncio.Event()

    def put(self, thing):
        self._waiting.append(thing)
        self._news.set()

    def clear(self):
        self._waiting.clear()

    async def get(self, timeout_ms):
        deadline = Deadline(timeout_ms)
        while not self._waiting:
            self._news.clear()
            if not await wait(self._news, deadline.left_ms()) and not self._waiting:
                raise DeviceTimeout()
        return self._waiting.pop(0)


class Keypad(Mailbox):
    async def key(self, timeout_ms=None):
        try:
            return await self.get(timeout_ms)
        except DeviceTimeout:
            return None


class Reader(Mailbox):
    """Stripe and scanner."""

    read = Mailbox.get

    async def start(self):
        pass

    async def stop(self):
        pass


class Printer:
    """A slip counts when it is out as a whole."""

    def __init__(self, notebook):
        self._notebook = notebook

    async def print(self, lines):
        await sleep_ms(random.randint(*_FEED_MS))
        if not random.randint(0, _OUT_OF_PAPER):
            raise PrinterError("paper")
        self._notebook.note(slip="\n".join([line.text for line in lines if line != "cut"]))


class Ears:
    """Voice, buzzer and lamps."""

    def say(self, text):
        pass

    beep = say

    def set(self, name, on):
        pass


class Screen:
    """Tells the cashier what it shows."""

    looks = None

    def show(self, view):
        if self.looks:
            self.looks(view)


class Board:
    """What the application is handed; everything that it keeps is in `folder`."""

    simulated = True

    def __init__(self, folder, notebook):
        self.profile_dir = folder
        self.keypad, self.stripe, self.scanner = Keypad(), Reader(), Reader()
        self.printer = Printer(notebook)
        self.voice = self.buzzer = self.lamps = Ears()
        self.clock = Clock()
        self.link = TcpLink()
        self.journal_device = FileDevice(folder + "/flash.img")

    def release(self, kept=None):
        pass

    def entropy(self, count):
        return urandom(count)
