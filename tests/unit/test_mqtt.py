# SPDX-License-Identifier: MIT
"""The MQTT client against a scripted broker in memory: hand-shake, window, resend, keep-alive, hostile peers."""

import asyncio

from expect import raises, raises_async
from pipe import ScriptedLink, message, puback, turns
from pos.net.connection import Connection
from pos.net.errors import LinkError, MqttClosed, MqttError, MqttProtocolError, MqttRefused
from pos.net.mqtt import Client
from ticks import Ticks

WAIT_S = 30  # in real time, on a machine that may be busy


def client(*scripts, **options):
    return Client("broker", client_id="t", link=ScriptedLink(*scripts), **options)


async def greeting(broker):
    await broker.welcome()
    await broker.packet()


async def acknowledging(broker):
    await broker.welcome()
    while True:
        head, body = await broker.packet()
        if head >> 4 == 3:
            broker.say(puback(message(head, body)[1]))


def saying(data):
    async def script(broker):
        await broker.welcome()
        broker.say(data)
        await broker.packet()

    return script


async def ended(link_client):
    return await asyncio.wait_for(link_client.wait_closed(), 5)


async def test_connect_publish_disconnect():
    c = client(acknowledging)
    assert await c.connect() is False
    assert c.connected
    await c.publish("a/b", b"x")
    await c.disconnect()
    assert not c.connected
    assert await ended(c) is None
    assert [write[0] for write in c._link.ends[0].writes] == [0x10, 0x32, 0xE0]


async def test_each_packet_is_one_write():
    c = client(acknowledging)
    await c.connect()
    for number in range(5):
        await c.publish_soon("a/b", b"x" * number)
    await c.publish("a/b", b"last")
    assert len(c._link.ends[0].writes) == 7


async def test_a_refused_connection_names_the_code():
    async def script(broker):
        await broker.welcome(b"\x20\x02\x00\x05")

    error = await raises_async(MqttRefused, client(script).connect())
    assert error.code == 5 and "authorised" in str(error)


async def test_no_connack_ends_with_a_time_out():
    async def script(broker):
        await broker.packet()
        await broker.packet()

    error = await raises_async(LinkError, client(script).connect(50))
    assert error.reason == "timeout"


async def test_the_window_holds_back_until_an_acknowledgement():
    acks = asyncio.Event()
    seen = []

    async def script(broker):
        await broker.welcome()
        while len(seen) < 4:
            seen.append(message(*await broker.packet())[1])
        await acks.wait()
        broker.say(puback(seen[0]))
        seen.append(message(*await broker.packet())[1])

    c = client(script, window=4)
    await c.connect()
    for _ in range(4):
        await c.publish_soon("t", b"x")
    fifth = asyncio.create_task(c.publish_soon("t", b"x"))
    await turns()
    assert not fifth.done() and seen == [1, 2, 3, 4]
    acks.set()
    await fifth
    await asyncio.gather(*c._link.tasks)
    assert seen == [1, 2, 3, 4, 5]
    await c.disconnect()


async def test_an_unacknowledged_message_is_sent_again_with_dup_after_reconnect():
    async def losing(broker):
        await broker.welcome()
        await broker.packet()
        broker.end.close()

    again = []

    async def second(broker):
        await broker.welcome()
        again.append(await broker.packet())
        broker.say(puback(message(*again[0])[1]))
        await broker.packet()

    c = client(losing, second)
    await c.connect()
    await raises_async((MqttClosed, LinkError), c.publish("t", b"once"))
    await c.connect()
    delivery = c._inflight[0]
    await asyncio.wait_for(delivery.wait(), 5)
    assert again[0][0] == 0x3A and message(*again[0]) == ("t", 1, b"once")
    await c.disconnect()


async def test_a_message_without_keep_is_not_sent_again():
    async def losing(broker):
        await broker.welcome()
        await broker.packet()
        broker.end.close()

    c = client(losing, acknowledging)
    await c.connect()
    delivery = await c.publish_soon("t", b"x", keep=False)
    await raises_async((MqttClosed, LinkError), delivery.wait())
    await c.connect()
    await c.publish("t", b"y")
    assert [write[0] for write in c._link.ends[1].writes] == [0x10, 0x32]
    await c.disconnect()


async def test_subscribe_and_receive_acknowledges_after_the_callback():
    got = []

    async def script(broker):
        await broker.welcome()
        head, body = await broker.packet()
        assert head == 0x82
        broker.say(b"\x90\x03" + body[:2] + b"\x01" + b"\x32\x06\x00\x01a\x00\x09x")
        got.append(await broker.packet())

    c = client(script, on_message=lambda topic, payload: got.append((topic, payload)))
    await c.connect()
    assert await c.subscribe("a", 1) == 1
    await asyncio.gather(*c._link.tasks)
    assert got == [("a", b"x"), (0x40, b"\x00\x09")]
    await c.disconnect()


async def test_a_refused_subscription_is_an_error():
    async def script(broker):
        await broker.welcome()
        _, body = await broker.packet()
        broker.say(b"\x90\x03" + body[:2] + b"\x80")
        await broker.packet()

    c = client(script)
    await c.connect()
    await raises_async(MqttRefused, c.subscribe("a"))
    await c.disconnect()


async def test_f11_a_half_open_link_is_found_within_one_and_a_half_keep_alives():
    with Ticks(0) as ticks:
        await raises_async(MqttClosed, Connection((None, None), None, None, 1024, 60_000)._watch())
        assert 60_000 < ticks.now_ms <= 90_000


async def test_f11_a_half_open_link_is_asked_and_then_closed():
    c = client(greeting, keepalive_s=1)
    await c.connect()
    reason = await asyncio.wait_for(c.wait_closed(), WAIT_S)
    assert isinstance(reason, MqttClosed)
    assert c._link.ends[0].writes[-1] == b"\xc0\x00"


async def test_f18_hostile_packets_end_the_connection_and_deliver_nothing():
    got = []
    for data in (
        b"\x20\x02\x00\x00",  # a second CONNACK
        b"\x40\x02\x00\x09",  # an acknowledgement for nothing
        b"\x90\x03\x00\x09\x01",
        b"\x30\xff\xff\xff\x7f",
        b"\x36\x06\x00\x01a\x00\x01x",
        b"\xf0\x00",
    ):
        c = client(saying(data), on_message=lambda *message: got.append(message))
        await c.connect()
        assert isinstance(await ended(c), MqttProtocolError)
    assert got == []


async def test_f18_a_message_before_the_connack_is_not_delivered():
    async def script(broker):
        await broker.welcome(b"\x30\x04\x00\x01ax")
        await broker.packet()

    got = []
    c = client(script, on_message=lambda *message: got.append(message))
    await raises_async(MqttProtocolError, c.connect())
    assert got == []


async def test_f18_a_broker_that_sends_without_end_and_reads_little_is_read_no_faster():
    unsent = []
    flood = saying(b"\x32\x06\x00\x01a\x00\x01x" * 1000)
    c = client(flood, on_message=lambda *_: unsent.append(c._connection.unsent))
    await c.connect()
    while len(unsent) < 1000:
        await asyncio.sleep(0)
    assert max(unsent) < 100
    await c.disconnect()


async def test_f18_a_broker_that_sends_without_end_leaves_the_others_their_turn():
    got, turns = [], 0
    c = client(saying(b"\x30\x04\x00\x01ax" * 1000), on_message=lambda *message: got.append(message))
    await c.connect()
    while len(got) < 1000:
        turns += 1
        await asyncio.sleep(0)
    assert turns > 10
    await c.disconnect()


async def test_a_fault_in_the_callback_is_the_reason_and_not_a_network_error():
    def broken(topic, payload):
        raise ValueError("application")

    c = client(saying(b"\x30\x04\x00\x01ax"), on_message=broken)
    await c.connect()
    assert str(await ended(c)) == "application"


async def test_a_broker_that_never_acknowledges_is_given_up():
    async def script(broker):
        await broker.welcome()
        while True:
            head, _ = await broker.packet()
            if head == 0xC0:
                broker.say(b"\xd0\x00")

    c = client(script, keepalive_s=1)
    await c.connect()
    error = await raises_async(MqttClosed, asyncio.wait_for(c.publish("t", b"x"), WAIT_S))
    assert "no acknowledgement" in str(error)
    assert not c.connected


async def test_misuse_is_refused_clearly():
    c = client(acknowledging)
    await raises_async(MqttClosed, c.publish("t", b"x"))
    assert "QoS 2" in str(await raises_async(ValueError, c.publish("t", b"x", 2)))
    await raises_async(ValueError, c.publish("t/#", b"x"))
    await raises_async(ValueError, c.publish("t", bytes(20000)))
    await raises_async(ValueError, c.subscribe("t", 2))
    raises(ValueError, lambda: client(window=0))
    await c.connect()
    await raises_async(MqttError, c.connect())
    await c.disconnect()


async def test_a_cancelled_publish_leaves_the_stream_whole():
    c = client(acknowledging)
    await c.connect()
    task = asyncio.create_task(c.publish("t", b"x"))
    await asyncio.sleep(0)
    task.cancel()
    await c.publish("t", b"y")
    await c.disconnect()
