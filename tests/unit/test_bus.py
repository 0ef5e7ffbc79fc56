# SPDX-License-Identifier: MIT
"""Bus stubs: frames on the bench wire, contact states in order, full UART buffers, the flash whose power goes."""

from boards.sim import bus
from boards.sim.cut import CutDevice
from expect import raises


class Recorder(bus.Bench):
    """Takes at most `room` bytes at a time, like a socket that is nearly full."""

    def __init__(self, room=5):
        super().__init__()
        self.sent = b""
        self._room = room
        self._socket = self

    def send_some(self, view):
        taken = bytes(view[: self._room])
        self.sent += taken
        return len(taken)

    def _write(self, data):
        class Socket:
            send = self.send_some

        self._socket = Socket()
        super()._write(data)


def test_frames_are_channel_length_payload():
    bench = Recorder()
    bench.send(bus.PRINTER, b"hello world")
    assert bench.sent == b"\x04\x00\x0bhello world"
    bench.sent = b""
    bus.Spi(bench).write(1, b"\x12\x34")
    bus.Pwm(bench).tone(2700)
    bus.Port(bench).write(5)
    assert bench.sent == b"\x01\x00\x03\x01\x12\x34" + b"\x08\x00\x02\x0a\x8c" + b"\x09\x00\x01\x05"


def test_a_long_display_write_goes_in_several_frames():
    bench = Recorder(40000)
    bus.Spi(bench).write(1, bytes(20000))
    assert bench.sent[:4] == b"\x01\x40\x01\x01" and bench.sent[4 + 16384 :][:4] == b"\x01\x0e\x21\x01"


def test_each_scan_sees_the_next_contact_state():
    matrix = bus.Matrix(bus.Bench(), rows=2)
    for state in (b"\x01\x00", b"\x00\x02", b"bad"):
        matrix.feed(state)
    scans = [[matrix.read_row(0), matrix.read_row(1)] for _ in range(3)]
    assert scans == [[1, 0], [0, 2], [0, 2]]


async def test_a_full_uart_drops_and_counts():
    uart = bus.Uart(bus.Bench(), bus.STRIPE, 4)
    assert not await uart.wait(1)
    uart.feed(b"abc")
    uart.feed(b"defg")
    assert await uart.wait(1) and uart.any() == 4 and uart.overruns == 3
    buf = bytearray(3)
    assert uart.readinto(buf) == 3 and buf == b"abc"
    assert uart.readinto(buf) == 1 and buf[0] == ord("d")


class Flash:
    def __init__(self):
        self.done = []

    def readblocks(self, n, buf, off=0):
        self.done.append(("read", n))

    def writeblocks(self, n, buf, off=None):
        self.done.append(("write", n, bytes(buf), off))

    def ioctl(self, op, arg):
        self.done.append(("ioctl", op, arg))
        return 8 if op == 5 else 0


class Dead(Exception):
    pass


def die():
    raise Dead


def cut_flash(**control):
    flash = Flash()
    device = CutDevice(flash, die)
    device.control(control)
    return device, flash


def test_the_power_goes_after_the_nth_write_or_erase():
    device, flash = cut_flash(cut_after_writes=2)
    device.readblocks(0, bytearray(4))
    device.ioctl(5, 0)
    device.ioctl(6, 3)
    raises(Dead, device.writeblocks, 1, b"abcd", 4)
    assert ("write", 1, b"abcd", 4) in flash.done and device.operations == 2


def test_the_last_write_can_be_torn_or_missing():
    device, flash = cut_flash(cut_after_writes=1, tear="half")
    raises(Dead, device.writeblocks, 1, b"abcd", 4)
    assert ("write", 1, b"ab", 4) in flash.done
    device, flash = cut_flash(cut_after_writes=1, tear="nothing")
    raises(Dead, device.writeblocks, 1, b"abcd", 4)
    assert not [d for d in flash.done if d[0] == "write"]


def test_half_of_a_whole_block_is_erased_then_half_written():
    device, flash = cut_flash(cut_after_writes=1, tear="half")
    raises(Dead, device.writeblocks, 1, b"abcdefgh")
    assert flash.done[1:3] == [("ioctl", 6, 1), ("write", 1, b"abcd", 0)]


def test_cut_at_once():
    device, flash = cut_flash()
    raises(Dead, device.control, {"cut_after_writes": 0})
