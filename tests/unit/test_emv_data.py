# SPDX-License-Identifier: MIT
"""What the terminal brings into a transaction, dates, restrictions, action analysis, field 55."""

from binascii import hexlify, unhexlify

from emv_given import application, data_set, side
from expect import raises
from pos.cards import action, chip_details, de55, restrictions, tlv
from pos.cards.dates import sortable


def test_a_transaction_begins_with_the_terminals_objects():
    data = data_set(amount=123456, other=100, kind=0x09)
    for tag, value in (
        (0x9F02, "000000123456"),
        (0x9F03, "000000000100"),
        (0x81, "0001e240"),
        (0x5F2A, "0156"),
        (0x9A, "251122"),
        (0x9F21, "101112"),
        (0x9C, "09"),
        (0x9F37, "80808080"),
        (0x9F41, "00000007"),
        (0x9F1A, "0156"),
        (0x9F35, "22"),
        (0x95, "0000000000"),
    ):
        assert hexlify(data.get(tag)).decode() == value, hex(tag)


def test_the_largest_amount_has_twelve_digits():
    data = data_set(amount=999999999999)
    assert data.get(0x9F02) == b"\x99" * 6 and data.get(0x81) == b"\xff" * 4


def test_further_objects_are_the_terminals_too():
    data = data_set(objects=((0x9F1C, b"SIM00001"),))
    data.restart()
    assert data.get(0x9F1C) == b"SIM00001"


def test_years_of_two_digits():
    assert sortable(unhexlify("991231")) < sortable(unhexlify("000101")) < sortable(unhexlify("491231"))
    assert sortable(unhexlify("500101")) < sortable(unhexlify("990101"))


def restricted(**objects):
    kind = objects.pop("kind", 0)
    objects.setdefault("t5F24", "351231")
    data = data_set(kind=kind, **objects)
    restrictions.check(data)
    return data.tvr[1]


def test_restrictions_of_version_and_dates():
    assert restricted() == 0
    assert restricted(t9F08="0020") == 0 and restricted(t9F08="0021") == 0x80
    assert restricted(t5F24="251121") == 0x40 and restricted(t5F24="251122") == 0
    assert restricted(t5F25="251123") == 0x20 and restricted(t5F25="251122") == 0


def test_restrictions_of_usage():
    home, abroad = {"t5F28": "0156"}, {"t5F28": "0840"}
    for control, kind, country, wanted in (
        ("0100", 0, {}, 0),  # the country is not known: only the place counts
        ("FE00", 0, {}, 0x10),
        ("2100", 0, home, 0),
        ("2100", 0, abroad, 0x10),
        ("1100", 0, abroad, 0),
        ("0900", 0, home, 0),
        ("2100", 1, home, 0x10),
        ("8100", 1, home, 0),
        ("4100", 1, abroad, 0),
        ("2100", 9, home, 0x10),
        ("2180", 9, home, 0),
        ("2180", 9, abroad, 0x10),
    ):
        assert restricted(t9F07=control, kind=kind, **country) == wanted, (control, kind, country)


def analysed(tvr, online=True, default=False, row=None, **objects):
    data = data_set(row=row or application(), **objects)
    data.tvr[:] = unhexlify(tvr)
    return action.analyse_default(data) if default else action.analyse(data, online)


def test_action_analysis_takes_the_codes_of_issuer_and_terminal():
    codes = {"t9F0E": "0040000000", "t9F0F": "8000000000", "t9F0D": "0000008000"}
    assert analysed("0040000000", **codes) == action.AAC
    assert analysed("8000000000", **codes) == action.ARQC
    assert analysed("0000000000", **codes) == action.TC
    row = application(tac_denial=unhexlify("0000000001"), tac_online=unhexlify("0000000002"))
    assert analysed("0000000001", row=row, **codes) == action.AAC
    assert analysed("0000000002", row=row, **codes) == action.ARQC


def test_a_card_without_codes_goes_online_for_anything_and_is_denied_for_nothing():
    assert analysed("0000000001") == action.ARQC
    assert analysed("0000000000") == action.TC


def test_without_a_host_the_default_codes_decide():
    codes = {"t9F0E": "0000000000", "t9F0F": "8000000000", "t9F0D": "0000008000"}
    assert analysed("0000008000", online=False, **codes) == action.AAC
    assert analysed("8000000000", online=False, **codes) == action.TC
    assert analysed("0000008000", default=True, **codes) == action.AAC
    assert analysed("0000000001", default=True) == action.AAC, "without a code everything declines"


def test_field_55_holds_only_what_is_there():
    data = data_set(
        t9F26="0102030405060708",
        t9F27="80",
        t9F36="0001",
        t9F10="06011203A00000",
        t5A="6228480012345678",
        t8A="3030",
    )
    built = de55.request(data)
    tags = [tag for tag, _, _ in tlv.parse(built)]
    assert tags[:3] == [0x9F26, 0x9F27, 0x9F10] and 0x5A not in tags and 0x5F34 not in tags
    assert 0x8A not in tags and 0x9B in tags
    assert tlv.value(de55.result(data), 0x8A) == b"00"


def test_the_lines_for_the_slip():
    data = data_set(t9F26="0102030405060708", t9F27="40", t9F36="0001", t5F34="01", t50="56495341")
    data.tvr[0], data.tsi[0] = 0x80, 0xE8
    assert chip_details.details(data) == (
        ("A000000333010101", "VISA", "TC", "0102030405060708", "8000000000", "E800", "0001", "01")
    )
    assert chip_details.details(data_set())[1:4] == ("", "", "")


def test_a_label_is_plain_text_or_none():
    assert chip_details.label(b"UNIONPAY", b"UP") == "UNIONPAY"
    assert chip_details.label(b"\xd0\xd1", b"UP") == "UP"
    assert chip_details.label(None, b"A" * 17) == ""


def test_the_cards_data_are_those_of_its_stripe():
    number = {"t5A": "622848000000000F", "t5F24": "351231"}
    found = chip_details.track2(data_set(t57="622848000000000D35122010000F", **number))
    assert found == ("622848000000000", "3512", "201", "0000")
    assert chip_details.track2(data_set(**number)) == ("622848000000000", "3512", "", "")
    raises(ValueError, chip_details.track2, data_set(t57="622848000000001D35122010000F", **number))


def test_a_terminal_can_be_offline_only():
    assert not side(online=False).online
