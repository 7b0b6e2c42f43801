"""For programs that customers run: themselves; looked up and joined with nine digits; a second machine's code.  E9.

What lets a program in goes as `Authorization: Seat TOKEN` to all that belongs to its session.
"""

import functools
from typing import Annotated, Final

from fastapi import APIRouter, Body, Depends, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from portal_core import client_wheel
from portal_core.codes import MAX_NAME, SessionCode, join_address
from portal_core.db import audit, codes, models, sessions
from portal_core.errors import NotAllowedError, NotFoundError, WrongStateError
from portal_core.live.effects import State
from portal_core.live.messages import Role
from portal_core.portals import Recording, recording_notice
from portal_core.web import joining
from portal_core.web.context import Context, context
from portal_core.web.pages import language_of
from portal_core.web.taking_part import participant

router: Final = APIRouter()
Ours = Annotated[Context, Depends(context)]
Who = Annotated[sessions.Participant, Depends(participant)]
Typed = Annotated[str, Field(max_length=10 * MAX_NAME)]


class Asking(BaseModel):
    """What a program says to take part; told is what the portal said under that name when it was looked at."""

    code: str
    agreed: bool
    name: Typed = ""
    email: Typed = ""
    language: Typed = ""
    told: Typed = ""


@router.post("/api/join/look")
async def look(request: Request, ours: Ours, code: Annotated[str, Body(embed=True)]) -> JSONResponse:
    """Say who is met there and what is recorded; nothing is redeemed."""
    found = await joining.look_up(request, ours, SessionCode.parse(code))
    settings = joining.settings_of(found)
    language = ours.texts.for_language(language_of(request))
    return JSONResponse({
        "portal": settings.name,
        "agent": found.agent.name,
        "notice": language.sentence(recording_notice(settings)),
        "told": str(recording_notice(settings)),
        "recorded": settings.recording is not Recording.OFF,
        "box": settings.consent.value == "box",
    })  # fmt: skip


@router.post("/api/join", status_code=201)
async def join(request: Request, ours: Ours, asking: Asking) -> JSONResponse:
    """Begin the session, or take part in the one that a share code leads into."""
    says = sessions.Joining(
        name=asking.name,
        email=asking.email,
        agreed=asking.agreed,
        notice=asking.told,
        language=ours.texts.for_language(asking.language).code,
    )
    found = await joining.look_up(request, ours, SessionCode.parse(asking.code))
    joined = await joining.join(ours, found, says)
    answer = {"session": joined.session.hex(), "token": joined.token, "copy": joined.copy}
    return JSONResponse(answer, status_code=201)


@router.post("/session/{session}/share-code", status_code=201)
def share_code(ours: Ours, who: Who) -> JSONResponse:
    """Give the customer nine digits with which a program shows another screen of his in this session."""
    if who.role is not Role.CUSTOMER:
        raise NotAllowedError(role=who.role.value, action="share a customer's screen")
    made = _made(ours, who.session)
    code = SessionCode(made.digits)
    answer = {
        "code": code.digits,
        "expires_us": made.expires_us,
        "now_us": ours.now_us(),
        "join": join_address(ours.settings.public_url, code),
        "portal": ours.settings.public_url,
        "client": f"{ours.settings.public_url}/client/{client_wheel.name()}",
    }
    return JSONResponse(answer, status_code=201)


@router.get("/client/{name}")
def client(name: str) -> Response:
    """Hand out the program, for whoever has Python."""
    wheel = _client()
    if name != wheel.name:
        raise NotFoundError(what="program")
    headers = {"content-disposition": f'attachment; filename="{wheel.name}"', "cache-control": "no-cache"}
    return Response(wheel.content, media_type="application/octet-stream", headers=headers)


@functools.cache
def _client() -> client_wheel.ClientWheel:
    return client_wheel.make()


def _made(ours: Context, session: models.Session) -> models.Code:
    now_us = ours.now_us()
    with ours.db.begin() as tx:
        if tx.get_one(models.Session, session.id).state == State.ENDED.value:
            raise WrongStateError(what="session", state=State.ENDED.value, event="joined")
        made, new = codes.make_share(tx, session, now_us=now_us)
        if new:
            about: models.Fields = {"code": made.id, "name": made.name, "session": session.id.hex()}
            audit.add(tx, audit.What.CODE_MADE, account_id=made.account_id, person_id=None, at_us=now_us, about=about)
        return made
