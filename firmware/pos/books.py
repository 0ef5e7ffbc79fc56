# SPDX-License-Identifier: MIT
"""The terminal's books: what the flows write to the journal, and what they must know of it again.

Invariants 1 and 2 live here: a record is read back from the journal before anyone may act on it.
Counters, the last transaction and the offline total are a fold of the journal, kept nowhere else.
"""

from pos.codec import records
from pos.domain import transaction as tx
from pos.domain.limits import Stored
from pos.journal.errors import JournalFull

_WRAP = 999999
_REVERSALS = 8  # that one request takes along


class InvariantError(Exception):
    """An invariant of DESIGN.md section 2 does not hold: the device must stop."""


def after(counter):
    """Next trace or voucher number: 999999 is followed by 000001."""
    return 1 if counter >= _WRAP else counter + 1


class Books:
    """One journal, one clock, one merchant. `last` is the newest sale, void or refund, or None."""

    def __init__(self, journal, config, clock):
        self._journal = journal
        self._config = config
        self._clock = clock
        self.last = None
        self.trace = self.voucher = 0
        self.batch = 1
        self.stored = Stored()
        self._behind = False  # memory ended between a money record and what is known of it here

    def recover(self):
        """Fold the newest transaction and the stored offline total out of the journal."""
        self.last, lost = None, self._journal.lost
        for transaction in self._newest_first():
            if self._journal.lost == lost:  # else its outcome may be what cannot be read
                self.last = transaction
            break
        self._recover_counters()
        self.count_stored()
        self._behind = False

    def _recover_counters(self):
        """From the newest record that holds them: the sales themselves may be gone."""
        for _, record in self._journal.scan(newest_first=True):
            fields = records.as_dict(record)
            if "trace" in fields:
                self.trace, self.voucher, self.batch = fields["trace"], fields["voucher"], fields["batch"]
                return

    def _newest_first(self):
        """Transactions, newest first: every record of one follows its intent, so the intent completes it."""
        following = {}
        for _, record in self._journal.scan(newest_first=True):
            fields = records.as_dict(record)
            owner = tx.identity(fields)
            if owner is None:
                continue
            following.setdefault(owner, []).append(fields)
            if fields["kind"] in tx.INTENTS:
                yield tx.fold(reversed(following.pop(owner)))

    def newest_approved(self, kinds):
        """Newest approved transaction of `kinds` that no void has taken back, or None."""
        from pos import lookup

        return lookup.newest_approved(self._journal, kinds)

    async def sale_of(self, voucher):
        """Sale of this voucher number with what its refunds have given back, or None when it is not retained."""
        from pos import lookup

        return await lookup.sale_of(self._journal, voucher)

    @property
    def next_trace(self):
        """Trace number of the next intent."""
        return after(self.trace)

    def count_stored(self):
        """Count again what was approved offline and is not yet confirmed by the host."""
        stored = Stored()
        for _, record in self._journal.pending():
            schema, values = records.decode(record)
            if schema is records.OUTCOME and values[schema.index("offline")]:
                stored.add(values[schema.index("amount")], values[schema.index("at_s")])
        self.stored = stored

    # what the journal says

    @property
    def epoch(self):
        return self._journal.epoch

    def pending(self):
        """Records that the host has not confirmed."""
        return self._journal.pending_count()

    def free_bytes(self):
        return self._journal.free_bytes()

    def full(self):
        """No new sale: what is left is for reversals, outcomes and prints."""
        return self._journal.reserve_reached()

    def prepare(self):
        """Erase ahead of need while nobody waits."""
        self._journal.prepare()

    def in_doubt(self):
        """The last transaction when it has neither outcome nor reversal."""
        if self._behind:
            self.recover()
        return self.last if self.last is not None and self.last.state == tx.PENDING else None

    def at_host(self, transaction):
        """True when the host has confirmed `transaction`, of this epoch: its intent and its outcome."""
        for seq, record in self._journal.pending(transaction.seq - 1):
            schema = records.schema_of(record)
            if seq == transaction.seq:
                return False
            if schema is records.OUTCOME:
                return records.as_dict(record)["of_seq"] != transaction.seq
        return True

    def assert_durable(self, transaction):
        """InvariantError unless the intent of `transaction` is in the journal as it stands."""
        record = self._journal.read(transaction.seq)
        fields = records.as_dict(record) if record is not None else {}
        if fields.get("epoch") != transaction.epoch or fields.get("amount") != transaction.amount:
            raise InvariantError("intent %d is not in the journal" % transaction.seq)

    def unsent_reversals(self):
        """Sequence numbers of reversals that the host has not confirmed; they go before anything new."""
        found = []
        for seq, record in self._journal.pending():
            if records.schema_of(record) is records.REVERSAL and len(found) < _REVERSALS:
                found.append(seq)
        return found

    def find(self, identity):
        """Transaction by (epoch, seq) up to its decision, or None when it is no longer retained."""
        from pos import lookup

        return lookup.transaction(self._journal, identity)

    # what the flows write; durable on return

    def intend_sale(self, payment):
        """Invariant 2: the intent, before anything is asked of anyone."""
        self._number()
        sealed = payment.seal(self._journal.epoch, self._journal.next_seq)
        money = self._money(payment.amount)
        return self._begin(
            records.SALE,
            money + [payment.entry, payment.issuer, payment.pan_masked, payment.fee, sealed],
        )

    def intend_void(self, original):
        """Intent to take `original` back in full."""
        self._number()
        return self._begin(records.VOID, self._money(original.amount) + [original.epoch, original.seq])

    def intend_refund(self, original, amount, payment=None):
        """Intent to give back `amount` of `original`; `payment`: its card, presented again, None when there is none."""
        self._number()
        sealed = (
            payment.seal(self._journal.epoch, self._journal.next_seq) if payment else bytes(records.CARD_SIZE)
        )
        entry = payment.entry if payment else original.entry
        card = [entry, original.issuer, original.pan_masked, sealed]
        return self._begin(records.REFUND, self._money(amount) + card + [original.epoch, original.seq])

    def outcome(self, transaction, state, code, auth_code="", reference="", offline=False):
        """The decision; invariant 1: what is shown next is what was read back."""
        values = [state, 1 if offline else 0, code, auth_code, reference, transaction.amount]
        self._of(records.OUTCOME, transaction, values)
        if offline:
            self.stored.add(transaction.amount, self._clock.now())

    def reverse(self, transaction, reason):
        """Take back what may have been taken; the reserve of the journal is there for this."""
        self._of(records.REVERSAL, transaction, [reason])

    def printed(self, transaction, copy, reprint, result):
        """What came of one slip, a fact beside the money."""
        self._of(records.PRINT, transaction, [copy, 1 if reprint else 0, result])

    def icc(self, transaction, stage, data):
        """A chip card's data for the host (stage ICC_REQUEST) or of its end (ICC_RESULT); number of the record."""
        self._of(records.ICC, transaction, [stage, data + bytes(records.ICC_LONGEST - len(data))])
        return self._journal.next_seq - 1

    def fallback(self, transaction):
        """Its stripe was taken because its chip failed: number of the record with POS entry mode 80 (EMV tag 9F39)."""
        return self.icc(transaction, records.ICC_REQUEST, b"\x9f\x39\x01\x80")

    def alarm(self, code, severity, detail):
        """`detail` is cut to the 32 bytes of its field, which are fewer characters in Chinese. True when durable."""
        while len(detail.encode()) > 32:
            detail = detail[:-1]
        return self._note(records.ALARM, [self.trace, self.batch, self.voucher, code, severity, detail])

    def boot(self, reason, version):
        self._note(records.BOOT, [self.trace, self.batch, self.voucher, reason, version])

    def _note(self, schema, values):
        """What is no money's business, and in the log too: it never stops a terminal whose journal has no room."""
        try:
            self._append(schema, values, urgent=True)
            return True
        except JournalFull:
            return False

    def _number(self):
        self.trace, self.voucher = after(self.trace), after(self.voucher)

    def _money(self, amount):
        config = self._config
        return [self.trace, self.batch, self.voucher, amount, config.currency, config.operator]

    def _begin(self, schema, values):
        self._behind = True
        self.last = tx.fold([self._append(schema, values)])
        self._behind = False
        return self.last

    def _of(self, schema, transaction, values):
        values = [transaction.epoch, transaction.seq] + values
        self._behind = True
        tx.apply(transaction, self._append(schema, values, urgent=True))
        self._behind = False

    def _append(self, schema, values, urgent=False):
        """Append, read back, compare: InvariantError when the journal does not hold what was written."""
        values = [schema.kind, 0, 0, self._clock.now()] + values
        seq = self._journal.append(schema, values, urgent=urgent)
        record = self._journal.read(seq)
        if record is None:
            raise InvariantError("record %d was not durable" % seq)
        fields = records.as_dict(record)
        if fields["kind"] != schema.name or fields["seq"] != seq:
            raise InvariantError("record %d is not what was written" % seq)
        return fields
