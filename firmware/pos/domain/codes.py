# SPDX-License-Identifier: MIT
"""Customer payment codes as scanned by the merchant (DOMAIN.md M2): whose it is, by prefix and length."""

WALLETS = (  # issuer, first two digits from, to, shortest, longest
    ("WECHAT", 10, 15, 18, 18),
    ("ALIPAY", 25, 30, 16, 24),
    ("UNIONPAY QR", 62, 62, 19, 19),
)


class CodeError(Exception):
    """Not a payment code; `reason` is a string key: code_characters, code_prefix or code_length."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def wallet(code):
    """Issuer name of a payment code. CodeError says what is wrong, without repeating the code."""
    if not code or not all("0" <= c <= "9" for c in code):
        raise CodeError("code_characters")
    if len(code) < 2:
        raise CodeError("code_length")
    prefix = int(code[:2])
    for issuer, low, high, shortest, longest in WALLETS:
        if low <= prefix <= high:
            if not shortest <= len(code) <= longest:
                raise CodeError("code_length")
            return issuer
    raise CodeError("code_prefix")
