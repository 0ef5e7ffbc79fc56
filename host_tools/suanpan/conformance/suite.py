# SPDX-License-Identifier: MIT
"""Runs the checks one after another, each with clients and topics of its own, and shows what came of them."""

import secrets
from collections.abc import Callable
from typing import NamedTuple

import click

from pos.net.errors import MqttError
from suanpan.conformance import connections, deliveries, sessions
from suanpan.conformance.peer import Broker, Closed, Peer, Silent
from suanpan.errors import CONNECTION, VERIFICATION, Failure
from suanpan.host import broker_url
from suanpan.output import emit, say

REQUIRED, INFORMATIVE = "required", "informative"
CHECKS: tuple[tuple[str, str, Callable], ...] = (
    ("connect", REQUIRED, connections.connect),
    ("ping", REQUIRED, connections.ping),
    ("qos-0", REQUIRED, deliveries.at_most_once),
    ("qos-1", REQUIRED, deliveries.at_least_once),
    ("window", REQUIRED, deliveries.window),
    ("sliced", REQUIRED, deliveries.sliced),
    ("wildcard", REQUIRED, deliveries.wildcard),
    ("packet-16k", REQUIRED, deliveries.packet_of_16k),
    ("session", REQUIRED, sessions.kept),
    ("takeover", REQUIRED, sessions.takeover),
    ("will", REQUIRED, sessions.will),
    ("keep-alive", REQUIRED, connections.keep_alive),
    ("clean-errors", REQUIRED, connections.clean_errors),
    ("redelivery", INFORMATIVE, sessions.redelivery),
    ("queue", INFORMATIVE, sessions.queue),
    ("largest-packet", INFORMATIVE, deliveries.largest_packet),
    ("shared", INFORMATIVE, deliveries.shared),
    ("retained", INFORMATIVE, deliveries.retained),
    ("topic-no-text", INFORMATIVE, deliveries.topic_no_text),
    ("denied", INFORMATIVE, deliveries.denied),
)


class Trial:
    """What one check works with: clients and topics that nobody else has."""

    def __init__(self, broker: Broker, denied: str, queue: int) -> None:
        self.broker, self.denied, self.queue_length = broker, denied, queue
        self._token = secrets.token_hex(6)
        self._peers: list[Peer] = []

    def name(self, role: str) -> str:
        return f"conformance-{self._token}-{role}"

    def topic(self, *levels: str) -> str:
        return "/".join(("suanpan-conformance", self._token, *levels))

    def peer(self, role: str, **options) -> Peer:
        """A connected client; Failure when the broker refuses it."""
        peer = Peer(self.broker, self.broker.hello(self.name(role), **options))
        self._peers.append(peer)
        if peer.refusal:
            step = "give the user as mqtt://user:password@host"
            raise Failure(f"the broker refuses: {peer.refusal}", step, CONNECTION)
        return peer

    def stranger(self) -> Peer:
        """A connection that has said nothing yet."""
        peer = Peer(self.broker)
        self._peers.append(peer)
        return peer

    def end(self) -> None:
        for peer in self._peers:
            peer.drop()


class Result(NamedTuple):
    """`holds` is None where a check only measures, or was not tried."""

    check: str
    level: str
    holds: bool | None
    said: str


def run(url: str, ca: str | None = None, denied: str = "", queue: int = 2000) -> list[Result]:
    """All checks on the broker at `url`; Failure when it cannot be reached or refuses."""
    broker = Broker(broker_url.parse(url), ca)
    return [attempt(Trial(broker, denied, queue), *check) for check in CHECKS]


def attempt(trial: Trial, name: str, level: str, check: Callable) -> Result:
    try:
        holds, said = check(trial)
    except Closed:
        holds, said = False, "the broker closed the connection"
    except Silent:
        holds, said = False, "no answer in time"
    except MqttError as error:
        holds, said = False, str(error)
    finally:
        trial.end()
    return Result(name, level, holds, said)


def conforms(results: list[Result]) -> bool:
    return all(result.holds for result in results if result.level == REQUIRED)


def show(url: str, ca: str | None, denied: str, queue: int, as_json: bool) -> None:
    """Print the table, or one JSON object; exit code 6 when a required check fails."""
    say("Trying the broker; this takes about half a minute …")
    results = run(url, ca, denied, queue)
    if as_json:
        checks = [result._asdict() for result in results]
        emit({"conforms": conforms(results), "checks": checks}, "suanpan.conformance.broker/1")
    else:
        for result in results:
            mark = {True: "holds", False: "FAILS", None: "-"}[result.holds]
            click.echo(f"{result.check:<15} {result.level:<12} {mark:<6} {result.said}")
    if not conforms(results):
        missing = ", ".join(r.check for r in results if r.level == REQUIRED and not r.holds)
        raise Failure(f"required but missing: {missing}", "choose a broker of docs/brokers.md", VERIFICATION)
