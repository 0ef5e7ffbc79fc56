# SPDX-License-Identifier: MIT
"""Builds the way to the host from the configuration: link, MQTT client, session, outbox."""

from pos.net.backoff import Backoff, random_below
from pos.net.mqtt import Client
from pos.net.outbox import WINDOW, Outbox
from pos.net.session import Session

_MAX_PACKET = 4096  # a receipt is the largest thing that the host sends


def tls_context(config):
    """TLS context of the configuration, None without TLS."""
    if not config.tls:
        return None
    from pos.net.tls import client_context

    return client_context(config.tls_ca, config.tls_cert or None, config.tls_key or None)


def outbox(journal, link, config, mac_key, random=random_below):
    """An Outbox whose session speaks to the configured broker. TlsConfigError when its files are wrong."""
    box = Outbox(journal, config.terminal, mac_key, config.partition)
    client = Client(
        config.broker_host,
        config.broker_port,
        client_id=config.terminal,
        username=config.broker_user or None,
        password=config.broker_password or None,
        keepalive_s=config.keepalive_s,
        tls=tls_context(config),
        server_hostname=config.tls_name or config.broker_host,
        window=WINDOW + 4,  # a request finds room beside a full window of batches
        max_packet=_MAX_PACKET,
        on_message=box.receive,
        link=link,
    )
    pause = Backoff(random, cap_ms=config.reconnect_max_s * 1000)
    box.session = Session(client, box.topic_down, pause, box.changed)
    return box
