"""What everybody takes along from a session: the chat log, the sealed copies and what opens them; and the survey."""

import contextlib
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Body, Depends, Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response

from portal_core.db import audit, hosted, keyrings, models, sessions
from portal_core.errors import BadBytesError, NotAllowedError, NotFoundError, WrongStateError
from portal_core.live.effects import State
from portal_core.live.messages import Role
from portal_core.live.recorded import event_of_entry
from portal_core.portals import Place
from portal_core.recording_state import State as RecordingState
from portal_core.web.context import Context, context
from portal_core.web.pages import language_of
from portal_core.web.taking_part import AS_AGENT, participant
from recorder.file_names import recording_name
from recorder.format.errors import RecordingError
from recorder.format.events import About, Event
from recorder.format.transcript import transcript
from recorder.format.transcript_text import as_text
from vault import key_file
from vault.errors import VaultError
from vault.header import MAX_HEADER_SIZE
from vault.keyring import read_keyring

router: Final = APIRouter()
Ours = Annotated[Context, Depends(context)]
Who = Annotated[sessions.Participant, Depends(participant)]

FINAL_SIZE: Final = 1024
SIGNATURE_SIZE: Final = 64
MAX_COMMENT: Final = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copy:
    """A part that is here, for whoever may have a copy."""

    part: models.Recording
    path: Path
    name: str


@router.get("/session/{session}/closing")
def closing(request: Request, session: str, ours: Ours, who: Who) -> JSONResponse:
    """Say what there is to take along, and whether it is all there."""
    _ = ours.texts.for_language(language_of(request))
    agent = who.role is Role.AGENT
    running = ours.lobby.find(who.session.id)
    over = running is None or running.over
    with ours.db.look() as tx:
        now = tx.get_one(models.Session, who.session.id)  # who asks was looked up before it was over, perhaps
        over = over and now.state == State.ENDED.value
        parts = sessions.parts_of(tx, now.id)
        said = [sessions.state_with_copies(tx, part, now) if agent else sessions.state_of_part(part) for part in parts]
        keyring = read_keyring(keyrings.get(tx, who.portal))
    names = _names(who, len(parts))
    there = [(part, name) for part, name in zip(parts, names, strict=False) if part.purged_us is None]
    copied = _may_have(who) and bool(there)
    base, asking = f"/session/{session}", AS_AGENT if agent else ""
    listed = [
        {
            "part": part.part,
            "recording": part.id.hex(),
            "name": name,
            "size": part.size,
            "fingerprint": part.fingerprint.hex() if part.fingerprint else None,
            "href": f"{base}/part/{part.part}{asking}",
        }
        for part, name in there
    ]
    keys = None
    if copied and not keyring.passphrase_slot:
        keys = {"name": _named(who, ".key"), "href": f"{base}/keys{asking}"}
    elif copied and agent:
        keys = {"name": f"{who.portal.address}.keyring", "href": f"{base}/keys{asking}"}
    return JSONResponse({
        "state": now.state,
        "parts": listed if copied else [],
        "keys": keys,
        "recording_state": _(sessions.state_of_all(now, said).in_words(date=hosted.date)),
        "saved": not any(one.missing for one in said),
        "whole": over and all(one.state is not RecordingState.RECORDING for one in said),
        "survey": who.role is Role.CUSTOMER and now.stars is None,
        "copy": copied,
        "fingerprints": [part.fingerprint.hex() if part.fingerprint else None for part in parts],
    })  # fmt: skip


@router.get("/session/{session}/part/{number}")
def part_of(session: str, number: int, ours: Ours, who: Who) -> Response:
    """Hand out the sealed bytes of a part."""
    copy = _part(ours, who, number)
    part, seat, now_us = copy.part, f"seat {who.seat}", ours.now_us()
    try:
        found = copy.path.stat()
    except OSError:  # it was purged meanwhile
        raise NotFoundError(what="recording") from None
    if ours.handed_out.due(seat, part.id, now_us=now_us):
        with ours.db.begin() as tx:
            about: models.Fields = {"session": session, "recording": part.id.hex(), "to": who.role.value}
            audit.add(
                tx, audit.What.RECORDING_HANDED_OUT, account_id=part.account_id,
                person_id=who.person.id if who.person else None, at_us=now_us, about=about,
            )  # fmt: skip
        ours.handed_out.noted(seat, part.id, now_us=now_us)
    return FileResponse(copy.path, media_type="application/octet-stream", filename=copy.name, stat_result=found)


@router.get("/session/{session}/keys")
def keys_of(ours: Ours, who: Who) -> Response:
    """Hand out what opens the copies: the keyring, or where there is no passphrase the keys of these parts alone."""
    copies = _copies(ours, who)
    if not copies:
        raise NotFoundError(what="recording")
    with ours.db.look() as tx:
        content = keyrings.get(tx, who.portal)
    text = _key_file(ours, copies, keyring=content)
    if text is None and who.role is not Role.AGENT:
        raise NotAllowedError(role=who.role.value, action="have the keyring of a portal with a passphrase")
    with ours.db.begin() as tx:
        audit.add(
            tx, audit.What.KEYRING_HANDED_OUT, account_id=who.session.account_id,
            person_id=who.person.id if who.person else None, at_us=ours.now_us(),
            about={"session": who.session.id.hex(), "to": who.role.value},
        )  # fmt: skip
    if text is None:
        return _file(content, f"{who.portal.address}.keyring")
    return _file(text.encode(), _named(who, ".key"))


@router.post("/session/{session}/copies", status_code=204)
def copied(
    ours: Ours, who: Who, part: Annotated[int, Body()], fingerprint: Annotated[str, Body(max_length=64)]
) -> Response:
    """Take note that somebody saved a copy; its fingerprint was computed of what he saved."""
    copy = _part(ours, who, part)
    try:
        ours_is = fingerprint_of(copy.path).hex()
    except OSError:  # it was purged meanwhile
        raise NotFoundError(what="recording") from None
    if fingerprint != ours_is:
        raise WrongStateError(what="copy", state="another one than the portal's", event="confirmed")
    with ours.db.begin() as tx:
        sessions.confirm(tx, copy.part, place=_his(who).value, now_us=ours.now_us())
    return Response(status_code=204)


@router.post("/session/{session}/survey", status_code=204)
def survey(
    ours: Ours, who: Who, stars: Annotated[int, Body(ge=1, le=5)],
    comment: Annotated[str, Body(max_length=MAX_COMMENT)] = "",
) -> Response:  # fmt: skip
    """Take what the customer says of the session, once."""
    if who.role is not Role.CUSTOMER:
        raise NotAllowedError(role=who.role.value, action="rate a session")
    with ours.db.begin() as tx:
        sessions.rate(tx, who.session.id, stars=stars, comment=comment)
    return Response(status_code=204)


@router.get("/session/{session}/chat.txt")
def chat_log(ours: Ours, who: Who) -> Response:
    """Hand out the chat log; with the fingerprints of the parts, which prove the recording."""
    zone = ZoneInfo(who.person.time_zone) if who.person else UTC
    with ours.db.look() as tx:
        now = tx.get_one(models.Session, who.session.id)  # with what was said up to its end, it has ended
        entries = sessions.log_of(sessions.entries_of(tx, now.id))
        parts = sessions.parts_of(tx, who.session.id)
    about = About(software="Sealcast", portal=who.portal.name, agent=who.agent.name, customer=who.session.customer)
    events: list[tuple[int, Event]] = [(0, about)]
    for entry in entries:
        if entry.for_all or who.role is Role.AGENT:
            with contextlib.suppress(RecordingError):
                if event := event_of_entry(entry):
                    events.append((entry.at_us, event))
    said = transcript(
        who.session.id.hex(),
        events,
        duration_us=entries[-1].at_us if entries else 0,
        began_us=who.session.made_us,
        whole=now.state == State.ENDED.value,
    )
    lines = list(as_text(said if who.role is Role.AGENT else said.for_customer(), zone))
    prints = [f"Fingerprint of part {one.part}: {one.fingerprint.hex()}\n" for one in parts if one.fingerprint]
    text = "".join(lines) + ("\n" + "".join(prints) if prints else "")
    answer = PlainTextResponse(text)
    answer.headers["Content-Disposition"] = _attachment(_named(who, ".txt"))
    return answer


def fingerprint_of(path: Path) -> bytes:
    """Return the hash of a file's last block: of all of it before its signature.  Source: vault/SPEC.md §4."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - FINAL_SIZE))
        return hashlib.sha256(file.read(FINAL_SIZE)[:-SIGNATURE_SIZE]).digest()


def _his(who: sessions.Participant) -> Place:
    return Place.CUSTOMER if who.role is Role.CUSTOMER else Place.AGENT


def _may_have(who: sessions.Participant) -> bool:
    return _his(who) in sessions.settings_of(who.session.settings).places


def _copies(ours: Context, who: sessions.Participant) -> list[_Copy]:
    """Return the parts that whoever asks may have, of those that are written to their end and still here."""
    if not _may_have(who):
        return []
    with ours.db.look() as tx:
        parts = sessions.parts_of(tx, who.session.id)
    copies = [
        _Copy(part=part, path=ours.settings.recordings / part.file, name=name)
        for part, name in zip(parts, _names(who, len(parts)), strict=False)
        if part.state != RecordingState.RECORDING.value and part.purged_us is None
    ]
    return [one for one in copies if one.path.is_file()]


def _part(ours: Context, who: sessions.Participant, number: int) -> _Copy:
    """Return a part that whoever asks may have.  Errors: NotFoundError."""
    found = next((one for one in _copies(ours, who) if one.part.part == number), None)
    if found is None:
        raise NotFoundError(what="recording")
    return found


def _key_file(ours: Context, copies: Iterable[_Copy], *, keyring: bytes) -> str | None:
    """Write what opens these copies, but for those that nothing opens; None where the portal has a passphrase.

    Errors: BadBytesError where nothing opens any of them.
    """
    found: dict[bytes, bytes] = {}
    why = ""
    for one in copies:
        try:
            with one.path.open("rb") as file:
                file_key = ours.keys.file_key(file.read(MAX_HEADER_SIZE), keyring=keyring)
        except OSError as error:
            why = error.strerror or "it cannot be read"
            continue
        except VaultError as error:
            why = str(error)
            continue
        if file_key is None:
            return None
        found[one.part.id] = file_key
    if not found:
        raise BadBytesError(what="recording", why=why)
    return key_file.to_text(found)


def _names(who: sessions.Participant, count: int) -> list[str]:
    """Return what the files of a session's parts are called, in the time zone of the agent; one name at least."""
    zone = ZoneInfo(who.agent.time_zone)
    began = datetime.fromtimestamp(who.session.made_us / 1e6, zone)
    names: list[str] = []
    for _ in range(max(1, count)):
        names.append(
            recording_name(
                began,
                portal=who.portal.name,
                agent=who.agent.name,
                customer=who.session.customer,
                taken=names.__contains__,
            )
        )
    return names


def _named(who: sessions.Participant, end: str) -> str:
    """Return what a file is called that lies beside the parts."""
    return _names(who, 1)[0].removesuffix(".sealcast") + end


def _file(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": _attachment(name)}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _attachment(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"
