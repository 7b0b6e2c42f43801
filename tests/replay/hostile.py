"""Recordings whose maker may be anybody: sealed and signed as they must be, and full of whatever he likes."""

from collections.abc import Iterable, Sequence

from recorder.format.events import Event, to_payload
from recorder.format.pack import compressed
from recorder.format.packet import Flag, Piece
from recorder.format.segment import Label, Segment
from recorder.format.summary import Activity, EventList, Summary, TrackFacts
from replay.recording import Recording
from replay.session import Session
from tests.memory import MemoryGrowing, MemorySource
from tests.replay.sessions import CREATED_US, KEYS, S
from tests.vectors.fixed import portal, seed, signer
from vault.header import About, Role
from vault.reader import SealedFile
from vault.signers import TrustedSigner
from vault.store import Growing
from vault.writer import SealedWriter

FAR = 2**53 - 1
ADA = TrustedSigner(signer=signer().public, name="Ada")


def sealed(growing: Growing, segments: Iterable[tuple[int, Sequence[Piece]]], *, summary: bytes | None = None) -> None:
    """Seal segments of these times, whatever is in them."""
    about = About(
        recording_id=seed("hostile")[:16], session_id=seed("his")[:16], part=1, previous=None, created_us=CREATED_US
    )
    writer = SealedWriter(growing, about, recipients=[(Role.PORTAL, portal().public)], signer=signer())
    for time_us, pieces in segments:
        names = sorted({piece.track for piece in pieces})
        segment = Segment(
            time_us=time_us, tracks=dict(enumerate(names, 1)), keyframes={}, pieces=tuple(pieces)
        ).to_bytes()
        writer.append(segment, label=Label(time_us=time_us).to_bytes())
    writer.finish(summary)


def session(segments: Iterable[tuple[int, Sequence[Piece]]], *, summary: bytes | None = None) -> Session:
    growing = MemoryGrowing()
    sealed(growing, segments, summary=summary)
    return Session([Recording(SealedFile(MemorySource(bytes(growing.data)), KEYS))])


def piece(event: Event, time_us: int) -> Piece:
    return Piece(event.TRACK, time_us, 0, to_payload(event))


def squeezed(track: str, time_us: int, payload: bytes, flags: int = 0) -> Piece:
    return Piece(track, time_us, Flag.COMPRESSED | flags, compressed(payload))


def summed(*events: tuple[int, Event], duration_us: int = S, tracks: Sequence[TrackFacts] = ()) -> Summary:
    lists: dict[str, EventList] = {}
    for name in {event.TRACK for _, event in events}:
        rows = tuple(one for one in events if name == one[1].TRACK)
        lists[name] = EventList(count=len(rows), events=rows)
    return Summary(
        duration_us=duration_us, began_wall_us=None, tracks=tuple(tracks), events=lists, thumbnails=(),
        activity=Activity(),
    )  # fmt: skip
