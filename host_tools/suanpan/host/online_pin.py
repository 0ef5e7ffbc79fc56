# SPDX-License-Identifier: MIT
"""A PIN on its way to the issuer: compared and forgotten; never stored, logged or told, not even enciphered.

ISO 9564-1 format 4 under the PIN key of a transaction (AES DUKPT, ANSI X9.24-3).
"""

import hmac
import re

from psec.pinblock import decipher_pinblock_iso_4

from pos.codec.messages import PIN_SIZE

_IN_MESSAGE = re.compile(rb"(?<=\x58%c).{1,%d}" % (PIN_SIZE, PIN_SIZE), re.DOTALL)


class OnlinePin:
    """A PIN block and its key."""

    def __init__(self, key: bytes, block: bytes) -> None:
        self._key, self._block = key, block

    def matches(self, number: str, pin: str) -> bool:
        """Is it `pin`, entered for the account `number`? ValueError when the block does not open."""
        try:
            entered = decipher_pinblock_iso_4(self._key, self._block, number)
        except ValueError:
            raise ValueError("the PIN block does not open") from None  # the cause would show digits
        return hmac.compare_digest(entered.encode(), pin.encode())


def without_pin(payload: bytes) -> bytes:
    """A message that is to be kept, with zeros where a PIN block is or may be, well-formed or not."""
    return _IN_MESSAGE.sub(lambda found: bytes(len(found[0])), payload)
