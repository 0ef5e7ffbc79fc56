# SPDX-License-Identifier: MIT
"""FAULTS F13: names that do not resolve or never do, TLS without memory; the loop lives and the address is kept."""

import asyncio

from expect import raises_async
from pos import compat
from pos.net.backoff import Backoff
from pos.net.errors import LinkError
from pos.net.link import TcpLink
from pos.net.mqtt import Client
from pos.net.session import Session

ADDRESS, MOVED = ("first",), ("second",)
_MBEDTLS_ALLOC_FAILED = -0x7F00


class Net:
    """In place of the resolver and the network: each call takes the next of `names` and `dials`."""

    def __init__(self, names, dials):
        self.names, self.dials, self.dialled = list(names), list(dials), []

    def __enter__(self):
        self._kept = compat.resolve, compat.dial
        compat.resolve, compat.dial = self._resolve, self._dial
        return self

    def __exit__(self, *error):
        compat.resolve, compat.dial = self._kept

    async def _resolve(self, host, port):
        return [await _next(self.names)]

    async def _dial(self, address, tls=None, server_hostname=None):
        self.dialled.append(address)
        return await _next(self.dials)


async def _next(things):
    thing = things.pop(0)
    if thing == "hangs":
        await asyncio.sleep(60)
    if isinstance(thing, Exception):
        raise thing
    return thing


def gone():
    return OSError(111, "ECONNREFUSED")


async def reason_of(link):
    error = await raises_async(LinkError, link.open("broker", 1883, timeout_ms=100))
    return error.reason


async def test_f13_a_name_that_never_resolves_ends_in_time_and_the_loop_lives():
    with Net(["hangs"], []):
        turns = []

        async def ticker():
            while True:
                turns.append(1)
                await compat.sleep_ms(5)

        task = asyncio.create_task(ticker())
        assert await reason_of(TcpLink()) == "dns"
        task.cancel()
    assert len(turns) > 1


async def test_f13_a_name_that_does_not_resolve_is_named():
    with Net([OSError(-2)], []):
        assert await reason_of(TcpLink()) == "dns"


async def test_f13_a_dead_resolver_does_not_cut_off_a_known_broker():
    """The broker restarts while the resolver fails, and then while it hangs: the last good address stands."""
    for trouble in (OSError(-2), "hangs"):
        link = TcpLink()
        with Net([ADDRESS, trouble, trouble], ["up", gone(), gone(), "back"]) as net:
            assert await link.open("broker", 1883, timeout_ms=100) == "up"
            assert await reason_of(link) == "refused"
            assert await reason_of(link) == "refused"
            assert await link.open("broker", 1883, timeout_ms=100) == "back"
        assert net.dialled == [ADDRESS] * 4


async def test_f13_a_broker_that_moved_is_found_again():
    link = TcpLink()
    with Net([ADDRESS, MOVED], ["up", gone(), "there"]) as net:
        await link.open("broker", 1883)
        assert await reason_of(link) == "refused"
        assert await link.open("broker", 1883) == "there"
    assert net.dialled == [ADDRESS, ADDRESS, MOVED]


class ShortLink:
    """TLS finds no memory, in both ways that a runtime says it."""

    def __init__(self):
        self.troubles = [MemoryError(), OSError(_MBEDTLS_ALLOC_FAILED, "MBEDTLS_ERR_SSL_ALLOC_FAILED")]
        self.asked = 0

    async def open(self, host, port, tls=None, server_hostname=None, timeout_ms=0):
        self.asked += 1
        if not self.troubles:
            raise LinkError("refused")
        trouble = self.troubles.pop(0)
        if isinstance(trouble, MemoryError):
            raise trouble
        with Net([ADDRESS], [trouble]):
            return await TcpLink().open(host, port)


async def test_f13_tls_without_memory_is_a_reason_and_a_pause_and_never_the_end():
    told, pauses, link = [], [], ShortLink()
    session = None

    def pause(ceiling):
        pauses.append(ceiling - 1)
        return 1

    def changed(online, reason):
        told.append(type(reason).__name__ + ":" + getattr(reason, "reason", ""))

    session = Session(Client("broker", link=link), "t", Backoff(pause, base_ms=2), changed)
    task = asyncio.create_task(session.run())
    while link.asked < 4:
        await compat.sleep_ms(1)
    task.cancel()
    assert told[:3] == ["MemoryError:", "LinkError:tls", "LinkError:refused"]
    assert pauses[:3] == [2, 4, 8]
