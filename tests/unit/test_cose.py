# SPDX-License-Identifier: MIT
"""COSE envelopes: what was sealed opens with the right key and purpose only."""

from binascii import unhexlify

from expect import raises
from pos.codec import cbor, cose, messages

KEY = bytes(range(32))


def test_mac0_opens_with_its_key_and_purpose():
    message = cose.mac0(KEY, b"payload", b"SIM00001", b"up")
    assert cose.open_mac0(KEY, message, b"up") == b"payload"
    assert cose.mac0_parts(message)[1] == b"SIM00001"
    raises(cose.MacError, cose.open_mac0, bytes(32), message, b"up")
    raises(cose.MacError, cose.open_mac0, KEY, message, b"down")


def test_mac0_tagged_is_taken():
    message = cose.mac0(KEY, b"payload", b"kid", b"up")
    assert message[0] == 0x84
    assert cose.open_mac0(KEY, b"\xd1" + message, b"up") == b"payload"
    raises(ValueError, cose.open_mac0, KEY, b"\xd0" + message, b"up")


def test_mac0_from_the_cose_working_group():
    # github.com/cose-wg/Examples mac0-tests/HMac-01: HMAC 256/256 without aad and without kid
    key = unhexlify("849b57219dae48de646d07dbb533566e976686457c1491be3a76dcea6c427188")
    message = unhexlify(
        "d18443a10105a054546869732069732074686520636f6e74656e742e"
        "5820a1a848d3471f9d61ee49018d244c824772f223ad4f935293f1789fc3a08d8c58"
    )
    assert cose.open_mac0(key, message, b"") == b"This is the content."


def test_every_changed_bit_of_mac0_is_refused():
    message = cose.mac0(KEY, b"payload", b"kid", b"up")
    unprotected = range(message.index(b"\xa1\x04"), message.index(b"\x47payload"))
    for bit in range(8 * len(message)):
        if bit >> 3 in unprotected:
            continue
        bad = bytearray(message)
        bad[bit >> 3] ^= 1 << (bit & 7)
        raises((ValueError, cose.MacError), cose.open_mac0, KEY, bad, b"up")


def test_malformed_mac0_is_a_value_error():
    protected = cbor.dumps({1: 5})
    for parts in (
        [],
        {},
        [protected, {}, b"x"],
        [protected, {}, b"x", "tag"],
        [protected, [], b"x", b"tag"],
        [b"", {1: 5}, b"x", b"tag"],
        [cbor.dumps({1: 4}), {}, b"x", b"tag"],
        [cbor.dumps({1: 5, 2: [1]}), {}, b"x", b"tag"],
        [cbor.dumps([1, 5]), {}, b"x", b"tag"],
        [b"\xff", {}, b"x", b"tag"],
        [protected, {}, None, b"tag"],
        cbor.Tagged(17, 5),
        cbor.Tagged(18, [protected, {}, b"x", b"tag"]),
    ):
        raises(ValueError, cose.open_mac0, KEY, cbor.dumps(parts), b"up")
    raises(ValueError, cose.mac0_parts, cbor.dumps([protected, {4: "text"}, b"x", b"tag"]))
    raises(ValueError, cose.open_mac0, KEY, b"", b"up")


def test_encrypt0_opens_with_its_key_and_purpose():
    message = cose.encrypt0(KEY[:16], bytes(13), b"secret", b"kid", b"card")
    assert b"secret" not in message
    assert cose.open_encrypt0(KEY[:16], message, b"card") == b"secret"
    assert cose.open_encrypt0(KEY[:16], b"\xd0" + message, b"card") == b"secret"
    raises(cose.MacError, cose.open_encrypt0, bytes(16), message, b"card")
    raises(cose.MacError, cose.open_encrypt0, KEY[:16], message, b"other")


def test_malformed_encrypt0_is_a_value_error():
    protected = cbor.dumps({1: 30})
    for parts in (
        [protected, {5: bytes(12)}, bytes(20)],
        [protected, {}, bytes(20)],
        [protected, {5: bytes(13)}, bytes(15)],
        [protected, {5: bytes(13)}, None],
        [cbor.dumps({1: 10}), {5: bytes(13)}, bytes(20)],
    ):
        raises(ValueError, cose.open_encrypt0, KEY[:16], cbor.dumps(parts), b"card")


def test_messages_round_trip():
    batch = messages.parse_batch(messages.batch("T1", 1, [b"a", memoryview(b"b")], True, b"12345678", 6, 4))
    assert (batch["terminal"], batch["epoch"], batch["urgent"]) == ("T1", 1, 1)
    assert batch["records"] == [b"a", b"b"]
    assert (batch["nonce"], batch["since"], batch["cumulative"]) == (b"12345678", 6, 4)
    assert batch["pin"] == b""
    assert messages.parse_batch(messages.batch("T1", 1, [], True, pin=bytes(28)))["pin"] == bytes(28)
    receipt = messages.parse_down(messages.receipt("T1", 1, 5, ((7, 9),), 1700000000, b"12345678"))
    assert receipt == {
        "type": messages.RECEIPT,
        "terminal": "T1",
        "epoch": 1,
        "cumulative": 5,
        "ranges": [[7, 9]],
        "time_s": 1700000000,
        "nonce": b"12345678",
    }
    answer = messages.parse_down(messages.answer("T1", 1, 6, "00", "123456", "R1", 100, 5))
    assert (answer["type"], answer["code"], answer["amount"]) == (messages.ANSWER, "00", 100)
    assert answer["icc"] == b""
    answer = messages.parse_down(messages.answer("T1", 1, 6, "00", icc=bytes(255)))
    assert answer["icc"] == bytes(255)
    refusal = messages.parse_down(messages.refusal("T1", 1, "suspended", "ask the acquirer"))
    assert (refusal["type"], refusal["code"]) == (messages.REFUSAL, "suspended")
    dispute = messages.parse_down(messages.dispute("T1", 1, ((7, 9),), 3, (10, 2, 11), 5, b"12345678"))
    assert (dispute["type"], dispute["ranges"], dispute["next_epoch"]) == (messages.DISPUTE, [[7, 9]], 3)
    assert (dispute["trace"], dispute["batch"], dispute["voucher"]) == (10, 2, 11)


def test_malformed_messages_are_value_errors():
    for payload in (
        None,
        [],
        5,
        [2, "T1", 1, 0, [], b"", 0, 0, b""],
        [1],
        [1, "T1", 1, 0],
        [1, "T1", 1, 0, [], b"", 0, 0, b"", 5],
        [1, "T1", 1, 0, [], b"123456789", 0, 0, b""],
        [1, "T1", 1, 0, [], "12345678", 0, 0, b""],
        [1, "T1", 1, 0, [], b"", 0, 0, bytes(29)],
        [1, "T1", 1, 0, [], b"", 0, 0, 1],
        [1, 5, 1, 0, [], b"", 0, 0, b""],
        [1, "T1", "1", 0, [], b"", 0, 0, b""],
        [1, "T1", -1, 0, [], b"", 0, 0, b""],
        [1, "T1", 1, 0, ["text"], b"", 0, 0, b""],
        [1, "T1", 1, 0, {}, b"", 0, 0, b""],
        [True, "T1", 1, 0, [], b"", 0, 0, b""],
    ):
        raises(ValueError, messages.parse_batch, cbor.dumps(payload))
    for payload in (
        None,
        [1],
        [1, 9],
        [1, 1, "T1", 1, 5, [[1]], 5, b""],
        [1, 1, "T1", 1, 5, [[9, 1]], 5, b""],
        [1, 1, "T1", 1, 5, [["a", "b"]], 5, b""],
        [1, 1, "T1", 1, 5, [5], 5, b""],
        [1, 2, "T1", 1, 6, 0, "", "", 0, 0, b"", b""],
        [1, 2, "T1", 1, 6, "000", "", "", 0, 0, b"", b""],
        [1, 2, "T1", 1, 6, "00", "1234567", "", 0, 0, b"", b""],
        [1, 2, "T1", 1, 6, "00", "", "9" * 13, 0, 0, b"", b""],
        [1, 2, "T1", 1, 6, "00", "授权码", "", 0, 0, b"", b""],
        [1, 2, "T1", 1, 6, "00", "1\0", "", 0, 0, b"", b""],
        [1, 2, "T1", 1, 6, "00", "", "", 0, 0, b"", bytes(256)],
        [1, 2, "T1", 1, 6, "00", "", "", 0, 0, b"", ""],
        [1, 1, "T1", 1, 5, [], 5],
        [1, 1, "T1", 1, 5, [], 5, "12345678"],
        [1, 4, "T1", 1, [[2, 1]], 2, 0, 0, 0, 5, b""],
        [1, [], "T1"],
        [1, {}, "T1"],
    ):
        raises(ValueError, messages.parse_down, cbor.dumps(payload))
