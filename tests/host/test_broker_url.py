# SPDX-License-Identifier: MIT
"""One way to write a broker, the same for the host and the simulator."""

import pytest

from suanpan.errors import USAGE, Failure
from suanpan.host.broker_url import BrokerUrl, parse


def test_a_full_url():
    assert parse("mqtts://shop:p%40ss@broker.example:8884") == BrokerUrl(
        "broker.example", 8884, True, "shop", "p@ss"
    )


def test_ports_have_defaults():
    assert parse("mqtt://10.0.0.1")[:3] == ("10.0.0.1", 1883, False)
    assert parse("mqtts://[::1]")[:3] == ("::1", 8883, True)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "broker",
        "http://b",
        "mqtt://",
        "mqtt://" + "a" * 64,
        "mqtt://\udcff",
        "mqtt://b:0",
        "mqtt://b:x",
        "mqtt://b:70000",
        "mqtt://[::1",
        "mqtt://u:secret@",
    ],
)
def test_anything_else_is_wrong_usage_with_an_example(url):
    with pytest.raises(Failure, match="is no broker") as failure:
        parse(url)
    assert failure.value.exit_code == USAGE
    assert "secret" not in str(failure.value)
    assert "mqtt://" in failure.value.next_step
