# SPDX-License-Identifier: MIT
"""Stripe reader: framing, LRC, unreadable tracks, noise (ISO/IEC 7811-6; FAULTS.md F33)."""

from expect import raises, raises_async
from pos.drivers import DeviceTimeout
from pos.drivers.magstripe import StripeDecoder, StripeError, StripeReader
from wire import FakeUart


def lrc(body, base):
    value = 0
    for c in body:
        value ^= ord(c) - base
    return body + chr(base + value)


T1 = lrc("%B4111111111111111^TEST/CARD^2912101?", 0x20)
T2 = lrc(";4111111111111111=2912101?", 0x30)


def decode(sent):
    decoder = StripeDecoder()
    for byte in sent.encode() if isinstance(sent, str) else sent:
        if decoder.feed(byte):
            return decoder.result()
    return None


def reason(sent):
    return raises(StripeError, decode, sent).reason


def test_both_tracks_without_their_sentinels():
    read = decode(T1 + T2 + "\r")
    assert read.track1 == "B4111111111111111^TEST/CARD^2912101"
    assert read.track2 == "4111111111111111=2912101"


def test_one_track_alone():
    assert decode(T2 + "\r").track1 is None
    assert decode(T1 + "\r").track2 is None


def test_a_wrong_check_is_refused_on_every_bit():
    for bit in range(4):
        assert reason(T1 + T2[:-1] + chr(ord(T2[-1]) ^ 1 << bit) + "\r") == "lrc"


def test_any_changed_digit_is_refused():
    for i in range(1, len(T2) - 2):
        assert reason(T2[:i] + ("1" if T2[i] != "1" else "2") + T2[i + 1 :] + "\r") == "lrc"


def test_unreadable_tracks_are_parity_errors():
    assert reason("%E?;E?\r") == "parity"
    assert reason(T1 + ";E?\r") == "parity"
    assert reason(";E4?1\r") == "lrc"


def test_a_bad_first_track_beside_a_good_second_is_left_out():
    read = decode("%E?" + T2 + "\r")
    assert read.track1 is None and read.track2 == "4111111111111111=2912101"


def test_a_swipe_that_ends_early():
    assert reason(T1 + T2[:12] + "\r") == "framing"
    assert reason(T2[:-1] + "\r") == "framing"


def test_foreign_characters_and_endless_tracks():
    assert reason(";41111A?0\r") == "framing"
    assert reason(";" + "1" * 60 + "?0\r") == "framing"


def test_noise_before_the_card_is_skipped():
    assert decode(b"\x00\xff\r09?\r" + (T1 + T2).encode() + b"\r").track2 == "4111111111111111=2912101"


def test_the_next_swipe_starts_clean():
    decoder = StripeDecoder()
    for sent in (T2[:9] + "\r", T2 + "\r"):
        for byte in sent.encode():
            done = decoder.feed(byte)
        assert done
        if len(sent) < 20:
            raises(StripeError, decoder.result)
    assert decoder.result().track2 == "4111111111111111=2912101"


async def test_reader_waits_for_a_card_and_gives_up():
    await raises_async(DeviceTimeout, StripeReader(FakeUart()).read(5))
    read = await StripeReader(FakeUart((T1 + T2 + "\r").encode())).read(5)
    assert read.track2 == "4111111111111111=2912101"


async def test_a_card_stopped_halfway_is_a_framing_error():
    error = await raises_async(StripeError, StripeReader(FakeUart(T2[:9].encode())).read(5))
    assert error.reason == "framing"


async def test_clear_forgets_an_early_swipe():
    reader = StripeReader(FakeUart((T2 + "\r").encode()))
    reader.clear()
    await raises_async(DeviceTimeout, reader.read(5))
