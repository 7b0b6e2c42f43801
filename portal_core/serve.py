"""From settings to a portal that runs: keys, data, certificate, sessions, server; and its end, which loses nothing."""

import asyncio
import gc
import logging
import socket
import ssl
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from types import FrameType
from typing import Final

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from portal_core import certificates
from portal_core.db.database import Database
from portal_core.due import Due
from portal_core.errors import CannotListenError
from portal_core.first_start import FirstSignIn, make_account
from portal_core.mailing import MailFolder, Mailing, MailServer
from portal_core.running.lobby import Lobby
from portal_core.server_keys import FILE, ServerKeys
from portal_core.setting_values import Tls
from portal_core.settings import Settings
from portal_core.texts import Texts
from portal_core.web.app import Lifespan, create_app
from portal_core.web.context import Context
from vault.durable import plain_errors
from vault.outside import REAL, Outside

MOST_MESSAGE: Final = 24 + 8 * 1024 * 1024  # bytes, PROTOCOL.md §5
MOST_CONNECTIONS: Final = 4000  # each costs memory, whoever it is
MOST_UNTAKEN: Final = 16 * 1024 * 1024  # bytes; pictures wait elsewhere, and are bounded there
STOPPING_S: Final = 10  # for pages that are being sent
_BACKLOG: Final = 512  # connections that wait to be taken
_GIVES_WAY_S: Final = 0.001
_LAST_WORDS_S: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Portal:
    """An installation that can be served."""

    settings: Settings
    context: Context
    app: FastAPI
    served: certificates.Served | None  # None behind a proxy
    first: FirstSignIn | None


def build(settings: Settings, *, outside: Outside = REAL) -> Portal:
    """Make everything ready.  Errors: PortalError, VaultError, SQLAlchemy's own."""
    for folder in (settings.folder, settings.recordings, settings.mail_folder):
        with plain_errors(str(folder)):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    now_us = outside.wall_us
    served = None
    if settings.tls is Tls.OWN:
        served = certificates.own(settings.folder, settings.names, now_us=now_us())
    elif settings.certificate and settings.certificate_key:
        served = certificates.given(settings.certificate, settings.certificate_key)
    keys = ServerKeys.own(settings.folder / FILE)
    db = Database(settings.database)
    first = make_account(db, name=settings.account, email=settings.manager_email, now_us=now_us())
    lobby = Lobby(
        db=db,
        folder=settings.recordings,
        signer=keys.signer,
        software=f"Sealcast {version('sealcast')}",
        outside=outside,
    )
    context = Context(db=db, settings=settings, keys=keys, lobby=lobby, now_us=now_us, texts=Texts.read())
    app = create_app(context, lifespan=_lifespan(context))
    return Portal(settings=settings, context=context, app=app, served=served, first=first)


def _lifespan(context: Context) -> Lifespan:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        mailing: Mailing = (
            MailServer(context.settings.mail) if context.settings.mail else MailFolder(context.settings.mail_folder)
        )
        due = Due(
            db=context.db,
            mailing=mailing,
            sender=context.settings.mail_from,
            recordings=context.settings.recordings,
            now_us=context.now_us,
            texts=context.texts,
        )
        await context.lobby.start()
        doing = asyncio.create_task(due.run())
        yield
        doing.cancel()
        await asyncio.gather(doing, return_exceptions=True)
        await context.lobby.stop()
        context.db.close()

    return lifespan


class _Socket(WebSocketsSansIOProtocol):
    """Lets nobody gather answers to his pings that he does not take."""

    def handle_ping(self) -> None:
        super().handle_ping()
        if self.transport.get_write_buffer_size() > MOST_UNTAKEN:
            self.transport.abort()


class _Server(uvicorn.Server):
    """Tells everybody to come back before it closes their connections."""

    def __init__(self, config: uvicorn.Config, lobby: Lobby, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._lobby = lobby
        self._ready = ready

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as signals call it
        """End as it should be; told twice, at once."""
        self.force_exit, self.should_exit = self.should_exit, True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        # What is there now stays; looked through again and again it would hold everybody up for a tenth of a second.
        gc.collect()
        gc.freeze()
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._lobby.hang_up()
        await asyncio.sleep(_LAST_WORDS_S)
        for connection in tuple(self.server_state.connections):
            # Browsers keep connections open that nothing is asked on; over TLS they would be waited for.
            cycle = getattr(connection, "cycle", None)
            if (cycle is None or cycle.response_complete) and connection.transport:
                connection.transport.abort()
        await super().shutdown(sockets)


def serve(portal: Portal, *, ready: Callable[[], None] = lambda: None) -> None:
    """Serve until the process is told to stop.  Errors: CannotListenError."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    listen = portal.settings.listen
    family = socket.AF_INET6 if ":" in listen.host else socket.AF_INET
    try:
        listening = socket.create_server((listen.host, listen.port), family=family, backlog=_BACKLOG)
    except OSError as error:
        address = f"{listen.host}:{listen.port}"
        raise CannotListenError(address=address, why=(error.strerror or "it is not there").lower()) from error
    # Threads that seal and write give way to the one that talks to everybody.
    sys.setswitchinterval(_GIVES_WAY_S)
    with listening:
        config = _config(portal)
        # uvloop, where there is one: a sixth less CPU, a quarter less memory for each session.
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(_Server(config, portal.context.lobby, ready).serve([listening]))


def _config(portal: Portal) -> uvicorn.Config:
    settings = portal.settings
    config = uvicorn.Config(
        portal.app,
        log_config=None,
        access_log=False,
        lifespan="on",
        ws=_Socket,
        ws_max_size=MOST_MESSAGE,
        ws_per_message_deflate=False,  # pictures are compressed already, and texts are short
        proxy_headers=bool(settings.proxies),
        forwarded_allow_ips=[str(one) for one in settings.proxies],
        server_header=False,
        timeout_graceful_shutdown=STOPPING_S,
        timeout_keep_alive=30,
        limit_concurrency=MOST_CONNECTIONS,
    )
    if portal.served:
        config.ssl_certfile, config.ssl_keyfile = str(portal.served.certificate), str(portal.served.key)
        config.ssl_version = ssl.PROTOCOL_TLS_SERVER
    return config
