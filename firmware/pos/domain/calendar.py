# SPDX-License-Identifier: MIT
"""Unix seconds to civil date and time, pure (proleptic Gregorian calendar, ISO 8601 forms).

The runtimes disagree on the epoch of their own functions, so the terminal counts for itself.
"""


def civil(seconds, offset_min=0):
    """(year, month, day, hour, minute, second) of Unix `seconds` at `offset_min` from UTC."""
    days, rest = divmod(seconds + offset_min * 60, 86400)
    # days -> date by Euclid's method over a year that begins in March
    days += 719468
    era, day_of_era = divmod(days, 146097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    march_month = (5 * day_of_year + 2) // 153
    day = day_of_year - (153 * march_month + 2) // 5 + 1
    month = march_month + 3 if march_month < 10 else march_month - 9
    year = year_of_era + era * 400 + (1 if month <= 2 else 0)
    return year, month, day, rest // 3600, rest // 60 % 60, rest % 60


def date_time(seconds, offset_min=0):
    """'2026-03-14 09:26:53'; a clock that was never set shows dashes instead of an invented date."""
    if not seconds:
        return "---- -- -- --:--:--"
    return "%04d-%02d-%02d %02d:%02d:%02d" % civil(seconds, offset_min)


def clock(seconds, offset_min=0):
    """'2026-03-14 09:26' for the idle screen."""
    return date_time(seconds, offset_min)[:16]
