# SPDX-License-Identifier: MIT
"""The checked configuration; apart from config.py, which is let go when the terminal has started."""


class Settings:
    """Every key of config.KEYS is an attribute."""

    language = ""  # set with the rest

    def offline_limits(self):
        """The limits that domain.limits asks for."""
        names = ("offline_each", "offline_total", "offline_count", "offline_age_s")
        return {name: getattr(self, name) for name in names}

    def shop(self):
        """What a slip says about where it was printed."""
        names = ("merchant_name", "merchant_id", "terminal", "acquirer", "utc_offset_min")
        return {name: getattr(self, name) for name in names}
