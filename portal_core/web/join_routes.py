"""The customer's way in: nine digits, who is met there and what is recorded, and the button that begins the session.

Nothing but the button redeems a code: mail programs open addresses before their readers do.
"""

import asyncio
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from portal_core.codes import SessionCode
from portal_core.db import codes, portals, sessions
from portal_core.errors import HINTS, BadSettingsError, PortalError
from portal_core.portals import Recording, recording_notice
from portal_core.web import joining
from portal_core.web.context import Context, context
from portal_core.web.pages import language_of, show
from portal_core.web.taking_part import SEAT

router: Final = APIRouter()
Ours = Annotated[Context, Depends(context)]
Typed = Annotated[str, Form()]


@router.get("/")
def code_page(request: Request, ours: Ours) -> Response:
    """Ask for nine digits."""
    return _ask_for_code(request, ours)


@router.get("/p/{address}")
def front_page(request: Request, ours: Ours, address: str) -> Response:
    """Show a portal's own front page."""
    return _ask_for_code(request, ours, address=address)


@router.post("/code")
@router.post("/p/{address}")
async def take_code(request: Request, ours: Ours, address: str | None = None, code: Typed = "") -> Response:
    """Lead to the page of a code; or ask again."""
    try:
        digits = SessionCode.parse(code)
        await joining.look_up(request, ours, digits)
    except PortalError as error:
        return await asyncio.to_thread(_ask_for_code, request, ours, address=address, error=error, typed=code)
    return RedirectResponse(f"/join/{digits.digits}", status_code=303)


@router.get("/join/{typed}")
async def join_page(request: Request, typed: str, ours: Ours) -> Response:
    """Say who is met there and what is recorded."""
    try:
        found = await joining.look_up(request, ours, SessionCode.parse(typed))
    except PortalError as error:
        return _ask_for_code(request, ours, error=error, typed=typed)
    return _asking(request, found, None, {})


@router.post("/join/{typed}")
async def join(
    request: Request,
    typed: str,
    ours: Ours,
    name: Typed = "",
    email: Typed = "",
    agreed: Typed = "",
    notice: Typed = "",
) -> Response:
    """Begin the session, or take part in the one that a share code leads into."""
    says = sessions.Joining(name=name, email=email, agreed=bool(agreed), notice=notice, language=language_of(request))
    found = None
    try:
        found = await joining.look_up(request, ours, SessionCode.parse(typed))
        joined = await joining.join(ours, found, says)
    except PortalError as error:
        if found is None:
            return _ask_for_code(request, ours, error=error, typed=typed)
        return _asking(request, found, _told(error), {"name": name, "email": email})
    path = f"/session/{joined.session.hex()}"
    answer = RedirectResponse(path, status_code=303)
    answer.set_cookie(
        SEAT, joined.token, path=path, httponly=True, secure=request.url.scheme == "https", samesite="lax"
    )
    return answer


def _ask_for_code(
    request: Request, ours: Context, *, address: str | None = None, error: PortalError | None = None, typed: str = ""
) -> Response:
    portal = None
    if address is not None:
        with ours.db.look() as tx:
            portal = sessions.settings_of(portals.at_address(tx, address).settings)
    values = {
        "portal": portal,
        "action": "/code" if address is None else f"/p/{address}",
        "error": error and _told(error),
        "typed": typed[:40],
    }
    return show(request, "code.html", values, status=400 if error else 200)


def _asking(
    request: Request, found: codes.FoundCode, error: tuple[object, object] | None, typed: dict[str, str]
) -> Response:
    settings = joining.settings_of(found)
    values = {
        "portal": settings,
        "agent": found.agent.name,
        "digits": found.row.digits,
        "notice": recording_notice(settings),
        "recorded": settings.recording is not Recording.OFF,
        "box": settings.consent.value == "box",
        "error": error,
        "typed": typed,
    }
    return show(request, "join.html", values, status=400 if error else 200)


def _told(error: PortalError) -> tuple[object, object]:
    """Return what to say and to try, as the page says it in its language."""
    if isinstance(error, BadSettingsError) and "agreed" in error.faults:
        return error.faults["agreed"], ""
    hint = next((HINTS[kind] for kind in type(error).__mro__ if kind in HINTS), "")
    return getattr(error, "said", str(error)), hint
