# SPDX-License-Identifier: MIT
"""What can go wrong between terminal and broker, named so that a technician knows where to look."""


class LinkError(Exception):
    """No usable connection. `reason`: dns, refused, unreachable, timeout, tls, closed."""

    def __init__(self, reason, detail=""):
        super().__init__(reason + (": " + detail if detail else ""))
        self.reason, self.detail = reason, detail


class MqttError(Exception):
    """Base of everything that the MQTT client raises beside LinkError and ValueError."""


class MqttProtocolError(MqttError):
    """The peer broke MQTT 3.1.1; the connection is closed, nothing of the packet was delivered."""


class MqttRefused(MqttError):
    """The broker said no: CONNACK code 1 to 5, or SUBACK 0x80."""

    def __init__(self, what, code):
        super().__init__("%s, code %d" % (what, code))
        self.code = code


class MqttClosed(MqttError):
    """The connection ended; whether an unacknowledged message arrived is unknown."""
