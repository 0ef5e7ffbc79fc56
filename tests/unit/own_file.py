# SPDX-License-Identifier: MIT
"""Names of files of a test's own: the same tests run on three runtimes at once, in one folder."""

from binascii import hexlify

from pos.compat import urandom


def own_file(name):
    """`name` as no other process has it."""
    return "test-%s-%s" % (hexlify(urandom(4)).decode(), name)
