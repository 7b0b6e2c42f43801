"""One participant's connection: what waits for him is sent as fast as he takes it.  PROTOCOL.md §4.2, §5."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Final

from portal_core.live.effects import Over
from portal_core.live.frames import ScreenPacket
from portal_core.live.outbox import Outbox

PATIENCE_S: Final = 30  # for one message, PROTOCOL.md §5
QUIET_S: Final = 20  # then it is said that the connection holds, PROTOCOL.md §4.2
# He gets it again when he comes back; until then it must not be kept for somebody who takes nothing.
_AT_ONCE: Final = frozenset({Over.ELSEWHERE, Over.SLOW})


class Line:
    """It owns what was not sent yet."""

    def __init__(self, seat: int, *, since_us: int = 0) -> None:
        self.seat = seat
        self.since_us = since_us  # the session's time
        self.greeted = False
        self.over: Over | None = None
        self.gone = asyncio.Event()  # the connection is closed
        self._quiet_s = 0
        self._outbox = Outbox()
        self._news = asyncio.Event()

    def tell(self, message: dict[str, object]) -> None:
        """Send a text message; nothing comes after the last one."""
        if self.over:
            return
        self._quiet_s = 0
        self._outbox.put_text(json.dumps(message, ensure_ascii=False, separators=(",", ":")))
        if self._outbox.full:
            self.hang(Over.SLOW)
        self._news.set()

    def show(self, packet: ScreenPacket) -> None:
        """Send a screen packet, if he keeps up."""
        if self.over:
            return
        self._quiet_s = 0
        self._outbox.put_picture(packet)
        self._news.set()

    def tick(self) -> None:
        """A second is over.  Where nothing else is sent it is said that the connection holds."""
        self._quiet_s += 1
        if self.greeted and self._quiet_s >= QUIET_S:
            self.tell({"is": "alive"})

    def hang(self, why: Over) -> None:
        """End the connection, after what waits; of one that is left or too slow nobody misses that."""
        self.over = self.over or why
        if self.over in _AT_ONCE:
            self._outbox = Outbox()
        self._news.set()

    async def send_all(self, send: Callable[[str | bytes], Awaitable[None]]) -> None:
        """Send until the connection is over; the last message says why.  Errors: those of send, TimeoutError."""
        while True:
            message = self._outbox.take()
            if message is not None:
                async with asyncio.timeout(PATIENCE_S):
                    await send(message)
            elif self.over is not None:
                async with asyncio.timeout(PATIENCE_S):
                    await send(json.dumps({"is": "over", "why": self.over}))
                return
            else:
                self._news.clear()
                await self._news.wait()
