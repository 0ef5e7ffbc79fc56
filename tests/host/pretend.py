# SPDX-License-Identifier: MIT
"""A pretended terminal for tests of the host: makes records and messages with the device's own codec."""

import time

from pos.cards import card_data, dukpt_card_data
from pos.codec import cose, messages, records
from pos.crypto import pinblock
from pos.crypto import sandbox as sandbox_keys
from suanpan.host import sandbox

AT_S = 1_767_225_600  # 2026-01-01T00:00:00Z
WAIT_S = 20.0


def until(condition, what, timeout_s=WAIT_S):
    """Value of `condition()` as soon as it is true; fails when it never is."""
    deadline = time.monotonic() + timeout_s
    while not (value := condition()):
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.005)
    return value


def encode(schema, **values):
    """A record with `values`; whatever is not given is zero or empty."""
    return schema.pack(schema.values(**values))


def beside(bodies, known):
    """`bodies` as a device sends them: behind what they speak of, which is one of `known`."""
    by_seq = {records.as_dict(body)["seq"]: body for body in known}
    fields = [records.as_dict(body) for body in bodies]
    spoken_of = [by_seq.get(row.get("of_seq", row.get("original_seq"))) for row in fields]
    return [body for body in dict.fromkeys(spoken_of) if body and body not in bodies] + list(bodies)


class Pretend:
    """Numbers its own records from 1; each method returns an encoded record."""

    def __init__(self, name="SIM00001", keys=None, epoch=1, partition="0", seq=0):
        self.name, self.epoch, self.seq, self.partition = name, epoch, seq, partition
        self.nonce, self.since, self.cumulative = b"", 0, 0  # one power-on for ever, unless it is restarted
        self.mac_key, self.data_key = keys or sandbox_keys.derive(name)

    def record(self, schema, **values):
        self.seq += 1
        return encode(schema, **{"epoch": self.epoch, "seq": self.seq, "at_s": AT_S, **values})

    def intent(self, schema, amount, **values):
        numbers = {"batch": 1, "trace": self.seq + 1, "voucher": self.seq + 1}
        return self.record(schema, **{"amount": amount, "currency": "CNY", **numbers, **values})

    def sale(self, amount=1234, number=None, entry="S", card="mag-credit", key=None, **values):
        """Its card is sealed with the terminal's data key, or with the TransactionKey `key`."""
        number = number or sandbox.cards[card]["pan"]
        facts = self.epoch, self.seq + 1, b"12345", number
        sealed = (
            dukpt_card_data.seal(key, self.name.encode(), *facts, "", "", "")
            if key
            else card_data.seal(self.data_key, self.name.encode(), *facts)
        )
        shown = {"operator": "01", "issuer": "TEST", "pan_masked": f"{number[:6]}****{number[-4:]}", "fee": 7}
        return self.intent(records.SALE, amount, **{**shown, "entry": entry, "card": sealed, **values})

    def pin(self, key, pin, number):
        """As a message has it, under the TransactionKey `key`."""
        pin_key = bytearray(16)
        key.working_key("pin", pin_key)
        return key.ksn + pinblock.format4(pin_key, pin, number, b"01234567")

    def void(self, of_seq, amount=1234, **values):
        original = {"original_epoch": self.epoch, "original_seq": of_seq}
        return self.intent(records.VOID, amount, **{**original, **values})

    def refund(self, of_seq, amount=1234, number=None, entry="S", card="mag-credit", **values):
        """To the card that is presented again; a payment code brings none."""
        number = number or sandbox.cards[card]["pan"]
        facts = self.epoch, self.seq + 1, b"12345", number
        sealed = (
            bytes(records.CARD_SIZE)
            if entry == "Q"
            else card_data.seal(self.data_key, self.name.encode(), *facts)
        )
        original = {"original_epoch": self.epoch, "original_seq": of_seq}
        return self.intent(records.REFUND, amount, **{"entry": entry, "card": sealed, **original, **values})

    def outcome(self, of_seq, state=records.APPROVED, code="00", **values):
        about = {"of_epoch": self.epoch, "of_seq": of_seq, "state": state, "code": code}
        return self.record(records.OUTCOME, **{**about, "auth_code": "123456", "reference": "R1", **values})

    def reversal(self, of_seq, reason=records.REASON_NO_ANSWER):
        return self.record(records.REVERSAL, of_epoch=self.epoch, of_seq=of_seq, reason=reason)

    def icc(self, of_seq, data, stage=records.ICC_REQUEST):
        padded = data + bytes(records.ICC_LONGEST - len(data))
        return self.record(records.ICC, of_epoch=self.epoch, of_seq=of_seq, stage=stage, data=padded)

    def alarm(self, code=301, detail="no network"):
        return self.record(records.ALARM, code=code, severity=2, detail=detail)

    def restarts(self, nonce, seq=None, cumulative=0):
        """Another power-on, behind what was written; with `seq` on an old copy, whose last number that is."""
        self.seq = self.seq if seq is None else seq
        self.nonce, self.since, self.cumulative = nonce, self.seq + 1, cumulative
        return self

    def message(self, *bodies, urgent=False, epoch=None, name=None, pin=b""):
        """Authenticated batch as it is published."""
        power_on = self.nonce, self.since, self.cumulative
        content = messages.batch(name or self.name, epoch or self.epoch, bodies, urgent, *power_on, pin)
        return self.envelope(content)

    def envelope(self, content, aad=messages.AAD_UP):
        return cose.mac0(self.mac_key, content, self.name.encode(), aad)

    @property
    def up(self):
        return messages.up_topic(self.partition, self.name)

    @property
    def down(self):
        return messages.down_topic(self.partition, self.name)

    def opened(self, payload):
        """Content of what the host sent to this terminal."""
        return messages.parse_down(cose.open_mac0(self.mac_key, payload, messages.AAD_DOWN))
