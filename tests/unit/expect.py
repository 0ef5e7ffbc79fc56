# SPDX-License-Identifier: MIT
"""Expected errors in tests that run on every runtime, where pytest cannot be imported."""


def raises(exception, call, *args):
    """Call `call(*args)`, which must raise `exception`; the exception for further assertions."""
    try:
        call(*args)
    except exception as error:
        return error
    raise AssertionError("did not raise " + exception.__name__)


async def raises_async(exception, awaitable):
    """Await `awaitable`, which must raise `exception`; the exception for further assertions."""
    try:
        await awaitable
    except exception as error:
        return error
    raise AssertionError("did not raise " + exception.__name__)
