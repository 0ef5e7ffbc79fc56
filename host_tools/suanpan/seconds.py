# SPDX-License-Identifier: MIT
"""A time on the command line, in seconds: it ends."""

import math

import click

_DAY_S = 86400


class Seconds(click.FloatRange):
    """From `least` seconds to a day."""

    def __init__(self, least: float) -> None:
        super().__init__(least, _DAY_S)

    def convert(self, value, param, ctx):
        """As FloatRange does it, except that nan, which is neither too small nor too large, is none."""
        seconds = super().convert(value, param, ctx)
        if math.isnan(seconds):
            self.fail(f"{value} is no time", param, ctx)
        return seconds
