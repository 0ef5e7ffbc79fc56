# SPDX-License-Identifier: MIT
"""Brokers that may be killed and come back on their ports: one mosquitto, or a cluster of three nats-servers."""

from pathlib import Path

from broker_fixture import cluster_configs, mosquitto_config

import system_packages
from fleet.children import Child
from suanpan.host.broker import LOOPBACK
from suanpan.simulator.network import bound

NODES = {"mosquitto": 1, "nats": 3}


class Ports:
    """Free ports that stay ours while nobody listens on them."""

    def __init__(self) -> None:
        self._held = []

    def take(self, count: int) -> list[int]:
        taken = [bound(LOOPBACK, 0) for _ in range(count)]
        self._held += taken
        return [sock.getsockname()[1] for sock in taken]

    def release(self) -> None:
        for sock in self._held:
            sock.close()


def made(kind: str, folder: Path, ports: Ports) -> tuple[list[Child], list[int]]:
    """The processes and the MQTT port of each."""
    taken = ports.take(NODES[kind])
    if kind == "mosquitto":
        program, configs = "mosquitto", [mosquitto_config(folder, taken[0])]
    else:
        program, configs = "nats-server", cluster_configs(folder, taken, ports.take(len(taken)))
    path = system_packages.find(program)
    return [
        Child(f"{kind} {number}", [path, "-c", config], None, folder / f"broker{number}.log")
        for number, config in enumerate(configs)
    ], taken
