"""Recordings on the server, for programs: listed, read by ranges, with their anchors and what opens them.

Nothing is opened here: the bytes are sealed.  Where a portal has no passphrase, and there alone, the server's own key
unwraps the key of one recording.  SPEC.md A9, F4, F24.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from portal_core.db import hosted, keyrings, sessions
from portal_core.db import models as rows
from portal_core.db.audit import What
from portal_core.db.database import Transaction
from portal_core.errors import BadBytesError, NotAllowedError, NotFoundError
from portal_core.recording_state import State
from portal_core.roles import Action, require
from portal_core.web.byte_ranges import ranged
from portal_core.web.context import Context, context_of
from portal_core.web.noting import note
from portal_core.web.signed_in import Me, SignedIn
from vault import bech32, key_file
from vault.errors import VaultError
from vault.header import MAX_HEADER_SIZE
from vault.keyring import read_keyring

router: Final = APIRouter()
MOST_LISTED: Final = 200
ID_SIZE: Final = 16
_BINARY: Final = "application/octet-stream"


@router.get("/api/me")
def who_am_i(me: Me) -> JSONResponse:
    """Say who signed in."""
    return JSONResponse({"login": me.login, "name": me.name, "role": me.person.role.value})


@router.get("/api/recordings")
def listed(
    request: Request, me: Me, before: str | None = None, limit: Annotated[int, Query(ge=1, le=MOST_LISTED)] = 100
) -> JSONResponse:
    """List the newest recordings that he may play; before is the id of the last one of the page before this."""
    me.require_anywhere(Action.PLAY_RECORDINGS)
    context = context_of(request)
    with context.db.look() as tx:
        last = _find(tx, me, before).part if before else None
        found = hosted.page(tx, me.person, before=(last.made_us, last.id) if last else None, limit=limit)
        told = [_told(context, tx, one) for one in found]
    more = found[-1].part.id.hex() if len(found) == limit else None
    return JSONResponse({"recordings": told, "before": more})


@router.get("/api/recordings/{recording}")
def one_of(request: Request, me: Me, recording: str) -> JSONResponse:
    """Say what is known of a recording by now, and of all parts of its session that he may play."""
    context = context_of(request)
    with context.db.look() as tx:
        one = _find(tx, me, recording)
        parts = hosted.parts_of(tx, me.person, one.session.id)
        told = {**_told(context, tx, one), "parts": [_told(context, tx, part) for part in parts]}
    return JSONResponse(told)


@router.get("/api/recordings/{recording}/bytes")
def bytes_of(request: Request, me: Me, recording: str) -> Response:
    """Hand out sealed bytes, a range or all; of a growing recording those that are there by now."""
    context, who = context_of(request), f"person {me.person_id}"
    with context.db.look() as tx:
        one = _find(tx, me, recording)
    now_us = context.now_us()
    if context.handed_out.due(who, one.part.id, now_us=now_us):
        with context.db.begin() as tx:
            note(tx, request, me, What.RECORDING_HANDED_OUT, {"recording": recording, "session": one.session.id.hex()})
        context.handed_out.noted(who, one.part.id, now_us=now_us)
    path = context.settings.recordings / one.part.file
    try:
        return ranged(request, path)
    except OSError:
        raise NotFoundError(what="recording") from None


@router.get("/api/recordings/{recording}/anchors")
def anchors_of(request: Request, me: Me, recording: str) -> JSONResponse:
    """Say what was durable of it, and when; its signer stands in its header."""
    with context_of(request).db.look() as tx:
        one = _find(tx, me, recording)
        found = hosted.anchors_of(tx, one.part.id)
    told = [{"block": it.block, "hash": it.digest.hex(), "bytes": it.size, "time_us": it.at_us} for it in found]
    return JSONResponse({"recording": recording, "anchors": told})


@router.get("/api/recordings/{recording}/key")
def key_of(request: Request, me: Me, recording: str) -> Response:
    """Hand out what opens one recording of a portal without a passphrase."""
    context = context_of(request)
    with context.db.look() as tx:
        one = _find(tx, me, recording)
        content = keyrings.get(tx, one.portal)
    try:
        with (context.settings.recordings / one.part.file).open("rb") as file:
            file_key = context.keys.file_key(file.read(MAX_HEADER_SIZE), keyring=content)
    except OSError:
        raise NotFoundError(what="recording") from None
    except VaultError as error:
        raise BadBytesError(what="recording", why=str(error)) from None
    if file_key is None:
        raise NotAllowedError(role=me.person.role.value, action="play without the portal's passphrase")
    with context.db.begin() as tx:
        note(tx, request, me, What.FILE_KEY_HANDED_OUT, {"recording": recording, "session": one.session.id.hex()})
    return PlainTextResponse(key_file.to_text({one.part.id: file_key}))


@router.get("/api/portals/{address}/keyring")
def keyring_of(request: Request, me: Me, address: str) -> Response:
    """Hand out a portal's keyring to whoever may play its recordings."""
    context = context_of(request)
    with context.db.begin() as tx:
        portal = hosted.portal_at(tx, address, account_id=me.account_id)
        if not hosted.plays_of(tx, me.person, portal):
            raise NotAllowedError(role=me.person.role.value, action=Action.PLAY_RECORDINGS.value)
        content = keyrings.get(tx, portal)
        note(tx, request, me, What.KEYRING_HANDED_OUT, {"portal": portal.id})
    return Response(content, media_type=_BINARY)


@router.get("/api/portals/{address}/recipient")
def recipient_of(request: Request, me: Me, address: str) -> JSONResponse:
    """Say for which public key new recordings of a portal are sealed; it is no secret."""
    me.require(Action.PUSH_RECORDING, what="portal", own=True)
    with context_of(request).db.look() as tx:
        portal = hosted.portal_at(tx, address, account_id=me.account_id)
        keyring = read_keyring(keyrings.get(tx, portal))
    recipient = bech32.to_string(bech32.PORTAL, keyring.recipient)
    return JSONResponse({"recipient": recipient, "portal": portal.name, "generation": keyring.generation})


@router.get("/.well-known/sealcast-signers")
def signers(request: Request) -> JSONResponse:
    """Say which signers sign for this installation; whoever fetches them remembers them."""
    context: Context = context_of(request)
    signer = bech32.to_string(bech32.SIGNER, context.keys.signer.public)
    one = {"signer": signer, "name": context.settings.public_url, "from_us": None, "until_us": None}
    return JSONResponse({"signers": [one]})


def recording_id_of(text: str) -> bytes:
    """Return the id of a recording from an address.  Errors: NotFoundError."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != ID_SIZE or found.hex() != text:
        raise NotFoundError(what="recording")
    return found


def _find(tx: Transaction, me: SignedIn, recording: str) -> hosted.Hosted:
    """Return a recording that he may play.  Errors: NotFoundError, NotAllowedError."""
    found = hosted.find(tx, recording_id_of(recording))
    require(me.person, Action.PLAY_RECORDINGS, found.belongs, what="recording")
    return found


def _told(context: Context, tx: Transaction, one: hosted.Hosted) -> dict[str, object]:
    part, session = one.part, one.session
    state = sessions.state_with_copies(tx, part, session)
    return {
        "recording": part.id.hex(),
        "session": session.id.hex(),
        "part": part.part,
        "portal": {"name": one.portal.name, "address": one.portal.address},
        "customer": session.customer,
        "agent": one.agent.name,
        "began_us": part.made_us,
        "ended_us": None if state.state is State.RECORDING else session.ended_us,
        "state": state.state.value,
        "state_in_words": state.in_words(date=hosted.date),
        "size": _size(context, part, state.state),
        "fingerprint": part.fingerprint.hex() if part.fingerprint else None,
        "passphrase": read_keyring(keyrings.get(tx, one.portal)).passphrase_slot is not None,
    }


def _size(context: Context, part: rows.Recording, state: State) -> int:
    """Return how many bytes there are by now: of what is still written the disk knows, and not the row."""
    if state is State.COMPLETE:
        return part.size
    try:
        return (context.settings.recordings / part.file).stat().st_size
    except OSError:
        return 0
