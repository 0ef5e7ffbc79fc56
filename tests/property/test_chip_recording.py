# SPDX-License-Identifier: MIT
"""The recorded sales of tests/unit are what the virtual cards and the kernel still say."""

import chip_recording
import tap_recording


def test_the_recorded_sales_are_of_today():
    assert chip_recording.FILE.read_text(encoding="utf-8") == chip_recording.lines(), chip_recording.__doc__


def test_the_recorded_contactless_payments_are_of_today():
    assert tap_recording.FILE.read_text(encoding="utf-8") == tap_recording.lines(), tap_recording.__doc__
