# SPDX-License-Identifier: MIT
"""Device side: what one round of some work costs, in time and on the heap."""

import gc

from pos.compat import MICROPYTHON, mem_used, ticks_diff, ticks_us

if MICROPYTHON:
    from micropython import heap_lock, heap_unlock


def us(job, rounds, kinds=1):
    """Microseconds of `job(number)`, the mean of `rounds`; `number` goes round below `kinds`."""
    gc.collect()
    started = ticks_us()
    for number in range(rounds):
        job(number % kinds)
    return ticks_diff(ticks_us(), started) / rounds if rounds else 0


def allocated(job):
    """Bytes that `job(0)` leaves on the heap, from the best of five; None where it cannot be told."""
    best = None
    for _ in range(5):
        gc.collect()
        gc.disable()
        before = mem_used()
        job(0)
        used = mem_used() - before
        gc.enable()
        best = used if best is None else min(best, used)
    return best if MICROPYTHON else None


def allocates_nothing(job):
    """True when `job(0)` runs under a locked heap."""
    heap_lock()
    try:
        job(0)
        return True
    except MemoryError:
        return False
    finally:
        heap_unlock()
