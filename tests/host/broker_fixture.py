# SPDX-License-Identifier: MIT
"""Brokers for tests of the host: amqtt in a thread of this process; mosquitto and nats-server as processes."""

import asyncio
import socket
import subprocess
import threading
from contextlib import ExitStack, contextmanager

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
NATS_CONF = """listen: "127.0.0.1:-1"
server_name: {name}
jetstream {{ store_dir: "{store}" }}
mqtt {{ host: "127.0.0.1", port: {port} }}
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
    with _process("mosquitto", mosquitto_config(folder, port, lines), port):
        yield f"mqtt://{LOOPBACK}:{port}"


@contextmanager
def nats(folder):
    """URL of a nats-server with JetStream in `folder`."""
    port = free_port()
    config = _nats_conf(folder, "n1", port)
    with _process("nats-server", config, port):
        yield f"mqtt://{LOOPBACK}:{port}"


@contextmanager
def nats_cluster(folder):
    """URLs of three nats-servers that are one cluster: two may speak while one is dead."""
    routes, ports = [free_port() for _ in range(3)], [free_port() for _ in range(3)]
    with ExitStack() as stack:
        for config, port in zip(cluster_configs(folder, ports, routes), ports, strict=True):
            stack.enter_context(_process("nats-server", config, port))
        yield [f"mqtt://{LOOPBACK}:{port}" for port in ports]


def mosquitto_config(folder, port, lines=""):
    """Its file; nothing is kept when it dies."""
    config = folder / "mosquitto.conf"
    config.write_text(MOSQUITTO_CONF.format(port=port) + lines)
    return config


def cluster_configs(folder, ports, routes):
    """Files of nats-servers that are one cluster, one for each port."""
    others = ", ".join(f'"nats-route://{LOOPBACK}:{route}"' for route in routes)
    return [
        _nats_conf(
            folder,
            f"n{number}",
            port,
            f'cluster {{ name: suanpan, listen: "{LOOPBACK}:{route}", routes: [{others}] }}\n',
        )
        for number, (port, route) in enumerate(zip(ports, routes, strict=True))
    ]


def _nats_conf(folder, name, port, lines=""):
    config = folder / f"{name}.conf"
    config.write_text(NATS_CONF.format(name=name, port=port, store=folder / name) + lines)
    return config


@contextmanager
def _process(package, config, port):
    words = [system_packages.find(package), "-c", str(config)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: _answers(port), f"{package} listens")
        yield process
    finally:
        process.kill()
        process.wait()


def _answers(port):
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0
