# SPDX-License-Identifier: MIT
"""What stands on a slip (DOMAIN.md section 3), as lines for any printer of 32 columns (58 mm paper).

A line holds at most 32 columns at size 1 and 16 at size 2; a CJK character takes two.
"""

from collections import namedtuple

from pos.codec.records import ENTRY_STRIPE
from pos.codec.text import code_points
from pos.domain import calendar, money

COLUMNS = 32
MERCHANT, CUSTOMER = 1, 2  # print.copy
LEFT, CENTRE = "left", "centre"

DUPLICATE = "重打印/DUPLICATE"
OFFLINE = "脱机/OFFLINE"
RULE = "-" * COLUMNS

Line = namedtuple("Line", ("text", "align", "size", "bold"))
Qr = namedtuple("Qr", ("data",))
CUT = "cut"


def width(text):
    """Columns that `text` takes: two for each character of the CJK blocks and full-width forms."""
    return sum([_columns(code) for code, _ in code_points(text)])


def _columns(code):
    return 2 if 0x2E80 <= code <= 0xFFEF else 1


def wrap(text, columns=COLUMNS):
    """`text` in pieces of at most `columns` columns."""
    raw, pieces, start, at, used = text.encode(), [], 0, 0, 0
    for code, end in code_points(text):
        used += _columns(code)
        if used > columns:
            pieces.append(str(raw[start:at], "utf-8"))
            start, used = at, _columns(code)
        at = end
    pieces.append(str(raw[start:], "utf-8"))
    return pieces


def lines(transaction, shop, copy, t, reprint=False, original=None):
    """The slip of one approved transaction, line by line.

    shop: merchant_name, merchant_id, terminal, acquirer, utc_offset_min; t(key) gives the text of a key
    in the slip's language; original: the Transaction that a void or refund is about.
    """
    yield from _head(shop, copy, t)
    if reprint:
        yield Line(DUPLICATE, CENTRE, 1, True)
    if transaction.offline:
        yield Line(OFFLINE, CENTRE, 1, True)
    yield from _body(transaction, shop, t)
    if original is not None:
        yield from _pair(t("slip_original"), _number(original.voucher))
        yield from _pair(t("slip_original_auth"), original.auth_code or "-")
        yield from _pair(t("slip_original_ref"), original.reference or "-")
    if copy == MERCHANT and _wants_signature(transaction):
        yield Line(t("slip_signature"), LEFT, 1, False)
        yield Line("", LEFT, 1, False)
        yield Line(RULE, LEFT, 1, False)
    for piece in wrap(t("slip_keep")):
        yield Line(piece, CENTRE, 1, False)
    yield CUT


def _wants_signature(transaction):
    if transaction.entry == ENTRY_STRIPE or not transaction.icc:
        return transaction.entry == ENTRY_STRIPE
    from pos.cards.chip_details import Kept, signature_wanted

    return signature_wanted(Kept(transaction.icc))


def _chip(transaction):
    """What the card said of itself, for a dispute (EMV Book 4 section 11.4)."""
    from pos.cards.chip_details import Kept, details

    card = details(Kept(transaction.icc))
    if not card.aid:  # a fallback
        return
    yield from _pair("AID", card.aid)
    yield from _pair("APP", card.label or "-")
    yield from _pair(card.kind, card.cryptogram)
    yield from _pair("TVR " + card.tvr, "TSI " + card.tsi if card.tsi else "")
    yield from _pair("ATC " + card.atc, "CSN " + card.sequence if card.sequence else "")


def _head(shop, copy, t):
    for piece in wrap(shop["merchant_name"], COLUMNS // 2):
        yield Line(piece, CENTRE, 2, True)
    yield Line(t("slip_merchant_copy" if copy == MERCHANT else "slip_customer_copy"), CENTRE, 1, False)
    yield Line(RULE, LEFT, 1, False)


def _body(transaction, shop, t):
    yield from _pair(t("slip_merchant_id"), shop["merchant_id"])
    yield from _pair(t("slip_terminal"), shop["terminal"])
    yield from _pair(t("slip_operator"), transaction.operator or "-")
    yield from _pair(t("slip_issuer"), transaction.issuer or "-")
    yield from _pair(t("slip_acquirer"), shop["acquirer"])
    if transaction.pan_masked:
        yield Line("%s %s" % (transaction.pan_masked, transaction.entry), LEFT, 1, True)
    if transaction.icc:
        yield from _chip(transaction)
    yield from _pair(t("slip_type"), t("type_" + transaction.kind))
    yield from _pair(t("slip_batch"), _number(transaction.batch))
    yield from _pair(t("slip_voucher"), _number(transaction.voucher))
    yield from _pair(t("slip_auth"), transaction.auth_code or "-")
    yield from _pair(t("slip_reference"), transaction.reference or "-")
    yield from _pair(t("slip_date"), calendar.date_time(transaction.at_s, shop["utc_offset_min"]))
    yield Line(RULE, LEFT, 1, False)
    sign = "" if transaction.kind == "sale" else "-"
    shown = "%s %s%s" % (transaction.currency, sign, money.text(transaction.amount, transaction.currency))
    yield Line(shown, CENTRE, 2, True)
    yield Line(RULE, LEFT, 1, False)


def _number(value):
    return "%06d" % value


def _pair(label, value):
    """Label left, value right on one line; a value that is too long goes on its own lines."""
    space = COLUMNS - width(label) - width(value)
    if space > 0:
        yield Line(label + " " * space + value, LEFT, 1, False)
        return
    yield Line(label, LEFT, 1, False)
    for piece in wrap(value):
        yield Line(piece, LEFT, 1, False)
