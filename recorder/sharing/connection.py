"""A seat's way to its session: it comes back by itself, and says again what was not confirmed.  PROTOCOL.md §1, §4.2.

Texts go before pictures, and one picture waits at most: whoever makes them is told when there is room.  The door to
websockets, of which only what runs on an event loop is used: its threads read and write one TLS connection at once,
which OpenSSL does not allow, and then wait for ever.
"""

import asyncio
import contextlib
import json
import secrets
import socket as sockets
import ssl
import threading
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

from recorder.sharing.live_log import AstrayError, LiveLog, Message
from vault.outside import monotonic_us

LOST_US: Final = 120_000_000  # then the seat has left, PROTOCOL.md §2
_PAUSES_MS: Final = (250, 500, 1_000, 2_000, 4_000, 5_000)
_COMES_BACK: Final = ("slow", "stopping")  # PROTOCOL.md §4.2
_NO_SEAT: Final = (401, 403, 404)  # HTTP
_LOOK_S: Final = 5
_DEAD_US: Final = 15_000_000  # nothing moved, though something should
_OPENING_S: Final = 15
_GOODBYE_S: Final = 3
_MAX_MESSAGE: Final = 24 + 8 * 1024 * 1024  # bytes, PROTOCOL.md §5
# Between two pieces of a picture the network's own questions are answered, and it shows that something moves.
_PIECE: Final = 32 * 1024
# What the system takes and has not sent yet: a line of the chat waits for no more than that and one picture.
_UNSENT: Final = 64 * 1024


class Connection:
    """It owns the socket and the log, and a thread in which all that is said and heard goes through one event loop.

    Any thread may call it.
    """

    def __init__(self, url: str, headers: dict[str, str], context: ssl.SSLContext) -> None:
        self._url, self._headers, self._context = url, headers, context
        self._heard: Callable[[Message], None]
        self._room: Callable[[], None]
        self._log = LiveLog()
        self._pictures = deque[bytes]()
        self._lock = threading.Lock()  # of the log, the pictures and what follows
        self._open = self._closing = False  # open: and welcomed
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self._sending = False
        self._moved_us = self._away_us = monotonic_us()
        self._tries = 0
        self._thread = threading.Thread(target=self._run, name="sealcast-live", daemon=True)

    def start(self, *, heard: Callable[[Message], None], room: Callable[[], None]) -> None:
        """Connect.

        heard is told every message of the server once, and of the connection {"is": "connection", "state": open, away
        or over, why}: why is a word of PROTOCOL.md §4.2, or lost (two minutes without a connection), gone (no such seat
        any more), certificate (not the one that was trusted).  room is called when the next picture may come.  Neither
        may wait for anything.
        """
        self._heard, self._room = heard, room
        self._thread.start()

    def say(self, do: str, **fields: object) -> int:
        """Say something that is numbered and kept until it is confirmed; return its number."""
        with self._lock:
            c = self._log.say(do, **fields)
        self._do_there(self._news.set)
        return c

    @property
    def has_room(self) -> bool:
        """Whether a picture may come: there is a connection, and no other waits."""
        return self._open and not self._pictures

    def show(self, packets: list[bytes]) -> bool:
        """Send the packets of a picture; return whether they were taken."""
        with self._lock:
            if not self._open:
                return False
            self._pictures.extend(packets)
        self._do_there(self._news.set)
        return True

    def show_nothing(self) -> None:
        """Let no picture leave that waits."""
        with self._lock:
            self._pictures.clear()

    def close(self) -> None:
        """Go away.  The seat stays for two minutes, unless `leave` was said and taken."""
        with self._lock:
            self._closing = True
            self._shut()
        if task := self._task:
            self._do_there(task.cancel)
        self._thread.join(_GOODBYE_S)  # it may be waiting for somebody who does not answer

    def _do_there(self, act: Callable[[], object]) -> None:
        with contextlib.suppress(RuntimeError):  # it has ended
            if task := self._task:
                task.get_loop().call_soon_threadsafe(act)

    def _run(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(self._live())

    async def _live(self) -> None:
        self._task = asyncio.current_task()
        while not self._closing:
            why = await self._once()
            if not why and monotonic_us() - self._away_us >= LOST_US:
                why = "lost"
            if self._closing:
                return
            if why:
                self._is("over", why)
                return
            self._is("away")
            pause_ms = _PAUSES_MS[min(self._tries, len(_PAUSES_MS) - 1)]
            self._tries += 1
            # After a restart of the server not everybody comes at the same moment.
            await asyncio.sleep(pause_ms * (75 + secrets.randbelow(26)) / 100_000)

    async def _once(self) -> str:
        """Hold one connection; return why there is to be no other."""
        try:
            async with connect(
                self._url, sock=_reached(self._url), ssl=self._context, additional_headers=self._headers,
                compression=None, proxy=None, open_timeout=_OPENING_S, ping_interval=10, ping_timeout=15,
                close_timeout=1, max_size=_MAX_MESSAGE,
            ) as connected:  # fmt: skip
                return await self._hold(connected)
        except InvalidStatus as error:
            return "gone" if error.response.status_code in _NO_SEAT else ""
        except ssl.SSLCertVerificationError:
            return "certificate"
        except AstrayError as error:
            return "elsewhere" if error.for_good else ""
        except (OSError, WebSocketException, EOFError):
            return ""

    async def _hold(self, connected: ClientConnection) -> str:
        _wait_for_little(connected)
        await connected.send(json.dumps(self._log.hello()))
        sending = asyncio.create_task(self._send_all(connected))
        try:
            return await self._hear_all(connected)
        finally:
            connected.transport.abort()
            with self._lock:
                self._shut()
            sending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sending

    async def _hear_all(self, connected: ClientConnection) -> str:
        """Hear until it is over; return why, nothing when it is to come back."""
        while True:
            try:
                async with asyncio.timeout(_LOOK_S):
                    text = await connected.recv()
            except TimeoutError:
                if self._sending and monotonic_us() - self._moved_us >= _DEAD_US:
                    return ""
                continue
            if not isinstance(text, str):
                continue  # pictures of the agent's screen: nobody looks at them here
            message = _read(text)
            if message.get("is") == "over":
                return "" if message.get("why") in _COMES_BACK else str(message.get("why"))
            self._hear(message)

    def _hear(self, message: Message) -> None:
        with self._lock:
            told = self._log.take(message, now_us=monotonic_us())
            if welcome := message.get("is") == "welcome":
                self._open, self._tries = not self._closing, 0
        self._news.set()
        if welcome:
            self._is("open")
        if told:
            self._heard(told)

    async def _send_all(self, connected: ClientConnection) -> None:
        with contextlib.suppress(OSError, WebSocketException):
            while True:
                self._news.clear()
                with self._lock:
                    texts, picture, patience_us = self._next()
                self._sending = bool(texts) or picture is not None
                self._moved_us = monotonic_us()
                if not self._sending:
                    with contextlib.suppress(TimeoutError):
                        async with asyncio.timeout(None if patience_us is None else patience_us / 1e6):
                            await self._news.wait()
                for text in texts:
                    await connected.send(json.dumps(text, ensure_ascii=False, separators=(",", ":")))
                    self._moved_us = monotonic_us()
                if picture is not None:
                    await connected.send(self._pieces(picture))
                    self._room()

    def _next(self) -> tuple[list[Message], bytes | None, int | None]:
        texts, patience_us = self._log.due(monotonic_us())
        picture = self._pictures.popleft() if self._pictures and not texts and self._open else None
        return texts, picture, patience_us

    def _pieces(self, packet: bytes) -> Iterator[bytes]:
        for at in range(0, len(packet), _PIECE):
            yield packet[at : at + _PIECE]
            self._moved_us = monotonic_us()

    def _shut(self) -> None:
        """Nothing leaves any more until the next welcome."""
        if self._open:
            self._away_us = monotonic_us()
        self._open = False
        self._pictures.clear()

    def _is(self, state: str, why: str = "") -> None:
        self._heard({"is": "connection", "state": state, "why": why})


def _reached(url: str) -> sockets.socket:
    """Connect, in this thread: those of a pool, where names are looked up, would be waited for when the program ends.

    Errors: OSError.
    """
    site = urlsplit(url)
    return sockets.create_connection((site.hostname, site.port or 443), _OPENING_S)


def _read(text: str) -> Message:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise AstrayError("the server says something else")
    return message


def _wait_for_little(connected: ClientConnection) -> None:
    if (option := getattr(sockets, "TCP_NOTSENT_LOWAT", None)) is not None:
        with contextlib.suppress(OSError):
            connected.transport.get_extra_info("socket").setsockopt(sockets.IPPROTO_TCP, option, _UNSENT)
