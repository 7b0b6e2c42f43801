"""The bytes of a request, bounded while they come."""

from collections.abc import Awaitable, Callable

from fastapi import Request

from portal_core.errors import TooLargeError


def body_of(what: str, *, limit: int) -> Callable[[Request], Awaitable[bytes]]:
    """Return what reads the body of a request, as FastAPI's Depends wants it.

    Errors: TooLargeError, before more than the limit is in memory.
    """

    async def body(request: Request) -> bytes:
        data = bytearray()
        async for chunk in request.stream():
            if len(data) + len(chunk) > limit:
                raise TooLargeError(what=what, limit=limit)
            data += chunk
        return bytes(data)

    return body
