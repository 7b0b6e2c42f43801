"""The agent console: its page, its session codes, and the socket that tells which sessions and codes there are."""

import asyncio
import contextlib
from typing import Annotated, Final

import segno
from fastapi import APIRouter, Body, Depends, Request, WebSocket
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocketDisconnect

from portal_core.codes import SessionCode, join_address
from portal_core.db import audit, codes, mails, models, people, portals, sessions
from portal_core.db.audit import What
from portal_core.errors import NotFoundError, TooManyMailsError
from portal_core.guessing import HOUR_US
from portal_core.invitations import Invitation, invitation
from portal_core.live.effects import State
from portal_core.roles import Action, Role
from portal_core.texts import LANGUAGES, Language
from portal_core.web.context import Context, RowId, context, context_of
from portal_core.web.noting import note
from portal_core.web.pages import page_json, show
from portal_core.web.signed_in import Me, SignedIn, who_is_signed_in
from portal_core.web.sockets import first_of, signed_out

router: Final = APIRouter()
Ours = Annotated[Context, Depends(context)]
MAILS_AN_HOUR: Final = 60  # of one person: nobody uses the portal to send letters to strangers
_TOGETHER_S: Final = 0.05  # changes that come together are told together
_POLICY_VIOLATION: Final = 1008


@router.get("/console")
def console(request: Request, me: Me, ours: Ours) -> Response:
    """Show the console."""
    me.require(Action.SIGN_IN_TO_CONSOLE, what="console", own=True)
    with ours.db.look() as tx:
        found = portals.of_account(tx, me.account_id)
    settings = {portal.id: sessions.settings_of(portal.settings) for portal in found}
    language = ours.texts.for_language(me.language)
    values = {
        "portals": [
            {
                "id": portal.id,
                "name": portal.name,
                "active_codes": settings[portal.id].active_codes,
            }
            for portal in found
            if settings[portal.id].takes_codes
        ],
        "language": language.code,
        "languages": dict(LANGUAGES),
        "texts": dict(language.javascript),
    }
    return show(request, "console.html", {"json": page_json(values)})


@router.websocket("/console/live")
async def watch(socket: WebSocket) -> None:
    """Tell an agent his codes and sessions, at once and whenever they change."""
    ours = context_of(socket)
    me = await asyncio.to_thread(who_is_signed_in, socket)
    if me is None or me.person.role is not Role.AGENT or me.first_password:
        await socket.close(_POLICY_VIOLATION, "sign in first")
        return
    await socket.accept()
    news = asyncio.Event()
    loop = asyncio.get_running_loop()

    def changed() -> None:
        loop.call_soon_threadsafe(news.set)

    unwatch = ours.lobby.watch(changed)
    try:
        await first_of(_tell(socket, ours, me, news), _hear(socket), signed_out(ours, me, active=False))
    finally:
        unwatch()
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # closed by the other side
        await socket.close(_POLICY_VIOLATION, "sign in again")


async def _hear(socket: WebSocket) -> None:
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


async def _tell(socket: WebSocket, ours: Context, me: SignedIn, news: asyncio.Event) -> None:
    while True:
        state, next_us = await asyncio.to_thread(_state, ours, me)
        await socket.send_json(state | {"sessions": _sessions(ours, me)})
        # When a code expires nobody changes anything; so it is looked then.
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(news.wait(), max(0.1, (next_us - ours.now_us()) / 1e6))
        await asyncio.sleep(_TOGETHER_S)
        news.clear()


def _state(ours: Context, me: SignedIn) -> tuple[dict[str, object], int]:
    now_us = ours.now_us()
    with ours.db.look() as tx:
        active = codes.active_of(tx, me.person_id, now_us=now_us)
        names = {one.portal_id: tx.get_one(models.Portal, one.portal_id).name for one in active}
    listed = [_code(ours, one, names[one.portal_id]) for one in active]
    next_us = min((one.expires_us for one in active), default=now_us + 60_000_000)
    return {"is": "state", "codes": listed, "now_us": now_us}, min(next_us, now_us + 60_000_000)


def _sessions(ours: Context, me: SignedIn) -> list[dict[str, object]]:
    return [
        {
            "session": one.id.hex(),
            "customer": one.customer,
            "portal": one.portal,
            "state": one.hub.state,
            "since_us": one.rows.made_us,
        }
        for one in ours.lobby.sessions.values()
        if one.agent_id == me.person_id and one.hub.state is not State.ENDED
    ]


def _code(ours: Context, row: models.Code, portal: str) -> dict[str, object]:
    return {
        "id": row.id,
        "name": row.name,
        "digits": row.digits,
        "portal": portal,
        "expires_us": row.expires_us,
        "join": join_address(ours.settings.public_url, SessionCode(row.digits)),
    }


@router.post("/console/codes", status_code=201)
def make_code(
    request: Request, me: Me, ours: Ours, name: Annotated[str, Body()], portal: Annotated[int, Body(ge=1, lt=2**63)]
) -> JSONResponse:
    """Make a session code."""
    me.require(Action.MAKE_CODE, what="session code", own=True)
    now_us = ours.now_us()
    with ours.db.begin() as tx:
        row = tx.get(models.Portal, portal)
        if row is None or row.account_id != me.account_id:
            raise NotFoundError(what="portal")
        settings = sessions.settings_of(row.settings)
        if not settings.takes_codes:
            raise NotFoundError(what="portal with session codes")
        made = codes.make(tx, people.find(tx, me.person_id), row, settings, name, now_us=now_us)
        note(tx, request, me, What.CODE_MADE, {"code": made.id, "name": made.name})
    ours.lobby.changed()
    return JSONResponse(_code(ours, made, row.name), status_code=201)


@router.delete("/console/codes/{code_id}", status_code=204)
def revoke_code(request: Request, me: Me, ours: Ours, code_id: RowId) -> Response:
    """Take a code back."""
    now_us = ours.now_us()
    with ours.db.begin() as tx:
        row = codes.revoke(tx, code_id, person_id=me.person_id, now_us=now_us)
        note(tx, request, me, What.CODE_REVOKED, {"code": row.id, "name": row.name})
    ours.lobby.changed()
    return Response(status_code=204)


@router.get("/console/codes/{code_id}/qr.svg")
def qr_code(me: Me, ours: Ours, code_id: RowId) -> Response:
    """Return the join address as a picture that telephones read."""
    with ours.db.look() as tx:
        row = codes.his(tx, code_id, person_id=me.person_id)
    address = join_address(ours.settings.public_url, SessionCode(row.digits))
    # Dark on light in the dark, too: many readers know nothing else.
    picture = segno.make(address, error="m", micro=False).svg_inline(scale=6, border=4, dark="#000", light="#fff")
    text = picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return Response(text, media_type="image/svg+xml")


@router.get("/console/codes/{code_id}/text")
def invitation_text(me: Me, ours: Ours, code_id: RowId, language: str = "en") -> JSONResponse:
    """Return the invitation in a language."""
    said = _invitation(ours, me, code_id)
    speaks = ours.texts.for_language(language)
    return JSONResponse(_in(said, speaks))


@router.post("/console/codes/{code_id}/mail")
def mail_invitation(
    request: Request, me: Me, ours: Ours, code_id: RowId,
    to: Annotated[str, Body()], language: Annotated[str, Body()] = "en",
) -> JSONResponse:  # fmt: skip
    """Let the portal send the invitation, and say whether that means a folder."""
    text = _in(_invitation(ours, me, code_id), ours.texts.for_language(language))
    now_us = ours.now_us()
    with ours.db.begin() as tx:
        sent = audit.count(tx, What.CODE_MAILED, person_id=me.person_id, since_us=now_us - HOUR_US)
        if sent >= MAILS_AN_HOUR:
            raise TooManyMailsError(limit=MAILS_AN_HOUR)
        mail = mails.put(tx, account_id=me.account_id, to=to, now_us=now_us, **text)
        note(tx, request, me, What.CODE_MAILED, {"code": code_id, "to": mail.to})
    return JSONResponse({"folder": ours.settings.mail is None})


def _invitation(ours: Context, me: SignedIn, code_id: int) -> Invitation:
    with ours.db.look() as tx:
        row = codes.his(tx, code_id, person_id=me.person_id)
        portal = tx.get_one(models.Portal, row.portal_id)
    code = SessionCode(row.digits)
    return invitation(
        code,
        agent=me.name,
        portal=portal.name,
        join_address=join_address(ours.settings.public_url, code),
        base=ours.settings.public_url,
        life_minutes=(row.expires_us - row.made_us) // 60_000_000,
    )


def _in(said: Invitation, language: Language) -> dict[str, str]:
    return {"subject": language(said.subject), "body": language(said.body)}
