# SPDX-License-Identifier: MIT
"""The terminal's side of a transaction as EMV objects (EMV Book 4 annex A, Book 3 annex A)."""

from collections import namedtuple

from pos.compat import const

ATTENDED_ONLINE = const(0x22)  # attended, online with offline capability, merchant: Book 4 annex A1

# applications: rows of aids.py. ca_key(rid, index) -> (modulus, exponent) | None. random(n) -> n bytes.
# capabilities, additional: tags 9F33 and 9F40. country, currency: ISO numbers as text of 4 digits.
Terminal = namedtuple(
    "Terminal", "applications ca_key random country capabilities additional kind serial online force_online"
)

# PIN in clear and enciphered to the card, enciphered to the host, signature, none; SDA, DDA, CDA.
CAPABILITIES = b"\xe0\xf8\xc8"
ADDITIONAL = b"\xf0\x00\xf0\xa0\x01"


def standard(applications, ca_key, random, country="0156", serial="00000001"):
    """A terminal that can do all that this kernel can."""
    return Terminal(
        applications, ca_key, random, country, CAPABILITIES, ADDITIONAL, ATTENDED_ONLINE, serial, True, False
    )


def _bcd(text):
    return bytes([int(text[i : i + 2], 16) for i in range(0, len(text), 2)])


def begin(data, terminal, amount, currency, date, time, trace, kind=0x00, other=0, objects=()):
    """Fill the data set for a transaction: amounts in minor units, date "YYMMDD", time "HHMMSS", trace of 6 digits.

    `kind` is the transaction type 9C: 0 goods, 1 cash, 9 with cashback of `other`. `objects`: further (tag, value)
    that cards ask for, as 9F15 category, 9F16 merchant, 9F1C terminal, 9F4E name and place.
    """
    data.wipe()
    for tag, value in (
        (0x9F02, _bcd("%012d" % amount)),
        (0x9F03, _bcd("%012d" % other)),
        (0x81, amount.to_bytes(4, "big")),
        (0x9F04, other.to_bytes(4, "big")),
        (0x5F2A, _bcd(currency)),
        (0x5F36, b"\2"),
        (0x9A, _bcd(date)),
        (0x9F21, _bcd(time)),
        (0x9C, bytes((kind,))),
        (0x9F37, terminal.random(4)),
        (0x9F41, _bcd("%08d" % trace)),
        (0x9F1A, _bcd(terminal.country)),
        (0x9F33, terminal.capabilities),
        (0x9F40, terminal.additional),
        (0x9F35, bytes((terminal.kind,))),
        (0x9F1E, terminal.serial.encode()),
    ):
        data.put(tag, value)
    for tag, value in objects:
        data.put(tag, value)
    data.keep()
