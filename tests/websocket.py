"""A WebSocket over TLS, for tests that are written as one thing after the other.

websockets' own threads read and write one TLS connection at once, which OpenSSL does not allow: on a busy machine one
connection in a thousand or two is never answered, and never given up.
"""

import asyncio
import ssl
import threading
from collections.abc import Coroutine, Mapping
from functools import cache
from types import TracebackType
from typing import Any, Self, TypeVar

from websockets import Origin
from websockets.asyncio.client import connect

Value = TypeVar("Value")


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="tests-websockets", daemon=True).start()
    return loop


def _done(coroutine: Coroutine[Any, Any, Value]) -> Value:
    return asyncio.run_coroutine_threadsafe(coroutine, _loop()).result()


class WebSocket:
    """One that is open.  Errors: InvalidStatus where it is refused, ConnectionClosed when it has ended."""

    def __init__(self, base: str, path: str, *, tls: ssl.SSLContext, headers: Mapping[str, str]) -> None:
        async def open_it() -> None:
            self._socket = await connect(
                base.replace("https", "wss", 1) + path, ssl=tls, origin=Origin(base), additional_headers=headers,
                proxy=None, max_size=None, open_timeout=60, ping_interval=None, close_timeout=1,
            )  # fmt: skip

        _done(open_it())

    def send(self, message: str | bytes) -> None:
        _done(self._socket.send(message))

    def recv(self, timeout_s: float) -> str | bytes:
        """Errors: TimeoutError."""

        async def heard() -> str | bytes:
            async with asyncio.timeout(timeout_s):
                return await self._socket.recv()

        return _done(heard())

    def cut(self) -> None:
        """The train is in the tunnel."""
        _loop().call_soon_threadsafe(self._socket.transport.abort)

    def close(self) -> None:
        _done(self._socket.close())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()
