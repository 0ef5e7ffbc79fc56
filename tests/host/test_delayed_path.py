# SPDX-License-Identifier: MIT
"""The benchmark's delayed path: TCP itself pays the round trip, packets keep their order, nothing is left behind."""

import fcntl
import os
import socket
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

BENCH = Path(__file__).parent.parent / "bench"
sys.path.append(str(BENCH))

import delayed_path  # noqa: E402
from delayed_path import FAR, NEAR  # noqa: E402

ROUND_TRIP_S, ROOM_S = 0.1, 0.08
WAIT_S = 5
TRIES = 5
IN_A_ROW = 100  # datagrams that a socket holds whose reader is late: 208 KiB, over 1 KiB for each
STAYS = """
import os, sys, delayed_path
with delayed_path.delayed_path(100):
    print(os.readlink("/proc/self/ns/net"), flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module", autouse=True)
def _can_be_made():
    if why := delayed_path.refusal():
        pytest.skip(why)


def own() -> str:
    return os.readlink("/proc/thread-self/ns/net")


def inhabitants(namespace: str) -> list[str]:
    """Processes that live in a network namespace."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(process / "ns" / "net") == namespace:
                found.append(process.name)
        except OSError:  # it ended meanwhile
            pass
    return found


def connected() -> tuple[socket.socket, socket.socket]:
    """(client, server) over the path."""
    with socket.create_server((NEAR, 0)) as listener:
        client = socket.create_connection((FAR, listener.getsockname()[1]), WAIT_S)
        server, _ = listener.accept()
    server.settimeout(WAIT_S)
    return client, server


def quickest(exchange) -> float:
    """Seconds that `exchange(client, server)` takes, the least of some tries."""
    client, server = connected()
    times = []
    with client, server:
        for _ in range(TRIES):
            started = time.monotonic()
            exchange(client, server)
            times.append(time.monotonic() - started)
    return min(times)


def asked(client, server):
    client.send(b"?")
    assert server.recv(1) == b"?"
    server.send(b"!")
    assert client.recv(1) == b"!"


def acknowledged(client, server):
    client.send(b"?")
    assert server.recv(1) == b"?"
    while fcntl.ioctl(client, termios.TIOCOUTQ, bytes(4)) != bytes(
        4
    ):  # bytes without acknowledgement, tcp(7)
        pass


def test_an_answer_takes_one_round_trip():
    with delayed_path.delayed_path(100):
        assert ROUND_TRIP_S <= quickest(asked) < ROUND_TRIP_S + ROOM_S


def test_so_does_the_acknowledgement_of_tcp():
    """Which Nagle's algorithm waits for (RFC 896): a proxy on this machine gives it at once."""
    with delayed_path.delayed_path(100):
        assert ROUND_TRIP_S <= quickest(acknowledged) < ROUND_TRIP_S + ROOM_S


def test_packets_keep_their_order_and_none_is_lost():
    numbers = [number.to_bytes(2, "big") for number in range(IN_A_ROW)]
    with delayed_path.delayed_path(100), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as near:
        near.bind((NEAR, 0))
        near.settimeout(WAIT_S)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for number in numbers:
                sender.sendto(number, (FAR, near.getsockname()[1]))
        assert [near.recv(2) for _ in numbers] == numbers


def test_its_end_leaves_no_namespace_no_process_and_no_descriptor():
    home, descriptors = own(), os.listdir("/proc/self/fd")
    with pytest.raises(KeyError), delayed_path.delayed_path(100):
        there = own()
        assert there != home
        raise KeyError
    assert own() == home and not inhabitants(there)
    assert os.listdir("/proc/self/fd") == descriptors


def test_it_ends_with_a_process_that_is_killed():
    words = [sys.executable, "-c", STAYS]
    with subprocess.Popen(words, cwd=BENCH, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as user:
        there = user.stdout.readline().strip()
        assert len(inhabitants(there)) == 2
        user.kill()
    deadline = time.monotonic() + WAIT_S
    while inhabitants(there):
        assert time.monotonic() < deadline


def test_where_it_may_not_be_made_the_reason_is_told_and_nothing_has_changed(monkeypatch):
    def refused():
        raise PermissionError(1, "may not")

    home = own()
    monkeypatch.setattr(delayed_path, "_interface", refused)
    assert "may not" in delayed_path.refusal() and own() == home
