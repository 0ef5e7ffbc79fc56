# SPDX-License-Identifier: MIT
"""Brokers for tests of the host: amqtt in a thread of this process, and a real mosquitto as a process."""

import asyncio
import socket
import subprocess
import threading
from contextlib import contextmanager

from brokers import free_port
from pretend import until

import system_packages
from suanpan.host.broker import LOOPBACK, EmbeddedBroker

MOSQUITTO_CONF = """user root
per_listener_settings true
persistence false
listener {port} 127.0.0.1
allow_anonymous true
"""


@contextmanager
def amqtt(port=0):
    """URL of an embedded broker."""
    loop, broker = asyncio.new_event_loop(), EmbeddedBroker(port)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(broker.start(), loop).result(10)
        yield broker.url
    finally:
        asyncio.run_coroutine_threadsafe(broker.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def mosquitto(folder, lines=""):
    """URL of a mosquitto on a free port, `lines` more in its configuration; the caller checks that it is there."""
    port = free_port()
    config = folder / "mosquitto.conf"
    config.write_text(MOSQUITTO_CONF.format(port=port) + lines)
    process = subprocess.Popen(
        [system_packages.find("mosquitto"), "-c", str(config)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until(lambda: _answers(port), "mosquitto listens")
        yield f"mqtt://{LOOPBACK}:{port}"
    finally:
        process.kill()
        process.wait()


def _answers(port):
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0
