"""A live session over real sockets: the hub of PROTOCOL.md behind a small server, for tests of pages in browsers."""

import asyncio
import contextlib
import json
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

import uvicorn
from fastapi import FastAPI, WebSocket
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocketDisconnect

from portal_core.live.effects import Effect, Hang, KeepPicture, RecordingIs, Show, Tell
from portal_core.live.frames import ScreenPacket
from portal_core.live.hub import Hub
from portal_core.live.messages import AGENT_SCREEN, Hello, RefusedMessageError, Role, parse
from portal_core.web.safety import Safety
from tests.waiting import until

WEB: Final = Path(__file__).parents[2] / "portal_core/web"
SESSION: Final = "0" * 32
Value = TypeVar("Value")


class LiveSite:
    """One session at http://localhost:PORT with a customer, whose page is looked at, and an agent, who is the test.

    Use it as a context manager.  `pages` are shown at their paths.
    """

    def __init__(self, pages: Mapping[str, str], routes: Callable[[FastAPI], object] = lambda _: None) -> None:
        self.hub = Hub(recording=RecordingIs.ON)
        self.customer = self.hub.admit(Role.CUSTOMER, "Carla Customer").id
        self.agent = self.hub.admit(Role.AGENT, "Alex Agent").id
        self.packets = list[ScreenPacket]()  # recorded, in order
        self.told = list[dict[str, object]]()  # to the agent
        self.refused = list[str]()
        self.connections = 0
        self.reachable = True
        self._now_us = 0
        self._c = 0
        self._line: WebSocket | None = None
        self._app = FastAPI(middleware=[Middleware(Safety)])
        self._app.add_api_websocket_route(f"/session/{SESSION}/live", self._live)
        for path, text in pages.items():
            self._app.add_api_route(path, self._page(text))
        routes(self._app)
        self._app.mount("/static", StaticFiles(directory=WEB / "static"))

    @staticmethod
    def _page(text: str) -> Callable[[], Response]:
        return lambda: Response(text, media_type="text/html")

    def __enter__(self) -> Self:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self._socket.getsockname()[1]}"
        self._server = uvicorn.Server(
            uvicorn.Config(self._app, log_level="error", lifespan="off", ws="websockets-sansio")
        )
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})
        self._thread.start()
        until(lambda: self._server.started)
        self._loop = self._server.servers[0].get_loop()
        self._do_there(lambda: self._do(self.hub.connect(self.agent, Hello(protocol=1, last=0, said=0), now_us=0)))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(20)
        self._socket.close()

    def say(self, do: str, **fields: object) -> None:
        """The agent says something."""
        message = {"do": do, **fields}
        if do not in {"typing", "keyframe"}:
            self._c += 1
            message["c"] = self._c
        self._do_there(lambda: self._said(self.agent, json.dumps(message)))

    def cut(self) -> None:
        """The customer's connection is gone without a word."""

        async def close() -> None:
            if self._line is not None:
                await self._line.close()

        asyncio.run_coroutine_threadsafe(close(), self._loop).result(20)

    def over(self, why: str) -> None:
        """End the customer's connection and say why."""

        def end() -> None:
            self._outgoing.put_nowait(json.dumps({"is": "over", "why": why}))
            self._outgoing.put_nowait(None)

        self._do_there(end)

    def show_as_agent(self, *packets: bytes) -> None:
        """The agent shows his screen."""
        self.say("share", track=AGENT_SCREEN)
        for packet in packets:
            read = ScreenPacket.read(packet)
            self._do_there(lambda one=read: self._do(self.hub.show(self.agent, one, now_us=self._tick())))  # type: ignore[misc]

    def entries(self, kind: str) -> list[Mapping[str, object]]:
        """Return what the log has of a kind."""
        return [entry.fields for entry in self.hub.log if entry.kind == kind]

    def _do_there(self, act: Callable[[], Value]) -> Value:
        async def there() -> Value:
            return act()

        return asyncio.run_coroutine_threadsafe(there(), self._loop).result(20)

    async def _live(self, line: WebSocket) -> None:
        if not self.reachable:
            await line.close()
            return
        await line.accept()
        self.connections += 1
        try:
            hello = parse(await line.receive_text(), role=Role.CUSTOMER)
        except WebSocketDisconnect:
            return
        assert isinstance(hello, Hello)
        self._line, self._outgoing = line, asyncio.Queue[str | bytes | None]()
        outgoing = self._outgoing
        self._do(self.hub.connect(self.customer, hello, now_us=self._tick()))
        sending = asyncio.create_task(self._send(line, outgoing))
        with contextlib.suppress(WebSocketDisconnect, RuntimeError, KeyError):
            while True:
                message = await line.receive()
                if message["type"] == "websocket.disconnect":
                    break
                if (text := message.get("text")) is not None:
                    self._said(self.customer, text)
                else:
                    self._shown(message["bytes"])
        sending.cancel()
        if self._line is line:
            self._line = None
            self._do(self.hub.disconnect(self.customer, now_us=self._tick()))

    @staticmethod
    async def _send(line: WebSocket, outgoing: "asyncio.Queue[str | bytes | None]") -> None:
        while (message := await outgoing.get()) is not None:
            await (line.send_text(message) if isinstance(message, str) else line.send_bytes(message))
        await line.close()

    def _said(self, seat: int, text: str) -> None:
        role = Role.CUSTOMER if seat == self.customer else Role.AGENT
        try:
            self._do(self.hub.receive(seat, parse(text, role=role), now_us=self._tick()))
        except RefusedMessageError as refused:
            self.refused.append(refused.why)
            self._do(self.hub.refuse(seat, refused))

    def _shown(self, message: bytes) -> None:
        try:
            self._do(self.hub.show(self.customer, ScreenPacket.read(message), now_us=self._tick()))
        except RefusedMessageError as refused:
            self.refused.append(refused.why)
            self._do(self.hub.refuse(self.customer, refused))

    def _do(self, effects: list[Effect]) -> None:
        for effect in effects:
            match effect:
                case Tell() if effect.seat == self.agent:
                    self.told.append(effect.message)
                case Tell() if self._line is not None:
                    self._outgoing.put_nowait(json.dumps(effect.message))
                case Show() if effect.seat == self.customer and self._line is not None:
                    self._outgoing.put_nowait(effect.packet.to_bytes())
                case Hang() if effect.seat == self.customer and self._line is not None:
                    self._outgoing.put_nowait(json.dumps({"is": "over", "why": effect.why}))
                    self._outgoing.put_nowait(None)
                case KeepPicture():
                    self.packets.append(effect.packet)
                case _:
                    pass

    def _tick(self) -> int:
        self._now_us += 100_000
        return self._now_us
