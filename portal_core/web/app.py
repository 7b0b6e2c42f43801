"""The portal as one application: all routes, the safety around them, and every refusal as a sentence and a hint."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from portal_core.errors import (
    HINTS,
    CannotKeepError,
    CannotRecordError,
    ChangedFirstError,
    FirstPasswordError,
    NotAllowedError,
    NotFoundError,
    NotSignedInError,
    OffsetError,
    PortalError,
    TakenError,
    TooLargeError,
    TooManyCodesError,
    TooManyGuessesError,
    TooManyMailsError,
    WrongPasswordError,
    WrongStateError,
)
from portal_core.said import Said
from portal_core.web import (
    client_routes,
    console_routes,
    first_routes,
    hosted_routes,
    join_routes,
    keyring_routes,
    live_routes,
    own_routes,
    people_routes,
    portal_routes,
    session_routes,
    sign_in_routes,
    upload_routes,
)
from portal_core.web.context import Context, context_of
from portal_core.web.pages import language_of, show, wants_page
from portal_core.web.safety import Safety

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]
HERE: Final = Path(__file__).parent
STATUS: Final[dict[type[PortalError], int]] = {
    NotFoundError: 404,
    NotAllowedError: 403,
    WrongPasswordError: 401,
    NotSignedInError: 401,
    FirstPasswordError: 403,
    WrongStateError: 409,
    TakenError: 409,
    TooManyCodesError: 409,
    CannotRecordError: 409,
    OffsetError: 409,
    ChangedFirstError: 409,
    TooLargeError: 413,
    CannotKeepError: 507,
    TooManyGuessesError: 429,
    TooManyMailsError: 429,
}
_FOUND_NOTHING: Final = Said("there is no such page")
_LOOK: Final = Said("look whether the address is spelled right")
_LOAD_AGAIN: Final = Said("load the page again")


class _Static(StaticFiles):
    """Files of the pages.  They change with a release, so they are asked for each time, and sent when they changed."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type] # handed on as they came
        response.headers["Cache-Control"] = "no-cache"
        return response


def create_app(context: Context, *, lifespan: Lifespan | None = None) -> FastAPI:
    """Return the portal's application; lifespan is what goes on while it is served."""
    app = FastAPI(title="Sealcast", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.state.context = context
    for routes in (
        join_routes,
        client_routes,
        live_routes,
        session_routes,
        console_routes,
        sign_in_routes,
        first_routes,
        own_routes,
        people_routes,
        portal_routes,
        hosted_routes,
        keyring_routes,
        upload_routes,
    ):
        app.include_router(routes.router)
    app.add_api_route("/health", _healthy)
    app.mount("/static", GZipMiddleware(_Static(directory=HERE / "static"), minimum_size=1_000), name="static")
    app.add_exception_handler(PortalError, _refused)
    app.add_exception_handler(HTTPException, _no_page)
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_middleware(Safety)
    return app


async def _healthy() -> dict[str, str]:
    """Say that the portal answers."""
    return {"state": "serving"}


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, PortalError)
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 400)
    hint = next((HINTS[kind] for kind in type(error).__mro__ if kind in HINTS), "")
    return _told(request, status, why=error.said, hint=hint)


def _no_page(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if 300 <= error.status_code < 400 and error.headers:
        return Response(status_code=error.status_code, headers=dict(error.headers))
    if error.status_code == 404:
        return _told(request, 404, why=_FOUND_NOTHING, hint=_LOOK)
    return _told(request, error.status_code, why=str(error.detail), hint="")


def _not_understood(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    where = ", ".join(sorted({str(one["loc"][-1]) for one in error.errors() if one.get("loc")}))
    return _told(request, 400, why=Said("this is missing or malformed: {where}", where=where), hint=_LOAD_AGAIN)


def _told(request: Request, status: int, *, why: str, hint: str) -> Response:
    if wants_page(request):
        return show(request, "message.html", {"why": why, "hint": hint}, status=status)
    language = context_of(request).texts.for_language(language_of(request))
    return JSONResponse({"why": language(why), "hint": language(hint)}, status_code=status)
