# SPDX-License-Identifier: MIT
"""Two-digit years in BCD: 50 to 99 are of the last century (EMV Book 4 section 6.7.3)."""


def sortable(date):
    """A date that begins with its year, YYMMDD or YYMM, as bytes that compare as the dates do."""
    year = date[0]
    return bytes((year + 0x50 if year < 0x50 else year - 0x50,)) + date[1:]
