# SPDX-License-Identifier: MIT
"""S9: whatever line fails while a sale has the card in hand, no text that follows carries the card.

Every line of the parts that see the number is made to fail once. CPython only: it can be told to fail at a line.
"""

import asyncio
import inspect
import io
import sys
import traceback
from pathlib import Path

import pytest
from given import CODE, IDLE, PRESENT, approved, scan
from rig import Rig

from pos import workflow
from pos.drivers.magstripe import StripeRead
from pos.ops.log import Log
from pos.tasks import Supervisor
from suanpan.canaries import Search, canary

TRACK1 = "%B6250947382915604^TEST/CREDIT^35121018642097531?"
TRACK2 = ";6250947382915604=35121018642097531?"
SEARCH = Search([*canary.of_text(TRACK1), *canary.of_text(TRACK2), canary.number(CODE)])
PARTS = (
    "flows/worth.py",
    "flows/stripe.py",
    "flows/code.py",
    "flows/payment.py",
    "flows/sale.py",
    "terminal.py",
    "cards/track.py",
    "cards/card_data.py",
    "domain/mask.py",
    "domain/issuers.py",
    "domain/codes.py",
    "domain/fees.py",
    "codec/cbor_encode.py",
    "codec/cose.py",
    "crypto/ccm.py",
    "crypto/hmac.py",
    "books.py",
)
PRESENTED = {"stripe": ("stripe", StripeRead(TRACK1, TRACK2)), "code": scan(CODE)}


class Fault(Exception):
    """Made to happen; its chain and its traceback are what is looked at."""


class FailAt:
    """Raises at the first run through one line; `lines` gathers all that were run through."""

    def __init__(self, wanted=None):
        self.lines, self.wanted, self.raised = set(), wanted, False

    def __enter__(self):
        self._before = sys.gettrace()
        sys.settrace(self._call)

    def __exit__(self, *_):
        sys.settrace(self._before)

    def _call(self, frame, _event, _argument):
        function = frame.f_code.co_flags & inspect.CO_OPTIMIZED  # a module's own lines run but once
        return self._line if function and frame.f_code.co_filename.endswith(PARTS) else None

    def _line(self, frame, event, _argument):
        where = frame.f_code.co_filename, frame.f_lineno
        if event == "line":
            self.lines.add(where)
            if where == self.wanted and not self.raised:
                self.raised = True
                raise Fault("at a line")
        return self._line


async def texts(what, fail):
    """All that a terminal says of a sale in which `fail` strikes: log, screens, alarms, the reason of its stop."""
    rig, out = Rig([approved(1234)]), io.StringIO()
    rig.terminal.log = log = Log(rig.board.clock, out)
    supervisor = Supervisor(log)
    supervisor.start("workflow", lambda: workflow.run(rig.terminal), critical=True)
    stopped = asyncio.create_task(supervisor.run())
    await rig.expect(IDLE, stopped)
    for key in ("1", "2", "3", "4", "ENTER"):
        rig.board.keypad.put(key)
    await rig.expect(PRESENT, stopped)
    reader, presented = PRESENTED[what]
    getattr(rig.board, reader).put(presented)
    with fail:
        while not stopped.done() and "APPROVED" not in rig.screen.texts[-1]:
            await asyncio.sleep(0.001)
    supervisor._stop.set()
    _, error = await stopped or ("", None)
    told = traceback.format_exception(error) if error else []
    return "\n".join([out.getvalue(), *rig.screen.texts, *told, repr(error), repr(rig.records("alarm"))])


@pytest.mark.timeout(240)
@pytest.mark.parametrize("what", PRESENTED)
async def test_s9_no_text_of_a_failure_carries_the_card(what):
    seen = FailAt()
    await texts(what, seen)
    assert len(seen.lines) > 100 and {Path(name).name for name, _ in seen.lines} >= {"ccm.py", "card_data.py"}
    for line in sorted(seen.lines):
        fail = FailAt(line)
        said = await texts(what, fail)
        assert fail.raised and not list(SEARCH.leaks(str(line), said.encode())), said


async def test_s9_a_failure_that_quotes_the_card_is_found(monkeypatch):
    def scheme(pan):
        raise ValueError("no scheme for " + pan)

    monkeypatch.setattr("pos.domain.issuers.scheme", scheme)
    said = await texts("stripe", FailAt())
    assert list(SEARCH.leaks("texts", said.encode()))
