# SPDX-License-Identifier: MIT
"""What a process holds in its writable memory (Linux), for tests that look for secrets there."""


def writable(pid="self"):
    """(first address, end) of each region."""
    with open("/proc/%s/maps" % pid) as maps:
        spans = [line.split()[0] for line in maps if " rw" in line and "[v" not in line]
    return [[int(text, 16) for text in span.split("-")] for span in spans]


def memory(pid="self", piece=None):
    """Its content, a region at a time, or at most `piece` bytes."""
    with open("/proc/%s/mem" % pid, "rb") as file:
        for first, end in writable(pid):
            file.seek(first)
            for _ in range(first, end, piece or end - first):
                yield file.read(piece or end - first) or b""
