# SPDX-License-Identifier: MIT
"""Device side: publish.py WHO HOST PORT MESSAGES SIZE [PEERS-FOLDER]. Publishes with QoS 1 and waits for every PUBACK.

WHO: ours (window 16), single (the same client, one message at a time) or peer (umqtt.simple). Prints
{"per_s": messages per second, "gap_ms": the longest time for which a 10 ms ticker did not run}.
"""

import asyncio
import json
import sys

from ticker import Ticker

from pos.compat import sleep_ms, ticks_diff, ticks_ms

TOPIC = "bench/up"


async def ours(host, port, messages, payload):
    from pos.net.mqtt import Client

    client = Client(host, port, client_id="bench-ours", window=16)
    await client.connect()
    started = ticks_ms()
    for _ in range(messages - 1):
        await client.publish_soon(TOPIC, payload, keep=False)
    await client.publish(TOPIC, payload)
    while client.unacknowledged:
        await sleep_ms(1)
    took = ticks_diff(ticks_ms(), started)
    await client.disconnect()
    return took


async def single(host, port, messages, payload):
    from pos.net.mqtt import Client

    client = Client(host, port, client_id="bench-single")
    await client.connect()
    started = ticks_ms()
    for _ in range(messages):
        await client.publish(TOPIC, payload)
    took = ticks_diff(ticks_ms(), started)
    await client.disconnect()
    return took


async def peer(host, port, messages, payload):
    from umqtt.simple import MQTTClient

    client = MQTTClient("bench-peer", host, port, keepalive=60)
    client.connect()
    started = ticks_ms()
    for _ in range(messages):
        client.publish(TOPIC.encode(), payload, False, 1)
        await sleep_ms(0)
    took = ticks_diff(ticks_ms(), started)
    client.disconnect()
    return took


async def main(who, host, port, messages, size):
    ticker = Ticker()
    task = asyncio.create_task(ticker.run())
    await ticker.ticking()
    took = await {"ours": ours, "single": single, "peer": peer}[who](host, port, messages, bytes(size))
    task.cancel()
    print(json.dumps({"per_s": messages * 1000 / took, "gap_ms": ticker.gap_ms}))


if len(sys.argv) > 6:
    sys.path.insert(0, sys.argv[6])
asyncio.run(main(sys.argv[1], sys.argv[2], *[int(word) for word in sys.argv[3:6]]))
