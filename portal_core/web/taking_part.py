"""Who takes part in a session: its customer, whom the cookie lets in, or its agent, who has signed in."""

from typing import Final

from fastapi import Request
from starlette.requests import HTTPConnection

from portal_core.db import sessions
from portal_core.errors import NotFoundError
from portal_core.web.context import context_of
from portal_core.web.signed_in import who_is_signed_in

SEAT: Final = "sealcast-seat"
AS_AGENT: Final = "?as=agent"  # after an address of a session: whoever asks is its agent, whatever seat he has here


def session_id_of(text: str) -> bytes:
    """Return the id of a session from an address.  Errors: NotFoundError."""
    try:
        session_id = bytes.fromhex(text)
    except ValueError:
        raise NotFoundError(what="session") from None
    if len(session_id) != 16 or session_id.hex() != text:
        raise NotFoundError(what="session")
    return session_id


def taking_part(connection: HTTPConnection, session_id: bytes) -> sessions.Participant:
    """Return who asks.  Errors: NotFoundError for everybody who does not take part."""
    me = who_is_signed_in(connection)
    # An agent who tries his own code in this browser is his own customer there, on another page.
    token = None if connection.url.query == AS_AGENT[1:] else connection.cookies.get(SEAT) or _bearer(connection)
    with context_of(connection).db.look() as tx:
        return sessions.participant(
            tx,
            session_id,
            token=token,
            person_id=me.person_id if me and not me.first_password else None,
        )


def participant(request: Request, session: str) -> sessions.Participant:
    """Give whoever asks to a page, as FastAPI's Depends wants it."""
    return taking_part(request, session_id_of(session))


def _bearer(connection: HTTPConnection) -> str | None:
    """Return what lets a program in that a customer runs."""
    kind, _, token = connection.headers.get("authorization", "").partition(" ")
    return token if kind == "Seat" else None
