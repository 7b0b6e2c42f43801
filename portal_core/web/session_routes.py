"""What everybody takes along from a session: the chat log, the sealed copies and what opens them; and the survey."""

import contextlib
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Body, Depends
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response

from portal_core.db import audit, keyrings, models, sessions
from portal_core.errors import NotAllowedError, NotFoundError, WrongStateError
from portal_core.live.effects import State
from portal_core.live.log import Entry
from portal_core.live.messages import Role
from portal_core.live.recorded import event_of_entry
from portal_core.portals import Place
from portal_core.recording_state import State as RecordingState
from portal_core.web.context import Context, context
from portal_core.web.handed_out import HandedOut
from portal_core.web.taking_part import participant
from recorder.file_names import recording_name
from recorder.format.errors import RecordingError
from recorder.format.events import About, Event
from recorder.format.transcript import transcript
from recorder.format.transcript_text import as_text
from vault.keyring import read_keyring

router: Final = APIRouter()
Ours = Annotated[Context, Depends(context)]
Who = Annotated[sessions.Participant, Depends(participant)]

FINAL_SIZE: Final = 1024
SIGNATURE_SIZE: Final = 64
MAX_COMMENT: Final = 4_000
_HANDED_OUT: Final = HandedOut()


@router.get("/session/{session}/closing")
def closing(session: str, ours: Ours, who: Who) -> JSONResponse:
    """Say what there is to take along, and whether it is all there."""
    settings = sessions.settings_of(who.session.settings)
    his = Place.CUSTOMER if who.role is Role.CUSTOMER else Place.AGENT
    running = ours.lobby.find(who.session.id)
    over = who.session.state == State.ENDED.value and (running is None or running.over)
    with ours.db.look() as tx:
        parts = sessions.parts_of(tx, who.session.id)
        keyring = read_keyring(keyrings.get(tx, who.portal))
    names = _names(who, parts)
    copied = his in settings.places and bool(parts)
    listed = [
        {
            "part": part.part,
            "recording": part.id.hex(),
            "name": name,
            "size": part.size,
            "fingerprint": part.fingerprint.hex() if part.fingerprint else None,
            "href": f"/session/{session}/part/{part.part}",
        }
        for part, name in zip(parts, names, strict=False)  # there is a name though there is no part
    ]
    keys = None
    if copied and not keyring.passphrase_slot:
        keys = {"name": names[0].removesuffix(".sealcast") + ".key", "href": f"/session/{session}/keys"}
    elif copied and his is Place.AGENT:
        keys = {"name": f"{who.portal.address}.keyring", "href": f"/session/{session}/keys"}
    states = [RecordingState(part.state) for part in parts]
    return JSONResponse({
        "state": who.session.state,
        "parts": listed if copied else [],
        "keys": keys,
        "recording_state": sessions.state_of_all(who.session, parts).in_words(date=_date),
        "whole": over and RecordingState.RECORDING not in states,
        "survey": who.role is Role.CUSTOMER and who.session.stars is None,
        "copy": copied,
        "fingerprints": [one["fingerprint"] for one in listed],
    })  # fmt: skip


@router.get("/session/{session}/part/{number}")
def part_of(session: str, number: int, ours: Ours, who: Who) -> Response:
    """Hand out the sealed bytes of a part."""
    part, path = _part(ours, who, number)
    names = {one.part: name for one, name in _named(ours, who)}
    if _HANDED_OUT.first((who.seat, part.id), now_us=ours.now_us()):
        with ours.db.begin() as tx:
            about: models.Fields = {"session": session, "recording": part.id.hex(), "to": who.role.value}
            audit.add(
                tx, audit.What.RECORDING_HANDED_OUT, account_id=part.account_id,
                person_id=who.person.id if who.person else None, at_us=ours.now_us(), about=about,
            )  # fmt: skip
    return FileResponse(path, media_type="application/octet-stream", filename=names[part.part])


@router.get("/session/{session}/keys")
def keys_of(ours: Ours, who: Who) -> Response:
    """Hand out what opens the copies: the keyring, or where there is no passphrase the keys of these parts alone."""
    named = _named(ours, who)
    if not named:
        raise NotFoundError(what="recording")
    paths = [_part(ours, who, part.part)[1] for part, _ in named]
    with ours.db.look() as tx:
        content = keyrings.get(tx, who.portal)
    text = ours.keys.key_file(paths, keyring=content)
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
    return _file(text.encode(), named[0][1].removesuffix(".sealcast") + ".key")


@router.post("/session/{session}/copies", status_code=204)
def copied(
    ours: Ours, who: Who, part: Annotated[int, Body()], fingerprint: Annotated[str, Body(max_length=64)]
) -> Response:
    """Take note that somebody saved a copy; its fingerprint was computed of what he saved."""
    row, path = _part(ours, who, part)
    if fingerprint != fingerprint_of(path).hex():
        raise WrongStateError(what="copy", state="another one than the portal's", event="confirmed")
    place = Place.CUSTOMER if who.role is Role.CUSTOMER else Place.AGENT
    with ours.db.begin() as tx:
        sessions.confirm(tx, row, place=place.value, now_us=ours.now_us())
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
        rows = sessions.entries_of(tx, who.session.id)
        parts = sessions.parts_of(tx, who.session.id)
    entries = [Entry(n=one.n, at_us=one.at_us, by=one.seat, kind=one.kind, fields=one.fields, c=one.c) for one in rows]
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
        whole=who.session.state == State.ENDED.value,
    )
    lines = list(as_text(said if who.role is Role.AGENT else said.for_customer(), zone))
    prints = [f"Fingerprint of part {one.part}: {one.fingerprint.hex()}\n" for one in parts if one.fingerprint]
    text = "".join(lines) + ("\n" + "".join(prints) if prints else "")
    name = _names(who, [])[0].removesuffix(".sealcast") + ".txt"
    answer = PlainTextResponse(text)
    answer.headers["Content-Disposition"] = _attachment(name)
    return answer


def fingerprint_of(path: Path) -> bytes:
    """Return the hash of a file's last block: of all of it before its signature.  Source: vault/SPEC.md §4."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - FINAL_SIZE))
        return hashlib.sha256(file.read(FINAL_SIZE)[:-SIGNATURE_SIZE]).digest()


def _part(ours: Context, who: sessions.Participant, number: int) -> tuple[models.Recording, Path]:
    """Return a part that whoever asks may have.  Errors: NotFoundError."""
    settings = sessions.settings_of(who.session.settings)
    his = Place.CUSTOMER if who.role is Role.CUSTOMER else Place.AGENT
    with ours.db.look() as tx:
        parts = {part.part: part for part in sessions.parts_of(tx, who.session.id)}
    part = parts.get(number)
    growing = {RecordingState.RECORDING.value, RecordingState.PURGED.value}
    if part is None or his not in settings.places or part.state in growing:
        raise NotFoundError(what="recording")
    path = ours.settings.recordings / part.file
    if not path.is_file():
        raise NotFoundError(what="recording")
    return part, path


def _named(ours: Context, who: sessions.Participant) -> list[tuple[models.Recording, str]]:
    with ours.db.look() as tx:
        parts = sessions.parts_of(tx, who.session.id)
    return list(zip(parts, _names(who, parts), strict=False))


def _names(who: sessions.Participant, parts: Sequence[models.Recording]) -> list[str]:
    """Return what the files of a session are called, in the time zone of the agent; one name at least."""
    zone = ZoneInfo(who.agent.time_zone)
    began = datetime.fromtimestamp(who.session.made_us / 1e6, zone)
    names: list[str] = []
    for _ in range(max(1, len(parts))):
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


def _date(time_us: int) -> str:
    return datetime.fromtimestamp(time_us / 1e6, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _file(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": _attachment(name)}
    return Response(content, media_type="application/octet-stream", headers=headers)


def _attachment(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name, safe='')}"
