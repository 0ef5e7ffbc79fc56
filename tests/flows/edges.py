# SPDX-License-Identifier: MIT
"""Fakes at the edges of a terminal: they keep the contracts of the drivers, the screen, the outbox and the log."""

from pos.compat import sleep_ms
from pos.drivers import DeviceTimeout

NOW_S = 1_773_480_413  # 2026-03-14 09:26:53 UTC
SILENT = None  # an answer of the host that does not come
HURRY = 10  # of these edges against the clock: nobody waits for what is known not to come
LOOK_MS = 5


class Mailbox:
    """One thing at a time from the person to a driver; an exception is raised at the reader."""

    def __init__(self):
        self._waiting = []

    def put(self, thing):
        self._waiting.append(thing)

    def clear(self):
        self._waiting.clear()

    async def get(self, timeout_ms):
        # Looks are counted, so that on a busy machine a screen still stands for as many looks of the person.
        looks = timeout_ms and max(1, timeout_ms // (LOOK_MS * HURRY))
        while not self._waiting:
            if looks == 0:
                raise DeviceTimeout()
            await sleep_ms(LOOK_MS)
            looks = looks and looks - 1
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

        await sleep_ms(LOOK_MS)
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

    def now(self):
        return self.now_s

    def not_before(self, seconds):
        self.now_s = max(self.now_s, seconds)


class Board:
    simulated = True
    profile_dir = "."

    def __init__(self):
        self.keypad, self.stripe, self.scanner, self.printer = Keypad(), Stripe(), Scanner(), Printer()
        self.voice = self.buzzer = self.lamps = Ears()
        self.clock = Clock()

    def release(self, kept=None):
        pass

    def entropy(self, count):
        return bytes(range(count))


class Screen:
    """Keeps every view that was shown, as text, and the digits of the newest one's keypad."""

    keys = b""

    def __init__(self):
        self.texts = [""]

    def show(self, view):
        self.keys = view.keys
        rows = [view.title] + [row.text for row in view.rows] + [text for _, text in view.footer]
        self.texts.append("\n".join(rows))


class Outbox:
    """Answers of the host in order. `requests` are the identities that were asked for."""

    def __init__(self):
        self.online = True
        self.dispute = None
        self.answers = []
        self.requests = []
        self.kicked = 0
        self.on_late_answer = None
        self.journal = None
        self.keeps = 0  # of a dispute: so many records at each kick

    def kick(self):
        self.kicked += 1
        if self.dispute and self.keeps:
            for seq in [seq for seq, _ in self.journal.pending()][: self.keeps]:
                self.journal.retire(0, [(seq, seq)])

    def end(self):
        self.online = False

    def begin_epoch(self):
        self.journal.begin_epoch(self.dispute["next_epoch"])
        self.dispute = None

    async def request(self, seqs, timeout_ms, pin=b""):
        self.requests.append(seqs)
        answer = self.answers.pop(0) if self.answers else SILENT
        if answer is SILENT:
            await sleep_ms(timeout_ms // HURRY)
            return None
        await sleep_ms(LOOK_MS)
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
