# SPDX-License-Identifier: MIT
"""The slip of DOMAIN.md section 3: 32 columns, marks, and never an unmasked PAN."""

from pos.domain import mask, receipt
from pos.domain.transaction import Transaction

SHOP = {"merchant_name": "算盘茶馆 Tea House", "merchant_id": "102290000000001", "terminal": "SIM00001",
        "acquirer": "SANDBOX", "utc_offset_min": 480}  # fmt: skip
TEXTS = {"slip_merchant_copy": "商户存根 MERCHANT COPY", "slip_customer_copy": "持卡人存根 CUSTOMER COPY"}


def t(key):
    return TEXTS.get(key, key.upper())


def sold(**changes):
    transaction = Transaction(1, 7)
    facts = {"kind": "sale", "state": "approved", "at_s": 1_773_480_413, "voucher": 12, "batch": 1, "amount": 1234,
             "currency": "CNY", "entry": "S", "issuer": "VISA", "pan_masked": "411111******1111",
             "auth_code": "123456", "reference": "000000000042", "operator": "01"}  # fmt: skip
    facts.update(changes)
    for name, value in facts.items():
        setattr(transaction, name, value)
    return transaction


def text(*args, **kwargs):
    return "\n".join(line.text for line in receipt.lines(*args, **kwargs) if line != receipt.CUT)


def test_facts_of_a_sale():
    slip = text(sold(), SHOP, receipt.MERCHANT, t)
    for fact in ("SIM00001", "102290000000001", "411111******1111 S", "000012", "123456", "000000000042",
                 "2026-03-14 17:26:53", "CNY 12.34", "MERCHANT COPY", "TYPE_SALE", "SLIP_SIGNATURE"):  # fmt: skip
        assert fact in slip, fact


def test_no_line_is_wider_than_the_paper():
    for copy in (receipt.MERCHANT, receipt.CUSTOMER):
        for line in receipt.lines(sold(amount=9999999999, offline=True), SHOP, copy, t, reprint=True):
            if line != receipt.CUT:
                assert receipt.width(line.text) * line.size <= receipt.COLUMNS, line.text


def test_signature_stands_on_the_merchant_copy_of_a_card_only():
    assert "SIGNATURE" not in text(sold(), SHOP, receipt.CUSTOMER, t)
    assert "SIGNATURE" not in text(sold(entry="Q"), SHOP, receipt.MERCHANT, t)


def test_marks():
    assert "重打印/DUPLICATE" in text(sold(), SHOP, receipt.MERCHANT, t, reprint=True)
    assert "脱机/OFFLINE" in text(sold(offline=True), SHOP, receipt.MERCHANT, t)
    plain = text(sold(), SHOP, receipt.MERCHANT, t)
    assert "DUPLICATE" not in plain and "OFFLINE" not in plain


def test_a_void_is_negative_and_names_its_original():
    slip = text(
        sold(kind="void"), SHOP, receipt.MERCHANT, t, original=sold(voucher=11, reference="000000000041")
    )
    for fact in ("TYPE_VOID", "CNY -12.34", "000011", "000000000041"):
        assert fact in slip, fact


def test_masks_keep_six_and_four():
    assert mask.mask("4111111111111111") == "411111******1111"
    assert mask.mask("6212345678901234567") == "621234*********4567"
    assert mask.mask("12345678901234") == "**********1234"
    assert mask.mask("12345678") == "****5678"
    assert mask.mask_code("134567890123456789") == "**************6789"


def test_a_chinese_character_takes_two_columns():
    assert receipt.width("脱机/OFFLINE") == 12
    assert receipt.wrap("算盘茶馆", 4) == ["算盘", "茶馆"]
