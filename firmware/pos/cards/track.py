# SPDX-License-Identifier: MIT
"""Magnetic-stripe tracks 1 and 2 as text (ISO/IEC 7813 sections 6 and 7). Errors never quote the track."""

from collections import namedtuple

Track1 = namedtuple("Track1", ("pan", "name", "expiry", "service_code", "discretionary"))
Track2 = namedtuple("Track2", ("pan", "expiry", "service_code", "discretionary"))

_TRACK1_LENGTH, _TRACK2_LENGTH = 76, 37  # 79 and 40 less sentinels and LRC
_PAN_LENGTHS = (8, 19)
_NAME_LENGTHS = (2, 26)


def _digits(text):
    return all(["0" <= character <= "9" for character in text])


def _without_sentinels(text, start, longest, track):
    if text[:1] == start:
        text = text[1:]
    if text[-1:] == "?":
        text = text[:-1]
    if not text or len(text) > longest:
        raise ValueError("track %d: wrong length" % track)
    return text


def _pan(text, track):
    if not _digits(text):
        raise ValueError("track %d: wrong character in the account number" % track)
    if not _PAN_LENGTHS[0] <= len(text) <= _PAN_LENGTHS[1]:
        raise ValueError("track %d: account number of wrong length" % track)
    return text


def _additional(text, track):
    """(expiry "YYMM", service code, rest) of the data behind the last separator."""
    if len(text) < 7:
        raise ValueError("track %d: ends before the service code" % track)
    expiry, service_code = text[:4], text[4:7]
    if not _digits(expiry) or not 1 <= int(expiry[2:]) <= 12:
        raise ValueError("track %d: no valid expiry month" % track)
    if not _digits(service_code):
        raise ValueError("track %d: wrong character in the service code" % track)
    return expiry, service_code, text[7:]


def parse_track2(text):
    """Track2 of `;PAN=YYMMSSS…?`, sentinels optional; expiry is "YYMM". ValueError when malformed."""
    text = _without_sentinels(text, ";", _TRACK2_LENGTH, 2)
    parts = text.split("=")
    if len(parts) != 2:
        raise ValueError("track 2: not one field separator")
    expiry, service_code, discretionary = _additional(parts[1], 2)
    if not _digits(discretionary):
        raise ValueError("track 2: wrong character in the discretionary data")
    return Track2(_pan(parts[0], 2), expiry, service_code, discretionary)


def parse_track1(text):
    """Track1 of `%BPAN^NAME^YYMMSSS…?` (format B), sentinels optional. ValueError when malformed."""
    text = _without_sentinels(text, "%", _TRACK1_LENGTH, 1)
    if text[0] != "B":
        raise ValueError("track 1: not format B")
    if not all([" " <= character <= "_" for character in text]) or "%" in text or "?" in text:
        raise ValueError("track 1: wrong character")
    parts = text[1:].split("^")
    if len(parts) != 3:
        raise ValueError("track 1: not two field separators")
    if not _NAME_LENGTHS[0] <= len(parts[1]) <= _NAME_LENGTHS[1]:
        raise ValueError("track 1: name of wrong length")
    expiry, service_code, discretionary = _additional(parts[2], 1)
    return Track1(_pan(parts[0], 1), parts[1], expiry, service_code, discretionary)
