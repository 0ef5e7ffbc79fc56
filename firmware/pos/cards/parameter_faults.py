# SPDX-License-Identifier: MIT
"""What is wrong with a file of application parameters: told at start and by `suanpan provision parameters`."""

from pos.cards.applications import read
from pos.cards.parameters import ParameterError


def faults(file, today):
    """(number of the line, ParameterError) of all that is wrong with an open binary file; number 0: with all of it.

    A line whose days are over, "YYYYMMDD" `today`, is wrong unless a later one follows it.
    """
    known = []  # (what it is of, first day, last day, number of the line)
    for number, _, found in read(file):
        if isinstance(found, ParameterError):
            yield number, found
            continue
        own = (found["way"], found["kernel"], found["aid"]), found["from"], found["until"], number
        for other in known:
            if other[0] == own[0] and other[1] <= own[2] and own[1] <= other[2]:
                yield number, ParameterError("aid", "is in line %d too" % other[3])
        known.append(own)
    for name, _, until, number in known:
        if until < today and not any([other[0] == name and other[2] >= today for other in known]):
            yield number, ParameterError("until", "is over")
    if not known:
        yield 0, ParameterError("", "no application")
