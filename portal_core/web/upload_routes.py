"""Recordings that a native recorder pushes as they grow: begun, gone on with at a byte, ended with their FINAL.

Every block is checked on arrival, made durable, and only then counts.  SPEC.md F30.
"""

import os
from pathlib import Path
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from portal_core import pushes as rules
from portal_core.db import hosted, keyrings, people, pushes
from portal_core.db import models as rows
from portal_core.db.audit import What
from portal_core.errors import BadBytesError, CannotKeepError, NotAllowedError
from portal_core.pushes import Reached, beginning, follow
from portal_core.roles import Action
from portal_core.web.bodies import body_of
from portal_core.web.context import Context, context_of
from portal_core.web.hosted_routes import recording_id_of
from portal_core.web.noting import note
from portal_core.web.signed_in import Me, SignedIn
from vault import bech32
from vault.durable import draft_of, plain_errors, sync_file
from vault.errors import VaultError
from vault.header import MAX_HEADER_SIZE
from vault.header import Header as RecordingHeader
from vault.keyring import read_keyring
from vault.local import LocalFile
from vault.lock import wait_for_lock
from vault.primitives import VerifyingKey
from vault.signers import enrolment
from vault.walk import read_start

router: Final = APIRouter()
MAX_NAME: Final = 200
_PATIENCE_US: Final = 10_000_000
_GONE: Final = "its file is not there any more, or not all of it"
_PUSHING: Final = Action.PUSH_RECORDING
Beginning = Annotated[bytes, Depends(body_of("beginning of the recording", limit=MAX_HEADER_SIZE))]
Blocks = Annotated[bytes, Depends(body_of("recording", limit=rules.MOST_AT_ONCE))]


class OwnSigner(BaseModel):
    """A signer, and its signature of this sign-in, which shows whose it is."""

    signer: str
    proof: str


@router.post("/api/signers", status_code=204)
def enrol(request: Request, me: Me, own: OwnSigner) -> Response:
    """Take recordings that this signer signed from him from now on."""
    me.require(_PUSHING, what="recording", own=True)
    context = context_of(request)
    try:
        signer = bech32.from_string(bech32.SIGNER, own.signer)
        proof = bytes.fromhex(own.proof)
    except (VaultError, ValueError):
        raise BadBytesError(what="signer", why="it is malformed") from None
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not VerifyingKey(signer).verifies(proof, enrolment(signer, token)):
        raise BadBytesError(what="signer", why="it did not sign this sign-in")
    with context.db.begin() as tx:
        if pushes.enrol(tx, signer, people.find(tx, me.person_id), now_us=context.now_us()):
            note(tx, request, me, What.SIGNER_ENROLLED, {"signer": own.signer})
    return Response(status_code=204)


@router.post("/api/uploads", status_code=201)
def begin(request: Request, me: Me, portal: str, data: Beginning, customer: str = "") -> JSONResponse:
    """Begin to push a recording, or learn how far it is: the body is its header."""
    me.require(_PUSHING, what="recording", own=True)
    context = context_of(request)
    name = "".join(char for char in customer if char.isprintable()).strip()[:MAX_NAME]
    with context.db.begin() as tx:
        row = hosted.portal_at(tx, portal, account_id=me.account_id)
        keyring = read_keyring(keyrings.get(tx, row))
        header = beginning(data, portal_keys={key.key_id for key in keyring.keys})
        _require_own(pushes.enrolled(tx, header.signer, person_id=me.person_id), me)
        before = tx.get(rows.Push, header.about.recording_id)
        if before is None or before.person_id != me.person_id:
            part = pushes.begin_push(tx, header, row, person_id=me.person_id, customer=name, now_us=context.now_us())
            # The rows are there first: whoever has them writes the file, and nobody else.
            _write_beginning(context.settings.recordings / part.file, header)
            note(tx, request, me, What.RECORDING_PUSHED, {"recording": part.id.hex(), "portal": row.id})
            return _answer(pushes.push_of(tx, part.id, person_id=me.person_id), status=201)
        push, part = pushes.push_of(tx, header.about.recording_id, person_id=me.person_id)
    if _header_of(context.settings.recordings / part.file).raw != data:
        raise BadBytesError(what="beginning of the recording", why="another one of this id is here")
    return _answer((push, part), status=200)


@router.get("/api/uploads/{recording}")
def how_far(request: Request, me: Me, recording: str) -> JSONResponse:
    """Say how far a recording is, so that it goes on there."""
    with context_of(request).db.look() as tx:
        return _answer(pushes.push_of(tx, recording_id_of(recording), person_id=me.person_id), status=200)


@router.patch("/api/uploads/{recording}")
def go_on(
    request: Request, me: Me, recording: str, data: Blocks, upload_offset: Annotated[int, Header(ge=0)]
) -> JSONResponse:
    """Take whole blocks that come next; each is checked, and all are durable before they count."""
    me.require(_PUSHING, what="recording", own=True)
    context, id_ = context_of(request), recording_id_of(recording)
    with context.db.look() as tx:
        part = pushes.push_of(tx, id_, person_id=me.person_id)[1]
    path = context.settings.recordings / part.file
    header = _header_of(path)
    try:
        with plain_errors("its recording"):
            _append(context, path, header, me=me, data=data, offset=upload_offset)
    except VaultError as error:
        raise CannotKeepError(why=getattr(error, "why", None) or str(error)) from None
    return how_far(request, me, recording)


def _append(context: Context, path: Path, header: RecordingHeader, *, me: SignedIn, data: bytes, offset: int) -> None:
    """Errors: PortalError for bytes that are not taken; OSError, VaultError, after which nothing new counts."""
    id_ = header.about.recording_id
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        raise CannotKeepError(why=_GONE) from None
    try:
        wait_for_lock(descriptor, name="its recording", patience_us=_PATIENCE_US)
        with context.db.look() as tx:
            reached = pushes.reached(*pushes.push_of(tx, id_, person_id=me.person_id))
        if os.fstat(descriptor).st_size < reached.size:
            raise CannotKeepError(why=_GONE)
        now = follow(header, reached, data, offset=offset)
        if now == reached:
            return
        try:
            # Behind what counts there may lie what a crash left.
            os.ftruncate(descriptor, reached.size)
            _write(descriptor, data, reached.size)
            sync_file(descriptor)
        except OSError:
            os.ftruncate(descriptor, reached.size)
            raise
        with context.db.begin() as tx:
            pushes.advance(tx, id_, now, person_id=me.person_id, now_us=context.now_us())
    finally:
        os.close(descriptor)


def _write(descriptor: int, data: bytes, at: int) -> None:
    os.lseek(descriptor, at, os.SEEK_SET)
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def _write_beginning(path: Path, header: RecordingHeader) -> None:
    try:
        with plain_errors("its recording"):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with draft_of(path, replace=True) as draft:
                draft.write_bytes(header.raw)
    except VaultError as error:
        raise CannotKeepError(why=getattr(error, "why", None) or str(error)) from None


def _header_of(path: Path) -> RecordingHeader:
    try:
        with LocalFile(path) as file:
            return read_start(file)
    except VaultError as error:
        raise CannotKeepError(why=str(error)) from None


def _require_own(own: bool, me: SignedIn) -> None:  # noqa: FBT001 - a fact
    if not own:
        raise NotAllowedError(role=me.person.role.value, action="push what another signer signed")


def _answer(found: tuple[rows.Push, rows.Recording], *, status: int) -> JSONResponse:
    push, part = found
    reached: Reached = pushes.reached(push, part)
    told = {"upload": part.id.hex(), "size": reached.size, "block": reached.block, "complete": reached.final}
    return JSONResponse(told, status_code=status)
