# SPDX-License-Identifier: MIT
"""What a card is told of this terminal and this payment (EMV Book 4 annex A), for contact and contactless alike."""

from pos.cards import applications
from pos.cards import terminal as emv
from pos.cards.ca_keys import CaKeys
from pos.domain import calendar, money

_NO_CURRENCY = "0999"  # ISO 4217: no currency involved
_NUMBERS = (
    "AED0784 AUD0036 BHD0048 BRL0986 CAD0124 CHF0756 CNY0156 EUR0978 GBP0826 HKD0344 IDR0360 INR0356 JPY0392 KRW0410 "
    "KWD0414 MOP0446 MYR0458 NZD0554 PHP0608 PKR0586 RUB0643 SGD0702 THB0764 TWD0901 USD0840 VND0704 ZAR0710"
)  # ISO 4217


def currency_number(currency):
    """Four digits of a currency."""
    at = _NUMBERS.find(currency)
    return _NUMBERS[at + 3 : at + 7] if at >= 0 else _NO_CURRENCY


def begin(terminal, data, amount, way, back=False):
    """Fill `data` for a sale by `way`, contact or contactless, or for money that goes `back`; the kernel's Terminal."""
    board, config = terminal.board, terminal.config
    digits = "%04d%02d%02d%02d%02d%02d" % calendar.civil(terminal.clock.now(), config.utc_offset_min)
    ca_keys = CaKeys(board.profile_dir + "/ca_keys.jsonl", digits[:8])
    known = applications.Applications(board.profile_dir + applications.FILE, way, digits[:8])
    serial = (config.terminal + "00000000")[:8]
    able = emv.CAPABILITIES if terminal.seals_pins() else emv.WITHOUT_ONLINE_PIN
    side = emv.standard(known, ca_keys, board.entropy, config.country, serial, able)
    emv.begin(
        data,
        side,
        amount,
        currency_number(config.currency),
        digits[2:8],
        digits[8:],
        terminal.books.next_trace,
        emv.REFUND if back else emv.GOODS,
        exponent=money.exponent(config.currency),
    )
    return side
