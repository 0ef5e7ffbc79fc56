# SPDX-License-Identifier: MIT
"""Payment codes by prefix and length, schemes by number range, response codes by text."""

from expect import raises
from pos.domain import alarms, calendar, issuers, responses
from pos.domain.codes import CodeError, wallet
from pos.ui import strings


def reason(code):
    try:
        return wallet(code)
    except CodeError as error:
        return error.reason


def test_wallets_by_prefix_and_length():
    assert wallet("134567890123456789") == "WECHAT"
    assert wallet("10" + "0" * 16) == "WECHAT"
    assert wallet("25" + "0" * 14) == "ALIPAY"
    assert wallet("30" + "0" * 22) == "ALIPAY"
    assert wallet("62" + "0" * 17) == "UNIONPAY QR"


def test_what_is_wrong_with_a_code_is_named():
    assert reason("994567890123456789") == "code_prefix"
    assert reason("16" + "0" * 16) == "code_prefix"
    assert reason("13456789012345678") == "code_length"
    assert reason("62" + "0" * 16) == "code_length"
    assert reason("25" + "0" * 23) == "code_length"
    assert reason("https://example.org") == "code_characters"
    assert reason("") == "code_characters"
    assert reason("1") == "code_length"


def test_schemes():
    pans = (("4111111111111111", "VISA"), ("5500000000000004", "MASTERCARD"), ("2221000000000009", "MASTERCARD"),
            ("6212345678901232", "UNIONPAY"), ("3530111333300000", "JCB"), ("340000000000009", "AMEX"),
            ("9999999999999995", "CARD"))  # fmt: skip
    for pan, scheme in pans:
        assert issuers.scheme(pan) == scheme, scheme


def test_fee_rule_of_a_payment():
    assert issuers.card_fee("6228480000000000", ("622848",)) == "debit"
    assert issuers.card_fee("4111111111111111", ("622848",)) == "credit"
    assert [issuers.wallet_fee(w) for w in ("WECHAT", "ALIPAY", "UNIONPAY QR")] == [
        "wallet",
        "wallet",
        "credit",
    ]


def test_an_unknown_response_code_is_a_refusal():
    assert responses.key("51") == "response_funds"
    assert responses.key("Z9") == "response_refused"


def test_alarm_codes_and_names_are_unique_and_complete():
    rows = alarms.all_alarms()
    assert len({row.code for row in rows}) == len(rows) == len({row.name for row in rows})
    for row in rows:
        assert alarms.by_code(row.code) == row == alarms.find(row.name)
        for texts in (row.text, row.cause, row.remedy):
            assert len(texts) == 2 and all(texts), row.name


def test_civil_time():
    assert calendar.date_time(0) == "---- -- -- --:--:--"
    assert calendar.date_time(951782400) == "2000-02-29 00:00:00"
    assert calendar.date_time(951782400, 480) == "2000-02-29 08:00:00"
    assert calendar.date_time(4102444799) == "2099-12-31 23:59:59"
    assert calendar.clock(1, 0) == "1970-01-01 00:00"


def test_every_string_is_there_in_both_languages_with_the_same_values():
    keys = strings.keys()
    assert len(set(keys)) == len(keys) > 100
    for key in keys:
        zh, en = strings.text(key, "zh"), strings.text(key, "en")
        assert zh and en, key
        for conversion in ("%s", "%d"):
            assert zh.count(conversion) == en.count(conversion), key


def test_a_string_is_filled_in_and_an_unknown_one_is_an_error():
    t = strings.Strings("zh")
    assert t("wait_s", 3) == "剩余 3 秒"
    t.toggle()
    assert t("wait_s", 3) == "3 s left"
    raises(KeyError, t, "no_such_string")
    raises(KeyError, alarms.find, "no_such_alarm")
    raises(KeyError, alarms.by_code, 999)
