# SPDX-License-Identifier: MIT
"""The printer at work: status before, between and after; every way to fail is named (FAULTS.md F30)."""

from collections import namedtuple

from expect import raises_async
from pos.drivers import DeviceTimeout, escpos
from pos.drivers.printer import STATUS_TIMEOUT_MS, Printer, PrinterError
from wire import FakeUart

Line = namedtuple("Line", ("text", "align", "size", "bold"))
Qr = namedtuple("Qr", ("data",))
LINE = Line("x", "left", 1, False)
FINE = [b"\x12", b"\x12", b"\x12", b"\x12"]


class Codes:
    def printer_code(self, code):
        return 0


class Uart(FakeUart):
    """What does not come at once never comes; how long it was to be waited for is kept."""

    def __init__(self, answers):
        FakeUart.__init__(self, answers=answers)
        self.patience_ms = []

    async def wait(self, timeout_ms):
        self.patience_ms.append(timeout_ms)
        return bool(self.any())


def make(answers, kind=Uart):
    uart = kind(answers=answers)
    return Printer(uart, Codes()), uart


async def test_status_asks_four_times_and_skips_noise():
    device, uart = make([b"\xff\x12", b"\x12", b"\x12", b"\x00\x1e"])
    status = await device.status()
    assert status.paper and status.paper_low
    assert uart.sent == b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04"


async def test_no_answer_is_a_timeout():
    device, uart = make([], FakeUart)
    await raises_async(DeviceTimeout, device.status(5))


async def test_a_slip_is_checked_before_and_waited_for():
    device, uart = make(FINE + [b"", b"", b"", b"\x00"])
    await device.print([LINE, "cut"])
    assert uart.writes[4] == escpos.INIT and uart.writes[-1] == escpos.SYNC
    assert device.dots == 30 + 90


async def test_every_eight_lines_are_waited_for():
    device, uart = make(FINE + [b""] * 9 + [b"\x00"] + [b""] * 2 + [b"\x00"])
    await device.print([LINE] * 10)
    assert uart.writes.count(escpos.SYNC) == 2


async def failure(answers, lines=(LINE,)):
    device, uart = make(answers)
    return (await raises_async(PrinterError, device.print(lines))).reason, uart


async def test_what_is_wrong_before_the_slip_is_named_and_nothing_is_sent():
    for answers, reason in (
        ([b"\x1a", b"\x32", b"\x12", b"\x72"], "paper"),
        ([b"\x1a", b"\x16", b"\x12", b"\x12"], "cover"),
        ([b"\x1a", b"\x52", b"\x52", b"\x12"], "heat"),
        ([b"\x1a", b"\x12", b"\x12", b"\x12"], "offline"),
    ):
        found, uart = await failure(answers)
        assert found == reason and escpos.INIT not in uart.sent, reason


async def test_paper_out_in_the_middle_is_found_by_asking_and_the_rest_is_dropped():
    found, uart = await failure(FINE + [b"", b"", b"\x0c", b"\x1a", b"\x32", b"\x12", b"\x72"])
    assert found == "paper" and uart.writes[-1] == escpos.CLEAR


async def test_a_slow_printer_may_answer_while_it_is_asked_why_it_does_not():
    device, uart = make(FINE + [b"", b"", b""] + [b"\x00\x12"] + FINE[1:])
    await device.print([LINE])
    assert escpos.CLEAR not in uart.writes


async def test_a_printer_that_falls_silent_is_offline():
    found, uart = await failure(FINE)
    assert found == "offline" and uart.writes[-1] == escpos.CLEAR
    assert 0 < uart.patience_ms[-1] <= STATUS_TIMEOUT_MS


async def test_a_code_is_printed_and_counted():
    device, uart = make(FINE + [b"", b"", b"\x00"])
    await device.print([Qr("abc")])
    assert device.dots == escpos.qr_dots("abc")
