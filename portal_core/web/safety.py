"""What holds for every answer and every request: headers, and that no other site acts in somebody's name.

A changing request and a socket must come from the portal's own pages, as the browser tells; or bring a token, which
no browser sends by itself.
"""

from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# Argon2id runs as WebAssembly.
_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; worker-src 'self'; media-src 'self' blob:; font-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
MOST: Final = 1024 * 1024  # bytes of a request
_TOO_LARGE: Final = f"this request is larger than {MOST} bytes"
_LESS: Final = "send less"
_ELSEWHERE: Final = "this request came from another site"
_OWN_PAGE: Final = "open the portal's own page, and try again"
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "display-capture=(self), camera=(), microphone=(), geolocation=()",
}


class Safety:
    """Wrap an application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse what another site sent; put the headers on the answer."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            if own(scope):
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008, "reason": "from another site"})
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    answer.setdefault(name, value)
                # What is said to one must not be shown to the next at the same machine.
                answer.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = _refusal(scope)
        await (refusal or self._app)(scope, receive if _bounded_there(scope) else _bounded(receive), send_with_headers)


def own(scope: Scope) -> bool:
    """Say whether a request comes from the portal's own page, or from a program with a token."""
    headers = Headers(scope=scope)
    if headers.get("authorization", "").startswith(("Bearer ", "Seat ")):
        return True
    if (site := headers.get("sec-fetch-site")) is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    # No browser leaves both out when it changes something; a program without cookies has nothing to misuse.
    if origin is None:
        return "cookie" not in headers
    try:
        at = urlsplit(origin)
    except ValueError:
        return False
    # Whoever can change what comes unsealed must not reach what is sealed.
    sealed = at.scheme == "https" or scope["scheme"] not in {"https", "wss"}
    return sealed and at.netloc != "" and at.netloc == headers.get("host")


def _refusal(scope: Scope) -> JSONResponse | None:
    if scope["method"] not in _READING and not own(scope):
        return JSONResponse({"why": _ELSEWHERE, "hint": _OWN_PAGE}, status_code=403)
    said = Headers(scope=scope).get("content-length", "0")
    if not _bounded_there(scope) and said.isdecimal() and int(said[:20]) > MOST:
        return JSONResponse({"why": _TOO_LARGE, "hint": _LESS}, status_code=413)
    return None


def _bounded_there(scope: Scope) -> bool:
    """Say whether it brings a file, which its route bounds while it comes."""
    return scope["method"] in {"PUT", "PATCH"} or (scope["method"], scope["path"]) == ("POST", "/api/uploads")


def _bounded(receive: Receive) -> Receive:
    """Return what receives a form or JSON, and no more than that can have: it is in memory before it is looked at."""
    size = 0

    async def receive_some() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MOST:
            raise HTTPException(413, _TOO_LARGE)
        return message

    return receive_some
