# SPDX-License-Identifier: MIT
"""What stands on a slip (DOMAIN.md section 3), as lines for any printer of 32 columns (58 mm paper).

A line holds at most 32 columns at size 1 and 16 at size 2; a CJK character takes two.
"""

from collections import namedtuple

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
    return sum(2 if 0x2E80 <= ord(c) <= 0xFFEF else 1 for c in text)


def mask(pan):
    """First six and last four of a PAN with stars between (DOMAIN.md M19); the only form that is kept.

    A number too short to hide at least five digits that way shows its last four only.
    """
    shown = pan[:6] if len(pan) >= 15 else ""
    return shown + "*" * (len(pan) - len(shown) - 4) + pan[-4:]


def mask_code(code):
    """Last four of a customer's payment code."""
    return "*" * (len(code) - 4) + code[-4:]


def wrap(text, columns=COLUMNS):
    """`text` in pieces of at most `columns` columns."""
    pieces, piece, used = [], "", 0
    for c in text:
        w = width(c)
        if used + w > columns:
            pieces.append(piece)
            piece, used = "", 0
        piece += c
        used += w
    pieces.append(piece)
    return pieces


def lines(transaction, shop, copy, t, reprint=False, original=None):
    """Slip of one approved transaction.

    shop: merchant_name, merchant_id, terminal, acquirer, utc_offset_min; t(key) gives the text of a key
    in the slip's language; original: the Transaction that a void takes back.
    """
    slip = _head(shop, copy, t)
    if reprint:
        slip.append(Line(DUPLICATE, CENTRE, 1, True))
    if transaction.offline:
        slip.append(Line(OFFLINE, CENTRE, 1, True))
    slip += _body(transaction, shop, t)
    if original is not None:
        slip += _pair(t("slip_original"), _number(original.voucher))
        slip += _pair(t("slip_original_ref"), original.reference or "-")
    if copy == MERCHANT and transaction.entry == "S":
        slip += [
            Line(t("slip_signature"), LEFT, 1, False),
            Line("", LEFT, 1, False),
            Line(RULE, LEFT, 1, False),
        ]
    slip += [Line(piece, CENTRE, 1, False) for piece in wrap(t("slip_keep"))]
    slip.append(CUT)
    return slip


def _head(shop, copy, t):
    head = [Line(piece, CENTRE, 2, True) for piece in wrap(shop["merchant_name"], COLUMNS // 2)]
    title = t("slip_merchant_copy" if copy == MERCHANT else "slip_customer_copy")
    return head + [Line(title, CENTRE, 1, False), Line(RULE, LEFT, 1, False)]


def _body(transaction, shop, t):
    facts = (
        ("slip_merchant_id", shop["merchant_id"]),
        ("slip_terminal", shop["terminal"]),
        ("slip_operator", transaction.operator or "-"),
        ("slip_issuer", transaction.issuer or "-"),
        ("slip_acquirer", shop["acquirer"]),
    )
    body = _pairs(facts, t)
    if transaction.pan_masked:
        body.append(Line("%s %s" % (transaction.pan_masked, transaction.entry), LEFT, 1, True))
    body += _pair(t("slip_type"), t("type_" + transaction.kind))
    body += _pairs(_references(transaction, shop), t)
    body.append(Line(RULE, LEFT, 1, False))
    sign = "-" if transaction.kind == "void" else ""
    shown = "%s %s%s" % (transaction.currency, sign, money.text(transaction.amount, transaction.currency))
    return body + [Line(shown, CENTRE, 2, True), Line(RULE, LEFT, 1, False)]


def _references(transaction, shop):
    return (
        ("slip_batch", _number(transaction.batch)),
        ("slip_voucher", _number(transaction.voucher)),
        ("slip_auth", transaction.auth_code or "-"),
        ("slip_reference", transaction.reference or "-"),
        ("slip_date", calendar.date_time(transaction.at_s, shop["utc_offset_min"])),
    )


def _number(value):
    return "%06d" % value


def _pairs(facts, t):
    slip = []
    for key, value in facts:
        slip += _pair(t(key), value)
    return slip


def _pair(label, value):
    """Label left, value right on one line; a value that is too long goes on its own lines."""
    space = COLUMNS - width(label) - width(value)
    if space > 0:
        return [Line(label + " " * space + value, LEFT, 1, False)]
    return [Line(label, LEFT, 1, False)] + [Line(piece, LEFT, 1, False) for piece in wrap(value)]
