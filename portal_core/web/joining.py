"""From nine digits to a seat, for pages and for programs: the code looked up, and redeemed once.

A session code begins a session.  A share code leads into one that is running, for the same customer at another machine.
"""

import asyncio
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fastapi import Request

from portal_core.codes import SessionCode
from portal_core.db import codes, guesses, sessions
from portal_core.errors import ExpiredCodeError, PortalError
from portal_core.live.messages import RefusedMessageError, Role
from portal_core.live.seats import Seat
from portal_core.portals import Place, PortalSettings
from portal_core.web.context import Context, address_of

LEAST_FREE: Final = 64 * 1024 * 1024  # bytes of disk without which no recording begins


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Somebody has a seat; token lets him in.  copy says whether what he joined with saves the customer's copy."""

    session: bytes
    token: str
    copy: bool


async def look_up(request: Request, ours: Context, digits: SessionCode) -> codes.FoundCode:
    """Find where a code leads; a guess is counted, and everybody waits while too many guess.

    Errors: UnknownCodeError, ExpiredCodeError, TooManyGuessesError.
    """
    found, wait_us = await asyncio.to_thread(_counted, ours, digits, address_of(request))
    if wait_us:
        await asyncio.sleep(wait_us / 1e6)
    if isinstance(found, PortalError):
        raise found
    return found


async def join(ours: Context, found: codes.FoundCode, joining: sessions.Joining) -> Joined:
    """Redeem a code that was looked up.  Errors: those of sessions.redeem."""
    if found.session:
        return await _join_running(ours, found, joining)
    ids = (secrets.token_bytes(16), secrets.token_urlsafe(32))
    obstacle = await asyncio.to_thread(obstacle_at, ours.settings.recordings)
    begun = await asyncio.to_thread(_redeem, ours, found, joining, ids, obstacle)
    seat = Seat(id=begun.seat.id, role=Role.CUSTOMER, name=begun.seat.name)
    ours.lobby.begin(begun.session, begun.portal, begun.agent.name, seat)
    return Joined(session=begun.session.id, token=ids[1], copy=Place.CUSTOMER in begun.settings.places)


async def _join_running(ours: Context, found: codes.FoundCode, joining: sessions.Joining) -> Joined:
    session, token = found.session, secrets.token_urlsafe(32)
    assert session
    running = ours.lobby.find(session.id)
    if running is None:
        raise ExpiredCodeError(state="ended")
    sessions.require_consent(settings_of(found), joining)
    try:
        seat = running.admit(Role.CUSTOMER, found.row.name)
    except RefusedMessageError:  # it ended meanwhile, or has as many seats as it may
        raise ExpiredCodeError(state="ended") from None
    try:
        await asyncio.to_thread(_redeem_share, ours, found, seat, token)
    except Exception:
        seat.left = True  # nobody ever sits there
        raise
    running.consent(seat)
    return Joined(session=session.id, token=token, copy=False)


def obstacle_at(folder: Path) -> str | None:
    """Say why no recording can be begun in a folder."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return f"the place of recordings is not available: {(error.strerror or 'unknown').lower()}"
    return None if free >= LEAST_FREE else "the disk is full"


def settings_of(found: codes.FoundCode) -> PortalSettings:
    """Return what holds for whoever joins with a code: of a running session, as it was when that began."""
    return sessions.settings_of(found.session.settings if found.session else found.portal.settings)


def _counted(ours: Context, digits: SessionCode, address: str) -> tuple[codes.FoundCode | PortalError, int]:
    now_us = ours.now_us()
    with ours.db.begin() as tx:
        found = codes.look_up(tx, digits, address=address, now_us=now_us)
        return found, guesses.everyone(tx).wait_us(now_us=now_us)


def _redeem(
    ours: Context,
    found: codes.FoundCode,
    joining: sessions.Joining,
    ids: tuple[bytes, str],
    obstacle: str | None,
) -> sessions.Begun:
    with ours.db.begin() as tx:
        begun = sessions.redeem(tx, codes.again(tx, found), joining, ids=ids, obstacle=obstacle, now_us=ours.now_us())
        codes.forgive(tx, found)
        return begun


def _redeem_share(ours: Context, found: codes.FoundCode, seat: Seat, token: str) -> None:
    with ours.db.begin() as tx:
        sessions.redeem_share(tx, codes.again(tx, found), seat=seat.id, token=token, now_us=ours.now_us())
        codes.forgive(tx, found)
