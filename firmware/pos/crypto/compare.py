# SPDX-License-Identifier: MIT
"""Comparison of secrets in a time that depends on their length only."""


def equal(a, b):
    """Do two byte strings hold the same bytes?"""
    if len(a) != len(b):
        return False
    difference = 0
    for i in range(len(a)):
        difference |= a[i] ^ b[i]
    return difference == 0
