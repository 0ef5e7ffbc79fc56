# SPDX-License-Identifier: MIT
"""Terminal and card transaction qualifiers: what an amount needs, and how the cardholder is verified."""

from binascii import unhexlify

from emv_given import data_set
from pos.cards import qualifiers
from pos.cards.outcome import DEVICE, NO_CVM, ONLINE_PIN, SIGNATURE
from recorded_tap import row_with
from standard_rows import standard

LIMITS = {"limit": 5000, "floor_limit": 1000, "cvm_limit": 2000, "status_check": True}
FREE, NEEDED = "36004000", "36404000"  # TTQ without and with verification
ONLY_DEVICE = "30404000"


def qpboc(**changes):
    return row_with(standard("contactless")[0], **changes)


def test_the_ttq_follows_the_amount():
    row = qpboc(**LIMITS)
    for amount, wanted in (
        (1, 0),
        (100, 0x80),
        (0, 0x80),
        (1000, 0),
        (1001, 0x80),
        (2000, 0xC0),
        (4999, 0xC0),
    ):
        assert qualifiers.prepared(row, amount)[1] == wanted, amount


def test_an_amount_that_is_not_for_contactless():
    assert qualifiers.prepared(qpboc(**LIMITS), 5000) is None
    assert qualifiers.prepared(qpboc(zero_amount=False), 0) is None
    offline_only = qpboc(ttq=b"\x3e\0\x40\0")
    assert qualifiers.prepared(offline_only, 0) is None and qualifiers.prepared(offline_only, 1) is not None


def verified(ttq, ctq=None, card_data=None, offline=False):
    data = data_set(t9F66=ttq)
    for tag, value in ((0x9F6C, ctq), (0x9F69, card_data)):
        if value is not None:
            data.put(tag, unhexlify(value))
    return qualifiers.verification(data, offline)


def test_a_card_without_qualifiers_leaves_it_to_a_signature():
    assert verified(FREE) == NO_CVM and verified(NEEDED) == SIGNATURE
    assert verified(ONLY_DEVICE) is None, "the terminal takes no signature"


def test_the_cards_wish_is_followed_in_the_order_of_the_book():
    for ttq, ctq, wanted in (
        (FREE, "0000", NO_CVM),
        (NEEDED, "0000", None),
        (NEEDED, "8000", ONLINE_PIN),
        (NEEDED, "C080", ONLINE_PIN),
        (NEEDED, "4080", DEVICE),
        (NEEDED, "4000", SIGNATURE),
        (FREE, "4000", SIGNATURE),
        (ONLY_DEVICE, "C000", None),
        ("34404000", "C000", ONLINE_PIN),
        ("32404000", "C000", SIGNATURE),
    ):
        assert verified(ttq, ctq) == wanted, (ttq, ctq)


def test_what_a_phone_says_of_its_holder_must_be_signed_for_an_offline_approval():
    signed, other = "01AABBCCDD0080", "01AABBCCDD0000"
    assert verified(NEEDED, "0080", signed, offline=True) == DEVICE
    assert verified(NEEDED, "0080", None, offline=True) is None
    for offline in (False, True):
        assert verified(NEEDED, "0080", other, offline) is None
        assert verified(NEEDED, "0080", "01AA", offline) is None
