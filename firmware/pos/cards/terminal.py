# SPDX-License-Identifier: MIT
"""The terminal's side of a transaction as EMV objects (EMV Book 4 annex A, Book 3 annex A)."""

from collections import namedtuple

from pos.compat import const

_AMOUNT = const(0x9F02)  # tags
_AMOUNT_OTHER = const(0x9F03)
_AMOUNT_BINARY = const(0x81)
_AMOUNT_OTHER_BINARY = const(0x9F04)
_CURRENCY = const(0x5F2A)
_EXPONENT = const(0x5F36)
_DATE = const(0x9A)
_TIME = const(0x9F21)
_TYPE = const(0x9C)
_UNPREDICTABLE_NUMBER = const(0x9F37)
_TRACE = const(0x9F41)
_COUNTRY = const(0x9F1A)
_CAPABILITIES = const(0x9F33)
_ADDITIONAL_CAPABILITIES = const(0x9F40)
_TERMINAL_KIND = const(0x9F35)
_SERIAL = const(0x9F1E)
GOODS, REFUND = const(0x00), const(0x20)  # transaction types
ATTENDED_ONLINE = const(0x22)  # attended, online with offline capability, merchant: Book 4 annex A1

# applications: as in applications.py. ca_key(rid, index) -> (modulus, exponent) | None. random(n) -> n bytes.
# capabilities, additional: tags 9F33 and 9F40. country, currency: ISO numbers as text of 4 digits.
Terminal = namedtuple(
    "Terminal", "applications ca_key random country capabilities additional kind serial online force_online"
)

# PIN in clear and enciphered to the card, enciphered to the host, signature, none; SDA, DDA, CDA.
CAPABILITIES = b"\xe0\xf8\xc8"
WITHOUT_ONLINE_PIN = b"\xe0\xb8\xc8"
ADDITIONAL = b"\xf0\x00\xf0\xa0\x01"


def standard(applications, ca_key, random, country="0156", serial="00000001", capabilities=CAPABILITIES):
    """A terminal that can do all that this kernel can."""
    return Terminal(
        applications, ca_key, random, country, capabilities, ADDITIONAL, ATTENDED_ONLINE, serial, True, False
    )


def _bcd(text):
    return bytes([int(text[i : i + 2], 16) for i in range(0, len(text), 2)])


def _binary(amount):
    """Four bytes hold 42 949 672.95; beyond, the amounts in digits alone are right."""
    return min(amount, 0xFFFFFFFF).to_bytes(4, "big")


def begin(data, terminal, amount, currency, date, time, trace, kind=0x00, other=0, objects=(), exponent=2):
    """Fill the data set for a transaction: amounts in minor units, date "YYMMDD", time "HHMMSS", trace of 6 digits.

    `kind` is the transaction type 9C: 0 goods, 1 cash, 9 with cashback of `other`, 20 (hexadecimal) refund.
    `objects`: further (tag, value) that cards ask for, as 9F15 category, 9F16 merchant, 9F1C terminal, 9F4E name and
    place. `exponent`: of the currency.
    """
    data.wipe()
    for tag, value in (
        (_AMOUNT, _bcd("%012d" % amount)),
        (_AMOUNT_OTHER, _bcd("%012d" % other)),
        (_AMOUNT_BINARY, _binary(amount)),
        (_AMOUNT_OTHER_BINARY, _binary(other)),
        (_CURRENCY, _bcd(currency)),
        (_EXPONENT, bytes((exponent,))),
        (_DATE, _bcd(date)),
        (_TIME, _bcd(time)),
        (_TYPE, bytes((kind,))),
        (_UNPREDICTABLE_NUMBER, terminal.random(4)),
        (_TRACE, _bcd("%08d" % trace)),
        (_COUNTRY, _bcd(terminal.country)),
        (_CAPABILITIES, terminal.capabilities),
        (_ADDITIONAL_CAPABILITIES, terminal.additional),
        (_TERMINAL_KIND, bytes((terminal.kind,))),
        (_SERIAL, terminal.serial.encode()),
    ):
        data.put(tag, value)
    for tag, value in objects:
        data.put(tag, value)
    data.keep()
