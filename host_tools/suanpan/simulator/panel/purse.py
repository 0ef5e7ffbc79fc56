# SPDX-License-Identifier: MIT
"""The customer's purse: built-in cards by the way they are used, as they look from outside; sample payment codes.

Only a masked number leaves for the page; tracks stay with the session (FAULTS S9).
"""

from typing import Any

from pos.domain.issuers import scheme
from pos.domain.mask import mask
from suanpan.host import sandbox
from suanpan.simulator.cards import KINDS, builtin, called
from suanpan.simulator.panel.words import words

# Wallet and a code without its last two digits, which choose the sandbox wallet's behaviour (DOMAIN M2).
WALLETS = {"wechat": "1345678901234567", "alipay": "28765432109876", "unionpay": "62123456789012345"}
SAMPLES = (
    ("wechat", "89"),
    ("alipay", "54"),
    ("unionpay", "60"),
    ("wechat", "51"),
    ("alipay", "91"),
    ("wechat", "98"),
    ("alipay", "99"),
)


def purse(language: str) -> dict[str, Any]:
    """`cards` by kind and `codes` for the page, in the order of `suanpan sim cards`."""
    texts = words(language)
    return {
        "cards": {kind: [_card(name, builtin()[name], texts) for name in called(kind)] for kind in KINDS},
        "codes": [*(_code(wallet, ending, texts) for wallet, ending in SAMPLES), _unknown(texts)],
    }


def _card(name: str, card: dict[str, Any], texts: dict[str, str]) -> dict[str, Any]:
    masked = mask(card["pan"])
    return {
        "name": name,
        "title": texts.get(f"card_{name}", name),
        "text": texts.get(f"card_{name}_text", card["description"]),
        "scheme": scheme(card["pan"]),
        "number": masked,
        "expiry": f"{card['expiry'][2:]}/{card['expiry'][:2]}",
        "chip": card["service_code"][0] in "26",
        "phone": "track2" not in card,
    }


def _code(wallet: str, ending: str, texts: dict[str, str]) -> dict[str, Any]:
    told = (
        texts.get(f"code_{ending}", sandbox.codes[ending]["description"]) if ending in sandbox.codes else None
    )
    return {
        "code": WALLETS[wallet] + ending,
        "wallet": texts[f"wallet_{wallet}"],
        "text": told or texts["code_approved"],
    }


def _unknown(texts: dict[str, str]) -> dict[str, Any]:
    return {"code": "990012345678", "wallet": texts["wallet_unknown"], "text": texts["code_unknown"]}
