"""A session while it runs: the customer's page, and the socket of all who take part.  PROTOCOL.md."""

import asyncio
import contextlib
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, WebSocket
from starlette.responses import Response
from starlette.websockets import WebSocketDisconnect

from portal_core.db import models, sessions
from portal_core.errors import NotFoundError, PortalError
from portal_core.live.effects import Over, State
from portal_core.live.messages import RefusedMessageError, Role
from portal_core.running.line import Line
from portal_core.running.session import RunningSession
from portal_core.web.context import Context, context, context_of
from portal_core.web.pages import language_of, page_json, show
from portal_core.web.signed_in import SignedIn, who_is_signed_in
from portal_core.web.sockets import first_of, signed_out
from portal_core.web.taking_part import participant, session_id_of, taking_part

router: Final = APIRouter()
Ours = Annotated[Context, Depends(context)]
Who = Annotated[sessions.Participant, Depends(participant)]

_GOING_AWAY: Final = 1001
_NO_SESSION: Final = 4404


@router.get("/session/{session}")
def customers_page(request: Request, session: str, ours: Ours, who: Who) -> Response:
    """Show the customer's page."""
    if who.role is not Role.CUSTOMER:
        raise NotFoundError(what="session")
    settings = sessions.settings_of(who.session.settings)
    language = ours.texts.for_language(language_of(request))
    values = {
        "session": session,
        "portal": who.portal.name,
        "begins": settings.begins.value,
        "language": language.code,
        "texts": dict(language.javascript),
    }
    return show(request, "customer.html", {"portal": settings, "json": page_json(values)})


@router.websocket("/session/{session}/live")
async def live(socket: WebSocket, session: str) -> None:
    """Hold the socket of somebody who takes part.  PROTOCOL.md."""
    ours = context_of(socket)
    try:
        session_id = session_id_of(session)
        who = await asyncio.to_thread(taking_part, socket, session_id)
        running = ours.lobby.find(session_id)
        if running is None and who.session.state != State.ENDED.value:  # it ended while he was looked up
            who = await asyncio.to_thread(taking_part, socket, session_id)
        if running is None and who.session.state == State.ENDED.value:
            await _over(socket)
            return
        if running is None:
            raise NotFoundError(what="session")
        seat = _seat(running, who)
    except (PortalError, RefusedMessageError):
        await socket.close(_NO_SESSION, "there is no such session")
        return
    await socket.accept()
    line = running.connect(seat)
    try:
        await _hold(socket, running, line, who_is_signed_in(socket) if who.person else None)
    finally:
        running.disconnect(line)


async def _over(socket: WebSocket) -> None:
    """Say to whoever comes to a session that has ended and is put away that it is over."""
    await socket.accept()
    await socket.send_json({"is": "over", "why": Over.ENDED})
    await socket.close(_GOING_AWAY)


def _seat(running: RunningSession, who: sessions.Participant) -> int:
    """Return the seat of whoever comes; an agent who comes first time is given one."""
    if who.seat:
        return who.seat
    assert who.person is not None
    name = who.person.name
    if (known := running.people.get(who.person.id)) is not None:
        return known
    seat = running.admit(Role.AGENT, name)
    running.people[who.person.id] = seat.id
    row = models.Seat(
        session_id=who.session.id,
        id=seat.id,
        account_id=who.session.account_id,
        role=Role.AGENT.value,
        name=name,
        token=None,
        person_id=who.person.id,
    )
    running.journal.put(lambda tx: tx.add(row))
    return seat.id


async def _hold(socket: WebSocket, running: RunningSession, line: Line, me: SignedIn | None) -> None:
    async def send(message: str | bytes) -> None:
        if isinstance(message, str):
            await socket.send_text(message)
        else:
            await socket.send_bytes(message)

    doing = [line.send_all(send), _hear(socket, running, line)]
    if me:
        doing.append(signed_out(context_of(socket), me, active=True))
    await first_of(*doing)
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # closed by the other side
        await socket.close(_GOING_AWAY)


async def _hear(socket: WebSocket, running: RunningSession, line: Line) -> None:
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect
        if (text := message.get("text")) is not None:
            running.hear(line, text)
        elif (data := message.get("bytes")) is not None:
            running.see(line, data)
