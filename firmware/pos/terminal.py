# SPDX-License-Identifier: MIT
"""What a flow is given: the parts of one terminal, and the few acts that need more than one of them."""

from pos.codec.records import ENTRY_CODE
from pos.compat import let_go, ticks_diff, ticks_ms
from pos.flows.abandoned import Abandoned
from pos.flows.duplicate import Recent

_QUIET_MS = 60_000  # the same alarm is written once in this time
REGISTER_PARTS = "pos.crypto.sale_key", "pos.crypto.dukpt_register", "pos.crypto.slots"
KEY_PARTS = REGISTER_PARTS + (
    "pos.cards.dukpt_card_data",
    "pos.crypto.transaction_key",
    "pos.crypto.dukpt",
    "pos.crypto.pinblock",
    "pos.crypto.wipe",
)  # of use to one sale


class Terminal:
    """Built by build.py; holds no state of a transaction but its key."""

    def __init__(self, board, config, operator, books, outbox, keys, log, budget):
        self.board = board
        self.clock = board.clock
        self.config = config
        self.operator = operator
        self.books = books
        self.outbox = outbox
        self.log = log
        self.budget = budget
        self.recent = Recent()
        self._keys = keys
        self._key_device = getattr(board, "key_device", None)  # opens the register of DUKPT keys
        self.doing = "sale"  # the flow; string key of what its screens are about, where a card comes in
        self.card_left = False  # in the chip reader, from an earlier sale
        self._sale_key = None
        self._fingerprint_key = board.entropy(32)
        self._raised = {}

    def take_key(self):
        """This sale's own key from the DUKPT register, until `seal` or `drop_key`; None when the board has none.

        Abandoned when the register has no key to give.
        """
        self.drop_key()
        if self._key_device is None:
            return None
        from pos.crypto import sale_key

        try:
            self._sale_key = sale_key.take(self._key_device)
        except sale_key.NoKey as error:
            raise self._refused(error) from None
        finally:
            let_go(*REGISTER_PARTS)  # the key alone may wait for a PIN
        return self._sale_key

    def _data_key(self):
        """The key that seals cards where the board has no register; Abandoned when it is not there either."""
        from pos.crypto.keystore import KeyStoreError

        try:
            return self._keys.data_key()
        except KeyStoreError as error:
            raise self._refused(error) from None

    def _refused(self, error):
        self.alarm("card_keys", str(error))
        return Abandoned("no_key")

    def seals_pins(self):
        """Is there a register of keys, for a PIN on its way to the host?"""
        return self._key_device is not None

    def pin_block(self, pin, pan):
        """KSN and enciphered PIN block, 28 bytes, under this sale's key; None when the board has no register."""
        key = self._sale_key or self.take_key()
        if key is None:
            return None
        from pos.crypto.transaction_key import pin_block

        return pin_block(key, pin, pan, self.board.entropy(8))

    def seal(self, epoch, seq, pan, expiry, service_code, track2):
        """The card field of a sale record, enciphered for the host; this sale's key is gone then. Abandoned: no key."""
        from pos.cards import card_data

        name, random = self.config.terminal.encode(), self.board.entropy(card_data.RANDOM_SIZE)
        facts = epoch, seq, random, pan, expiry, service_code, track2
        key = self._sale_key or self.take_key()
        if key is None:
            return card_data.seal(self._data_key(), name, *facts)
        try:
            from pos.cards import dukpt_card_data

            return dukpt_card_data.seal(key, name, *facts)
        finally:
            self.drop_key()

    def drop_key(self):
        """Forget this sale's key, if it has one."""
        if self._sale_key:
            self._sale_key.wipe()
            self._sale_key = None
            let_go(*KEY_PARTS)

    def erase_keys(self):
        """Nothing can be sealed or authenticated any more, until new keys are loaded.

        The key store last: while it is there, a start after a power cut in here comes to the case's contact again.
        """
        self.outbox.end()
        self.drop_key()
        try:
            if self._key_device:
                _erase(self._key_device())
        finally:
            self._keys.erase()

    def show_card(self, amount, key):
        """What goes on with a card, by its string key, below the amount."""
        from pos.domain import money

        t, currency = self.operator.t, self.config.currency
        big = "%s %s" % (currency, money.text(amount, currency))
        self.operator.show("card", title=t(self.doing), big=big, lines=((t(key), "accent"),), busy=True)

    def fee(self, pan, payment):
        """Fee in minor units, by the rule that the payment falls under."""
        from pos.domain import fees, issuers

        if payment.entry == ENTRY_CODE:
            rule = issuers.wallet_fee(payment.issuer)
        else:
            rule = issuers.card_fee(pan, self.config.debit_prefixes)
        return fees.fee(payment.amount, self.config.fees[rule])

    def fingerprint(self, pan):
        """Eight bytes that tell two cards apart until the power goes; of no use to anyone else."""
        from pos.crypto.hmac import hmac_sha256

        return bytes(hmac_sha256(self._fingerprint_key, pan.encode())[:8])

    def may_trade(self):
        """Abandoned once the host's books follow another device in this epoch: no new intent."""
        if self.outbox.dispute:
            raise Abandoned("numbers_used")

    def assert_durable(self, transaction):
        """Invariants 1 and 2, before anything is asked or shown."""
        self.books.assert_durable(transaction)

    def alarm(self, name, detail=""):
        """Raise an alarm of the catalogue: log, voice, journal; the same one at most once a minute."""
        from pos.domain import alarms

        now_ms, now_s = ticks_ms(), self.clock.now()
        if name in self._raised:
            raised_ms, raised_s = self._raised[name]
            # Both, for ticks come round (12.4 days), and the clock may stand at its floor or be set.
            if 0 <= ticks_diff(now_ms, raised_ms) < _QUIET_MS and abs(now_s - raised_s) < _QUIET_MS // 1000:
                return
        self._raised[name] = now_ms, now_s
        alarm = alarms.find(name)
        self.log.event("alarm", alarm=name, code=alarm.code, severity=alarm.severity, detail=detail)
        self.operator.speak(self.operator.t.pick(alarm.voice))
        self.books.alarm(alarm.code, alarm.severity, detail)

    def late_answer(self, answer):
        """The host answered after the terminal had decided; what was approved is already being reversed."""
        transaction = self.books.find((answer["epoch"], answer["seq"]))
        if transaction is None or not transaction.reversed:
            return
        if answer["code"] in ("00", "10"):
            self.alarm("late_approval", "trace %06d" % transaction.trace)

    def link_changed(self, online, reason):
        """The connection to the broker came or went."""
        self.log.event("link", online=online, reason=str(reason or ""))


def _erase(device):
    """Every block of a register, whatever is on it (MicroPython's extended block interface)."""
    try:
        for block in range(device.ioctl(4, 0)):
            device.ioctl(6, block)
        device.ioctl(3, 0)
    finally:
        device.close()
