# SPDX-License-Identifier: MIT
"""Topics that every broker treats alike: `[A-Za-z0-9_/-]`, with + and # when subscribing (MQTT 3.1.1, 4.7)."""

_ALLOWED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_/-"
_LONGEST = 256


def _check(topic, allowed, what):
    if not isinstance(topic, str) or not 0 < len(topic) <= _LONGEST:
        raise ValueError("%s must be text of 1 to %d characters" % (what, _LONGEST))
    for character in topic:
        if character not in allowed:
            raise ValueError("%s %s has a character outside [A-Za-z0-9_/-]" % (what, topic))


def check_topic(topic):
    """ValueError unless `topic` can be published to."""
    _check(topic, _ALLOWED, "topic")


def check_filter(topic_filter):
    """ValueError unless `topic_filter` can be subscribed to: + alone in its level, # alone in the last."""
    _check(topic_filter, _ALLOWED + "+#", "topic filter")
    levels = topic_filter.split("/")
    for index, level in enumerate(levels):
        if "#" in level and (level != "#" or index != len(levels) - 1):
            raise ValueError("# must be the whole last level of %s" % topic_filter)
        if "+" in level and level != "+":
            raise ValueError("+ must be a whole level of %s" % topic_filter)


def check_qos(qos):
    """ValueError unless `qos` is one that this client speaks."""
    if qos not in (0, 1):
        raise ValueError("QoS %s: this client speaks QoS 0 and 1 only" % qos)
