# SPDX-License-Identifier: MIT
"""Magnetic-stripe reader over a UART: tracks 1 and 2 as ASCII with sentinels and LRC (ISO/IEC 7811-6).

A swipe is `%…?L` and `;…?L` and CR; L is the LRC character. A track that the reader could not read
(parity) is sent as `%E?` or `;E?` without LRC.
"""

from collections import namedtuple

from pos.compat import const
from pos.drivers import DeviceTimeout

StripeRead = namedtuple("StripeRead", ("track1", "track2"))

_UNREAD = const(0x45)  # E
_GAP_MS = const(300)  # between two characters of one swipe


class StripeError(Exception):
    """The swipe cannot be used. `reason`: lrc, parity, framing."""

    def __init__(self, reason):
        super().__init__("stripe: " + reason)
        self.reason = reason


class Track:
    """Framing and check of one track, one character at a time."""

    def __init__(self, start, base, top, limit):
        """Characters carry ASCII - base in `top + 1` values, as the stripe does."""
        self._start, self._base, self._top, self._limit = ord(start), base, top, limit
        self._data = bytearray()
        self.reset()

    def reset(self):
        """Forget the data, which is card data, in place."""
        for i in range(len(self._data)):
            self._data[i] = 0
        self._data = bytearray()
        self._lrc = 0
        self.state = "none"  # none, open, ended, good, or an error: lrc, parity, framing

    def starts(self, byte):
        return byte == self._start

    def begin(self):
        self.reset()
        self.state, self._lrc = "open", self._start - self._base

    def feed(self, byte):
        """One character after the start sentinel; True while the track wants more."""
        value = byte - self._base
        if not 0 <= value <= self._top and (byte != _UNREAD or self._data):
            self.state = "framing"
        elif self.state == "ended":
            self.state = "good" if value == self._lrc else "lrc"
        else:
            self._lrc ^= value
            self._within(byte)
        return self.state in ("open", "ended")

    def _within(self, byte):
        if byte == 0x3F:  # end sentinel of both tracks
            self.state = "parity" if self._data == b"E" else "ended"
        elif len(self._data) >= self._limit:
            self.state = "framing"
        else:
            self._data.append(byte)

    def close(self):
        """The swipe is over; a track that is not ended has lost its end."""
        if self.state in ("open", "ended"):
            self.state = "framing"

    def text(self):
        return bytes(self._data).decode() if self.state == "good" else None


class StripeDecoder:
    """Bytes in, swipes out. Whatever precedes a start sentinel is noise."""

    def __init__(self):
        self._tracks = (Track("%", 0x20, 0x3F, 76), Track(";", 0x30, 0x0F, 37))
        self._now = None

    def reset(self):
        for track in self._tracks:
            track.reset()
        self._now = None

    @property
    def begun(self):
        return any(track.state != "none" for track in self._tracks)

    def feed(self, byte):
        """True when the swipe is complete."""
        if byte == 0x0D and self.begun:
            for track in self._tracks:
                track.close()
            self._now = None
            return True
        if self._now is not None:
            if not self._now.feed(byte):
                self._now = None
        else:
            for track in self._tracks:
                if track.starts(byte):
                    track.begin()
                    self._now = track
        return False

    def result(self):
        """StripeRead of the complete swipe. Track 2 decides; a bad track 1 beside a good track 2 is left out."""
        first, second = self._tracks
        wrong = second.state if second.state != "none" else first.state
        read = StripeRead(first.text(), second.text())
        self.reset()
        if wrong != "good":
            raise StripeError(wrong)
        return read


class StripeReader:
    """The reader on its UART."""

    def __init__(self, uart):
        self._uart = uart
        self._byte = bytearray(1)
        self._decoder = StripeDecoder()

    def clear(self):
        """Drop what came before now."""
        while self._uart.any():
            self._uart.readinto(self._byte)
        self._decoder.reset()

    async def read(self, timeout_ms=None):
        """Next swipe. DeviceTimeout exits: no card swiped, reader absent. StripeError: swipe again."""
        self._decoder.reset()
        while await self._uart.wait(_GAP_MS if self._decoder.begun else timeout_ms):
            self._uart.readinto(self._byte)
            if self._decoder.feed(self._byte[0]):
                return self._decoder.result()
        if self._decoder.begun:
            self._decoder.reset()
            raise StripeError("framing")
        raise DeviceTimeout("stripe")
