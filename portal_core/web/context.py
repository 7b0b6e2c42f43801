"""What every request may need, made once when the portal starts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Path, Request
from starlette.requests import HTTPConnection

from portal_core.db.database import Database
from portal_core.running.lobby import Lobby
from portal_core.server_keys import ServerKeys
from portal_core.settings import Settings
from portal_core.texts import Texts
from portal_core.web.handed_out import HandedOut

RowId = Annotated[int, Path(ge=1, lt=2**63)]  # in an address


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The portal, as its pages see it.  Units: now_us since 1970, UTC."""

    db: Database
    settings: Settings
    keys: ServerKeys
    lobby: Lobby
    now_us: Callable[[], int]
    texts: Texts
    handed_out: HandedOut = field(default_factory=HandedOut)


def context_of(connection: HTTPConnection) -> Context:
    """Return what belongs to the portal that was asked."""
    context = connection.app.state.context
    assert isinstance(context, Context)
    return context


def context(request: Request) -> Context:
    """Give it to a page, as FastAPI's Depends wants it."""
    return context_of(request)


def address_of(connection: HTTPConnection) -> str:
    """Return where a request comes from; the server has asked its trusted proxies before."""
    return connection.client.host if connection.client else "127.0.0.1"
