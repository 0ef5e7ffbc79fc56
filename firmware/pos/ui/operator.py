# SPDX-License-Identifier: MIT
"""All that a flow needs to talk with the person at the terminal: screen, keys, voice, beeps, lamps.

One object stands for screen, keypad, voice, buzzer and lamps, so that flows know no device.
"""

from pos.ui.view import View, row

_LAMPS = ("ready", "card", "chip", "contactless", "scan", "paper")


class Operator:
    """`t` is the catalogue in the language of the moment."""

    def __init__(self, board, screen, t, key_beep=True, voice=True):
        self._board = board
        self._screen = screen
        self._key_beep = key_beep
        self._voice = voice
        self._lit = None
        self._view = None
        self._kept = None
        self.t = t
        self.result = None  # the result screen, while the slip is printed beside it

    def show(self, name, title, block="", big="", lines=(), footer=(), tone="normal", busy=False, keys=None):
        """One screen; nothing happens when it already stands.

        block: the state, in a coloured bar; big: the amount; lines: texts, or (text, style) pairs;
        footer: up to two (key name, string key); keys: digits of a scrambled keypad.
        """
        now = (name, title, block, big, lines, footer, tone, busy, keys, self.t.language)
        if now == self._view:
            return
        self._view = now
        rows = [row(block, "centre", 2, tone)] if block else []
        if big:
            rows.append(row(big, "right", 2, "field") if name == "amount" else row(big, "centre", 2))
        for line in lines:
            text, style = (line, "normal") if isinstance(line, str) else line
            rows.append(row(text, "left" if name in ("menu", "facts") else "centre", 1, style))
        hints = [(key, self.t(text)) for key, text in footer]
        self._screen.show(View(title, rows, hints, tone, busy, keys))

    async def key(self, timeout_ms=None):
        """Name of the next key, or None when timeout_ms passed without one."""
        if self._kept:
            key, self._kept = self._kept, None
            return key
        key = await self._board.keypad.key(timeout_ms)
        if key is not None and self._key_beep:
            self.beep("key")
        return key

    async def read_by(self, timeout_ms):
        """Let the screen stand until a key or timeout_ms; a digit is kept, because it begins the next sale."""
        key = await self.key(timeout_ms)
        if key is not None and key.isdigit():
            self._kept = key

    async def confirm(self, timeout_ms):
        """True for ENTER; False for CANCEL or when nobody answers in time. Other keys do not count."""
        while True:
            key = await self.key(timeout_ms)
            if key == "ENTER":
                return True
            if key is None or key == "CANCEL":
                return False

    def say(self, key, *values):
        """Speak a string of the catalogue."""
        self.speak(self.t(key, *values))

    def speak(self, text):
        if self._voice and text:
            self._board.voice.say(text)

    def beep(self, kind):
        self._board.buzzer.beep(kind)

    def await_with(self, *names):
        """Light exactly these lamps: they show what the terminal waits for."""
        if names == self._lit:
            return
        self._lit = names
        for name in _LAMPS:
            self._board.lamps.set(name, name in names)
