# SPDX-License-Identifier: MIT
"""Virtual magnetic-stripe reader: what it sends for a swipe (ISO/IEC 7811-6 tracks 1 and 2 as ASCII, LRC, CR)."""

import random
from functools import reduce

DAMAGES = ("lrc", "parity", "short", "noise")


def track(text: str, start: str, base: int) -> bytes:
    """Start sentinel, data, end sentinel, LRC; sentinels in `text` are optional."""
    body = start + text.removeprefix(start).removesuffix("?") + "?"
    lrc = reduce(lambda value, char: value ^ (ord(char) - base), body, 0)
    return (body + chr(base + lrc)).encode("ascii")


def swipe(track1: str | None, track2: str | None, damage: str | None, noise: random.Random) -> bytes:
    """Bytes of one swipe. damage: lrc (wrong check), parity (unreadable), short (end missing), noise (before it)."""
    if damage not in (None, *DAMAGES):
        raise ValueError(f"damage is one of {', '.join(DAMAGES)}, not {damage!r}")
    sent = b""
    for text, start, base in ((track1, "%", 0x20), (track2, ";", 0x30)):
        if text is not None:
            sent += _damaged(track(text, start, base), base, damage)
    if damage == "noise":
        sent = bytes(noise.choice(b"\x00\xff\x80\x7f0A?") for _ in range(8)) + sent
    return sent + b"\r"


def _damaged(sent: bytes, base: int, damage: str | None) -> bytes:
    match damage:
        case "lrc":
            return sent[:-1] + bytes((base + (sent[-1] - base ^ 1),))
        case "parity":
            return sent[:1] + b"E?"
        case "short":
            return sent[: len(sent) // 2]
    return sent
