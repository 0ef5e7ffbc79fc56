# SPDX-License-Identifier: MIT
"""A path with a round trip of its own: a network namespace whose one interface delays every packet (Linux, as root).

FAR is a mirror: what is sent there comes back half a round trip later with source and destination swapped, which leaves
checksums right. So who connects to FAR meets who listens on NEAR, and TCP itself pays for the way (tun(4), unshare(2)).
"""

import ctypes
import fcntl
import os
import select
import socket
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

NEAR, FAR, MASK = "10.0.0.1", "10.0.0.2", "255.255.255.0"
NAME = b"delayed"

CLONE_NEWNET = 0x40000000  # linux/sched.h
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 1, 0x1000  # linux/if_tun.h
SIOCSIFFLAGS, SIOCSIFADDR, SIOCSIFNETMASK, IFF_UP = 0x8914, 0x8916, 0x891C, 1  # linux/sockios.h, linux/if.h


@contextmanager
def delayed_path(round_trip_ms: int) -> Iterator[None]:
    """This thread, and processes that it starts, live on the path until the end of the block.

    OSError where none may be made. The namespace ends with the last process in it.
    """
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        _call("unshare", CLONE_NEWNET)
        try:
            with _mirror(round_trip_ms):
                yield
        finally:
            _call("setns", home, CLONE_NEWNET)
    finally:
        os.close(home)


def refusal() -> str:
    """Why this machine makes no such path; empty where it does."""
    try:
        with delayed_path(0):
            return ""
    except OSError as error:
        return f"no network namespace with a TUN interface: {error}"


def _call(name: str, *numbers: int) -> None:
    """A function of the C library that Python has since 3.12 only."""
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*numbers):
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


@contextmanager
def _mirror(round_trip_ms: int) -> Iterator[None]:
    """The interface, and the process behind it, which ends with its standard input: with us at the latest."""
    tun = _interface()
    try:
        words = [sys.executable, __file__, str(tun), str(round_trip_ms)]
        pump = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=(tun,),
            start_new_session=True,  # Ctrl-C reaches the bench only, which then closes its input
        )
    finally:
        os.close(tun)
    with pump:
        if not pump.stdout.readline():
            raise OSError("the process behind the interface does not start")
        yield


def _interface() -> int:
    """Descriptor of the TUN interface, which is up; so is the loopback interface."""
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", NAME, IFF_TUN | IFF_NO_PI))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for request, address in ((SIOCSIFADDR, NEAR), (SIOCSIFNETMASK, MASK)):
            packed = struct.pack("16sHH4s16x", NAME, socket.AF_INET, 0, socket.inet_aton(address))
            fcntl.ioctl(control, request, packed)
        for name in (NAME, b"lo"):
            fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH22x", name, IFF_UP))
    return tun


def pump(tun: int, one_way_s: float) -> None:
    """Until the end of the standard input: every IPv4 packet back, in order, one_way_s after it came."""
    print("ready", flush=True)
    travelling: deque[tuple[float, bytes]] = deque()
    while True:
        pause = max(0, travelling[0][0] - time.monotonic()) if travelling else None
        ready, _, _ = select.select([tun, sys.stdin], [], [], pause)
        if sys.stdin in ready:
            return
        if tun in ready:
            packet = os.read(tun, 65536)
            if packet[0] >> 4 == 4:
                swapped = packet[:12] + packet[16:20] + packet[12:16] + packet[20:]
                travelling.append((time.monotonic() + one_way_s, swapped))
        while travelling and travelling[0][0] <= time.monotonic():
            os.write(tun, travelling.popleft()[1])


if __name__ == "__main__":
    pump(int(sys.argv[1]), int(sys.argv[2]) / 2000)
