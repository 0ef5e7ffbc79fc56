# SPDX-License-Identifier: MIT
"""The log: one JSON object per line, and never a number long enough to be a card's."""

import json
from io import StringIO

from pos.ops.log import Log, redact


class Clock:
    def now(self):
        return 7


def test_long_numbers_keep_their_last_four():
    assert redact("card 4111111111111111 read") == "card ****1111 read"
    assert redact("4111111111111111=30121") == "****1111=30121"
    assert redact("a123456789012b6212345678901234567") == "a****9012b****4567"


def test_short_numbers_stay():
    for text in ("", "trace 000123", "12345678901", "2026-03-14 09:26"):
        assert redact(text) == text


def test_one_object_per_line():
    out = StringIO()
    log = Log(Clock(), out)
    log.event("link", online=True, reason="4111111111111111")
    log.failure("task_failed", ValueError("no"), task="sync")
    first, second = [json.loads(line) for line in out.getvalue().strip().split("\n")]
    assert first == {"event": "link", "at_s": 7, "online": True, "reason": "****1111"}
    assert second == {
        "event": "task_failed",
        "at_s": 7,
        "error": "ValueError",
        "detail": "no",
        "task": "sync",
    }
