# SPDX-License-Identifier: MIT
"""A transaction is a fold of its journal records; terminal, simulator and host fold with this one file.

Records come as dicts by field name with `kind` as its name (codec.records.as_dict), in any order:
a reversal that overtakes its intent leaves a tombstone, and the intent arrives as reversed.
"""

PENDING, APPROVED, DECLINED, REVERSED, VOIDED = "pending", "approved", "declined", "reversed", "voided"
INTENTS = ("sale", "void", "refund")

ALLOWED = {
    PENDING: (APPROVED, DECLINED, REVERSED),
    APPROVED: (REVERSED, VOIDED),
    DECLINED: (REVERSED,),
    REVERSED: (),
    VOIDED: (),
}

_OUTCOME = {1: APPROVED, 2: DECLINED, 3: DECLINED}  # codec.records APPROVED, DECLINED, FAILED
_ICC_RESULT = 2  # codec.records; counts more than what the request had
_INTENT = ("at_s", "trace", "batch", "voucher", "amount", "currency", "operator", "entry", "issuer")


class StateError(Exception):
    """The state machine does not allow this step."""


class Transaction:
    """One sale, void or refund: what was asked, what came of it. `kind` is '' until its intent is known."""

    refunded = 0  # of a sale, minor units: by refunds that are approved or may be

    def __init__(self, epoch, seq):
        self.epoch = epoch
        self.seq = seq
        self.kind = ""
        self.state = PENDING
        self.at_s = self.trace = self.batch = self.voucher = self.amount = self.fee = 0
        self.currency = self.operator = self.entry = self.issuer = self.pan_masked = ""
        self.code = self.auth_code = self.reference = ""
        self.icc = b""  # what a chip card's transaction left last, as BER-TLV
        self.original = None  # (epoch, seq) of the sale that a void or refund is about
        self.reason = 0  # of the reversal, codec.records REASON_*
        self.offline = False
        self.reversed = False
        self.printed = 0  # slips that came out whole

    def to(self, state):
        """Move to `state`; StateError, with both names, when the machine does not allow it."""
        if state == self.state:
            return
        if state not in ALLOWED[self.state]:
            raise StateError("%s cannot become %s" % (self.state, state))
        self.state = state

    def may_give(self):
        """Minor units that this refund takes of its sale: nothing once it is refused or taken back."""
        return self.amount if self.kind == "refund" and self.state in (PENDING, APPROVED) else 0

    def as_dict(self):
        """The row that host and simulator show (DESIGN.md section 5)."""
        return {
            "epoch": self.epoch, "seq": self.seq, "kind": self.kind, "state": self.state,
            "amount": self.amount, "currency": self.currency, "entry": self.entry, "issuer": self.issuer,
            "pan_masked": self.pan_masked, "trace": self.trace, "batch": self.batch, "voucher": self.voucher,
            "operator": self.operator, "code": self.code, "auth_code": self.auth_code,
            "reference": self.reference, "occurred_at": self.at_s, "offline": self.offline,
            "reversed": self.reversed, "fee": self.fee, "printed": self.printed,
        }  # fmt: skip


def identity(record):
    """(epoch, seq) of the transaction that a record belongs to, or None when it belongs to none."""
    if record["kind"] in INTENTS:
        return record["epoch"], record["seq"]
    if record["kind"] in ("outcome", "reversal", "print", "icc"):
        return record["of_epoch"], record["of_seq"]
    return None


def apply(transaction, record):
    """Fold one record into its transaction. Invariant 3: the same record twice changes nothing more."""
    _APPLY[record["kind"]](transaction, record)
    return transaction


def _intent(transaction, record):
    transaction.kind = record["kind"]
    for name in _INTENT:
        if name in record:
            setattr(transaction, name, record[name])
    transaction.pan_masked = record.get("pan_masked", transaction.pan_masked)
    transaction.fee = record.get("fee", 0)
    if "original_seq" in record:
        transaction.original = (record["original_epoch"], record["original_seq"])


def _outcome(transaction, record):
    if record["state"] not in _OUTCOME:
        raise StateError("%d is no outcome" % record["state"])
    for name in ("code", "auth_code", "reference"):
        setattr(transaction, name, record[name])
    transaction.offline = bool(record["offline"])
    if not transaction.reversed and transaction.state != VOIDED:
        transaction.to(_OUTCOME[record["state"]])


def _reversal(transaction, record):
    transaction.to(REVERSED)
    transaction.reversed = True
    transaction.reason = record["reason"]


def _print(transaction, record):
    if record["result"] == 0:
        transaction.printed += 1


def _icc(transaction, record):
    if record["stage"] == _ICC_RESULT or not transaction.icc:
        transaction.icc = record["data"]


_APPLY = {
    "sale": _intent,
    "void": _intent,
    "refund": _intent,
    "outcome": _outcome,
    "reversal": _reversal,
    "print": _print,
    "icc": _icc,
}


def fold(records):
    """Transaction of the records that belong to one identity. ValueError when there are none."""
    transaction = None
    for record in records:
        owner = identity(record)
        if owner is None:
            continue
        if transaction is None:
            transaction = Transaction(*owner)
        if owner != (transaction.epoch, transaction.seq):
            raise ValueError("records of two transactions in one fold")
        apply(transaction, record)
    if transaction is None:
        raise ValueError("no record of a transaction")
    return transaction


def fold_all(records):
    """Every transaction of a journal, ascending by identity; voids and refunds mark their originals."""
    found = {}
    for record in records:
        owner = identity(record)
        if owner is not None:
            if owner not in found:
                found[owner] = Transaction(*owner)
            apply(found[owner], record)
    for transaction in found.values():
        original = found.get(transaction.original)
        if original:
            _mark(original, transaction)
    return [found[owner] for owner in sorted(found)]


def _mark(original, transaction):
    original.refunded += transaction.may_give()
    if (transaction.kind, transaction.state, original.state) == ("void", APPROVED, APPROVED):
        original.to(VOIDED)
