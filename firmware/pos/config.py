# SPDX-License-Identifier: MIT
"""The terminal's configuration: every key with type, default and range (docs/flows.md lists them).

An unknown key or a value out of range stops trading with a message that names the key, never a guess.
"""

import json

from pos.settings import Settings

TEXT, INT, FLAG, TEXTS, RULES = "text", "a whole number", "true or false", "a list of texts", "fee rules"

KEYS = {  # name: (type, default, lowest or shortest, highest or longest)
    "terminal": (TEXT, None, 1, 16),
    "merchant_name": (TEXT, "算盘茶馆 Suanpan Tea House", 1, 40),
    "merchant_id": (TEXT, "000000000000000", 1, 15),
    "acquirer": (TEXT, "SANDBOX", 1, 16),
    "operator": (TEXT, "01", 1, 4),
    "language": (TEXT, "zh", 2, 2),
    "currency": (TEXT, "CNY", 3, 3),
    "country": (TEXT, "0156", 4, 4),
    "utc_offset_min": (INT, 480, -720, 840),
    "broker_host": (TEXT, "127.0.0.1", 1, 253),
    "broker_port": (INT, 1883, 1, 65535),
    "broker_user": (TEXT, "", 0, 64),
    "broker_password": (TEXT, "", 0, 64),
    "tls": (FLAG, False, 0, 1),
    "tls_ca": (TEXT, "", 0, 255),
    "tls_cert": (TEXT, "", 0, 255),
    "tls_key": (TEXT, "", 0, 255),
    "tls_name": (TEXT, "", 0, 253),
    "partition": (TEXT, "0", 1, 16),
    "keepalive_s": (INT, 30, 5, 600),
    "reconnect_max_s": (INT, 60, 1, 600),
    "answer_timeout_s": (INT, 30, 1, 120),
    "present_timeout_s": (INT, 60, 5, 600),
    "idle_timeout_s": (INT, 60, 5, 600),
    "result_s": (INT, 3, 1, 60),
    "connect_wait_s": (INT, 3, 0, 60),
    "transaction_limit": (INT, 5000000, 1, 9999999999),
    "refund_limit": (INT, 1000000, 0, 9999999999),
    "void_needs_card": (FLAG, False, 0, 1),
    "offline_each": (INT, 25000, 0, 9999999999),
    "offline_total": (INT, 500000, 0, 9999999999),
    "offline_count": (INT, 500, 0, 100000),
    "offline_age_s": (INT, 86400, 60, 2592000),
    "duplicate_s": (INT, 300, 0, 86400),
    "receipt_copies": (INT, 1, 0, 2),
    "pin_scrambled": (FLAG, False, 0, 1),
    "key_beep": (FLAG, True, 0, 1),
    "voice": (FLAG, True, 0, 1),
    "debit_prefixes": (TEXTS, (), 0, 100),
    "fees": (
        RULES,
        {
            "credit": {"rate_ppm": 6000},
            "debit": {"rate_ppm": 5000, "cap": 2500},
            "wallet": {"rate_ppm": 3800},
        },
        0,
        16,
    ),
}
_LANGUAGES = ("zh", "en")
_LEVELS = ("terminal", "partition")  # of the MQTT topics


class ConfigError(Exception):
    """The configuration cannot be used; the message names the key and the next step."""


def checked(values):
    """Settings out of a dict by key. ConfigError when something is wrong with it."""
    _check_names(values)
    settings = Settings()
    for name, (kind, default, low, high) in KEYS.items():
        value = values.get(name, default)
        if value is None:
            raise ConfigError("key %s is missing: add it to config.json" % name)
        _check(name, value, kind, low, high)
        setattr(settings, name, value)
    for name in _LEVELS:
        _check_level(name, getattr(settings, name))
    if settings.language not in _LANGUAGES:
        raise ConfigError("key language must be zh or en")
    if values.get("tls") and not values.get("tls_ca"):
        raise ConfigError("key tls_ca is missing: tls needs the broker's CA file")
    return settings


def load(path):
    """Settings from a JSON file. ConfigError says what is wrong with it and where."""
    try:
        with open(path, "rb") as file:
            values = json.loads(file.read())
    except OSError:
        raise ConfigError("%s cannot be read: create the profile first" % path) from None
    except ValueError:
        raise ConfigError("%s is not valid JSON: correct it" % path) from None
    if not isinstance(values, dict):
        raise ConfigError("%s must hold one JSON object" % path)
    return checked(values)


def _check_names(values):
    for name in sorted(values):
        if name not in KEYS:
            raise ConfigError("unknown key %s: did you mean %s?" % (name, nearest(name)))


def nearest(name):
    """The known key with the fewest edits to `name`; the first in the alphabet when several are."""
    return min(sorted(KEYS), key=lambda known: distance(name, known))


def distance(a, b):
    """Levenshtein distance of two texts."""
    row = list(range(len(b) + 1))
    for i, x in enumerate(a):
        previous, row[0] = row[0], i + 1
        for j, y in enumerate(b):
            cost = min(row[j + 1] + 1, row[j] + 1, previous + (x != y))
            previous, row[j + 1] = row[j + 1], cost
    return row[-1]


def _check(name, value, kind, low, high):
    if not _IS[kind](value):
        raise ConfigError("key %s must be %s" % (name, kind))
    size = value if kind in (INT, FLAG) else len(value)
    if not low <= size <= high:
        what = "" if kind == INT else " characters" if kind == TEXT else " entries"
        raise ConfigError("key %s must be %d to %d%s" % (name, low, high, what))
    if kind == RULES:
        _check_rules(name, value)


def _check_level(name, value):
    from pos.net.topics import check_topic

    try:
        check_topic(value.replace("/", " "))  # one level of it
    except ValueError:
        raise ConfigError("key %s may hold letters, digits, _ and - only" % name) from None


def _check_rules(name, rules):
    from pos.domain import fees

    for rule_name in rules:
        try:
            fees.check(rules[rule_name])
        except (ValueError, AttributeError) as error:
            raise ConfigError("key %s, rule %s: %s" % (name, rule_name, error)) from None
    for needed in ("credit", "debit", "wallet"):
        if needed not in rules:
            raise ConfigError("key %s has no rule %s: add it" % (name, needed))


_IS = {
    TEXT: lambda value: isinstance(value, str),
    INT: lambda value: isinstance(value, int) and not isinstance(value, bool),
    FLAG: lambda value: isinstance(value, bool),
    TEXTS: lambda value: isinstance(value, (list, tuple)) and all(isinstance(v, str) for v in value),
    RULES: lambda value: isinstance(value, dict),
}
