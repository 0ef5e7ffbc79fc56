# SPDX-License-Identifier: MIT
"""Contact card reader through PC/SC (pcsc-lite, by way of pyscard): the same interface as pos.drivers.ccid.

Calls of PC/SC wait for daemon, reader and card, so they run in a thread of the reader's own and the loop goes on.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from smartcard import scard

from pos.cards.atr import Atr
from pos.cards.errors import CardError, CardRemoved, CardSilent
from pos.drivers import DeviceTimeout
from pos.drivers.deadline import Deadline

LOOK_MS = 250  # a wait for a card holds the thread for so long at most
CALL_MS = 5000  # for a call that does not wait for a card
SETTLE_MS = 1000  # until the daemon has seen that a card is gone

PROTOCOLS = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
COLD_RESET = (scard.SCARD_SHARE_EXCLUSIVE, PROTOCOLS, scard.SCARD_UNPOWER_CARD)
GONE = {
    scard.SCARD_E_NO_SMARTCARD,
    scard.SCARD_W_REMOVED_CARD,
    scard.SCARD_W_RESET_CARD,  # by another program: its session is over
    scard.SCARD_W_UNPOWERED_CARD,
}
MUTE = {scard.SCARD_W_UNRESPONSIVE_CARD, scard.SCARD_E_NOT_TRANSACTED, scard.SCARD_F_COMM_ERROR}
FOREIGN = {scard.SCARD_W_UNSUPPORTED_CARD, scard.SCARD_E_PROTO_MISMATCH, scard.SCARD_E_CARD_UNSUPPORTED}


class PcscReader:
    """The first reader whose name contains `name`; `start` before anything else.

    DeviceTimeout exits: daemon not running or not allowed, no such reader, reader in use by another program.
    """

    def __init__(self, name: str = "") -> None:
        self._wanted = name
        self._reader = ""
        self._context: Any = None
        self._handle: Any = None
        self._card: Card | None = None
        self._thread = ThreadPoolExecutor(1, "pcsc")

    async def start(self) -> None:
        await self.stop()
        names = await self.call(self._establish)
        found = [name for name in names if self._wanted in name]
        if not found:
            raise DeviceTimeout("card reader")
        self._reader = found[0]

    async def stop(self) -> None:
        """Give the daemon back what was taken from it."""
        await self._leave_card()
        await self.call(self._release)

    async def inserted(self, timeout_ms: int) -> "Card":
        """The card in the reader, after its reset. DeviceTimeout: none in time. CardError: it does not answer."""
        await self._leave_card()
        await self._until(scard.SCARD_STATE_PRESENT, timeout_ms)
        try:
            handle, protocol, atr = await self.call(self._connect)
            self._card = Card(self, handle, protocol, Atr(bytes(atr)))
        except CardError:
            await self._leave_card()
            raise
        return self._card

    async def removed(self, timeout_ms: int) -> None:
        """Return once the reader is empty. DeviceTimeout: not in time."""
        await self._until(scard.SCARD_STATE_EMPTY, timeout_ms)
        await self._leave_card()

    async def call(self, function: Callable[..., Any], *arguments: Any, timeout_ms: int = CALL_MS) -> Any:
        """Result of a blocking call. DeviceTimeout: a call before this one, or it, does not come back."""
        running = asyncio.get_running_loop().run_in_executor(self._thread, function, *arguments)
        try:
            return await asyncio.wait_for(running, timeout_ms / 1000)
        except TimeoutError:
            raise DeviceTimeout("pcscd") from None

    async def release(self, card: "Card") -> None:
        """End this card's session by a reset; the daemon takes the power of a card that nobody uses."""
        if card is self._card:
            await self.call(scard.SCardReconnect, self._handle, *COLD_RESET)
            await self._leave_card()

    async def _leave_card(self) -> None:
        if self._card:
            self._card.over = True
        self._card = None
        await self.call(self._disconnect)

    # These run in the thread, and keep what they are given there: whoever waits for them may be cancelled.

    def _establish(self) -> list[str]:
        self._context = _result(scard.SCardEstablishContext(scard.SCARD_SCOPE_USER))
        try:
            return list(_result(scard.SCardListReaders(self._context, [])))
        except SystemError:  # pyscard's own, when the daemon goes in the middle
            return []

    def _release(self) -> None:
        if self._context is not None:
            scard.SCardReleaseContext(self._context)
        self._context = None

    def _connect(self) -> tuple[Any, int, list[int]]:
        sharing = (self._context, self._reader, scard.SCARD_SHARE_EXCLUSIVE, PROTOCOLS)
        self._handle, _ = _results(scard.SCardConnect(*sharing))
        protocol = _result(scard.SCardReconnect(self._handle, *COLD_RESET))
        *_, atr = _results(scard.SCardStatus(self._handle))
        return self._handle, protocol, atr

    def _disconnect(self) -> None:
        # As it is: what the daemon would do to the card now could hit the next card's session.
        if self._handle is not None:
            scard.SCardDisconnect(self._handle, scard.SCARD_LEAVE_CARD)
        self._handle = None

    async def _until(self, wanted: int, timeout_ms: int) -> None:
        deadline, state = Deadline(timeout_ms), scard.SCARD_STATE_UNAWARE
        while True:
            state = await self._change(state, min(deadline.left_ms(), LOOK_MS))
            if state & wanted:
                return
            if state & (scard.SCARD_STATE_UNKNOWN | scard.SCARD_STATE_UNAVAILABLE):
                raise DeviceTimeout("card reader")
            if deadline.passed():
                raise DeviceTimeout("card")

    async def _change(self, known: int, wait_ms: int) -> int:
        """State of the reader: at once when it is not `known`, else when it changes, or after `wait_ms`."""
        asked = [(self._reader, known)]
        said = await self.call(scard.SCardGetStatusChange, self._context, wait_ms, asked)
        if _code(said[0]) == _code(scard.SCARD_E_TIMEOUT):
            return known
        ((_, state, _),) = _result(said)
        return int(state)


class Card:
    """A card in the reader, until it goes; `atr`: its Atr. An exchange that was left or failed ends its session."""

    def __init__(self, reader: PcscReader, handle: Any, protocol: int, atr: Atr) -> None:
        self.atr = atr
        self.waiting_time_ms = atr.waiting_time_ms
        self._reader, self._handle, self._protocol = reader, handle, protocol
        self.over = False

    async def transmit(self, command: bytes) -> bytes:
        """Answer (data and status word) to a command APDU. CardRemoved, CardSilent."""
        if self.over:
            raise CardRemoved()
        self.over = True
        try:
            said = await self._reader.call(
                scard.SCardTransmit,
                self._handle,
                self._protocol,
                list(command),
                timeout_ms=self.waiting_time_ms + CALL_MS,
            )
            answer = bytes(_result(said))
            if not answer:  # what some reader drivers make of a card that was pulled
                raise CardSilent()
        except CardRemoved:
            raise
        except (CardError, DeviceTimeout):
            await self._look()
            raise CardSilent() from None
        self.over = False
        return answer

    async def release(self) -> None:
        """End the session, unless another one has begun."""
        await self._reader.release(self)

    async def _look(self) -> None:
        """CardRemoved when the silence is that of an empty reader; the daemon may be late to notice."""
        try:
            await self._reader.removed(SETTLE_MS)
        except DeviceTimeout:
            return
        raise CardRemoved()


def _code(result: int) -> int:
    return result & 0xFFFFFFFF


def _results(said: Any) -> Any:
    """What a call gave behind its code; else the typed error for that."""
    code, *rest = said
    for codes, error in ((GONE, CardRemoved), (MUTE, CardSilent)):
        if _code(code) in map(_code, codes):
            raise error()
    if _code(code) in map(_code, FOREIGN):
        raise CardError("unsupported")
    if code != scard.SCARD_S_SUCCESS:
        raise DeviceTimeout(scard.SCardGetErrorMessage(code))
    return rest


def _result(said: Any) -> Any:
    return _results(said)[0]
