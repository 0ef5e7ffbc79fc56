# SPDX-License-Identifier: MIT
"""Card scheme by issuer identification number (ISO/IEC 7812-1), and which fee rule a payment falls under."""

SCHEMES = (  # scheme, first digits from, to (same length)
    ("AMEX", "34", "34"),
    ("AMEX", "37", "37"),
    ("JCB", "3528", "3589"),
    ("UNIONPAY", "62", "62"),
    ("UNIONPAY", "81", "81"),
    ("MASTERCARD", "51", "55"),
    ("MASTERCARD", "2221", "2720"),
    ("VISA", "4", "4"),
)
_WALLET_FEES = {"WECHAT": "wallet", "ALIPAY": "wallet", "UNIONPAY QR": "credit"}


def scheme(pan):
    """Scheme that issued the card, or 'CARD' when it is none of the listed ones."""
    for name, low, high in SCHEMES:
        if low <= pan[: len(low)] <= high:
            return name
    return "CARD"


def card_fee(pan, debit_prefixes):
    """Name of the fee rule for a card: 'debit' for the configured prefixes, else 'credit'."""
    return "debit" if any(pan.startswith(prefix) for prefix in debit_prefixes) else "credit"


def wallet_fee(issuer):
    """Name of the fee rule for a wallet's payment code."""
    return _WALLET_FEES[issuer]
