"""The summary: what a player wants to know first.  SPEC.md §4.8.

The same builder makes it while writing and, for a part without an end, from its segments.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Self

from recorder.format.errors import FormatError, OversizeError, UnsupportedFormatError
from recorder.format.events import EVENT_TRACKS, Event, event_of
from recorder.format.pack import (
    Fields,
    bytes_of,
    decompressed,
    fields_of,
    list_of,
    number_of,
    text_of,
    unpack_fields,
)
from recorder.format.packet import track_name
from recorder.format.screen import MAX_CODEC, MAX_SIDE
from recorder.format.segment import MAX_TRACKS

VERSION: Final = 1
MAX_SUMMARY: Final = 1024 * 1024
MAX_STEPS: Final = 65_536
STEP_US: Final = 1_000_000
ACTIVE: Final = ("screen", "pointer", "chat")  # the kinds of tracks that count as activity
_WHAT: Final = "summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackFacts:
    """One track of a part.  Units: bytes of payloads, µs, px; codec to keyframes are of screens."""

    name: str
    packets: int
    size: int
    first_us: int
    last_us: int
    codec: str | None = None
    width_px: int | None = None
    height_px: int | None = None
    keyframes: int | None = None

    def to_fields(self) -> Fields:
        """Return it as a plain map."""
        fields: Fields = {
            "name": self.name, "packets": self.packets, "bytes": self.size,
            "first_us": self.first_us, "last_us": self.last_us,
        }  # fmt: skip
        if self.codec is not None:
            fields |= {"codec": self.codec, "width": self.width_px, "height": self.height_px}
        if self.keyframes is not None:
            fields["keyframes"] = self.keyframes
        return fields

    @classmethod
    def read(cls, value: object) -> Self:
        """Return the facts of a map.  Errors: FormatError."""
        what = "track in the summary"
        fields = fields_of(value, what=what)
        codec, keyframes = fields.get("codec"), fields.get("keyframes")
        try:
            name = track_name(text_of(fields.get("name"), what=what))
        except ValueError as error:
            raise FormatError(what=what, why=str(error)) from error
        return cls(
            name=name,
            packets=number_of(fields.get("packets"), what=what),
            size=number_of(fields.get("bytes"), what=what),
            first_us=number_of(fields.get("first_us"), what=what),
            last_us=number_of(fields.get("last_us"), what=what),
            codec=None if codec is None else text_of(codec, what=what, limit=MAX_CODEC),
            width_px=None if codec is None else number_of(fields.get("width"), what=what, limit=MAX_SIDE + 1),
            height_px=None if codec is None else number_of(fields.get("height"), what=what, limit=MAX_SIDE + 1),
            keyframes=None if keyframes is None else number_of(keyframes, what=what),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EventList:
    """Events of one track with their times; events is None when there are too many for a summary."""

    count: int
    events: tuple[tuple[int, Event], ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """How much happened in each step: bit length of the payload bytes, by kind of track."""

    step_us: int = STEP_US
    levels: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All the player needs at once.  Units: µs; began_wall_us since 1970 UTC."""

    duration_us: int
    began_wall_us: int | None
    tracks: tuple[TrackFacts, ...]
    events: Mapping[str, EventList]
    thumbnails: tuple[tuple[int, int], ...]
    activity: Activity

    def of(self, kind: type[Event]) -> list[tuple[int, Event]]:
        """Return the events of one kind with their times, as far as they fitted."""
        listed = self.events.get(kind.TRACK)
        return [one for one in (listed.events or ()) if isinstance(one[1], kind)] if listed else []


def read_summary(payload: bytes) -> Summary:
    """Return the summary of a SUMMARY block.  Errors: FormatError and its kin, UnsupportedFormatError."""
    if payload and payload[0] != VERSION:
        raise UnsupportedFormatError(what=_WHAT, version=payload[0])
    fields = unpack_fields(payload[1:], what=_WHAT, limit=MAX_SUMMARY, values=MAX_SUMMARY)
    began = fields.get("began_wall_us")
    lists = fields_of(fields.get("events", {}), what="events in the summary")
    tracks = list_of(fields.get("tracks"), what="tracks in the summary")
    if len(tracks) > MAX_TRACKS:
        raise OversizeError(what="tracks in the summary", limit=MAX_TRACKS)
    return Summary(
        duration_us=number_of(fields.get("duration_us"), what="duration in the summary"),
        began_wall_us=None if began is None else number_of(began, what="beginning in the summary"),
        tracks=tuple(TrackFacts.read(one) for one in tracks),
        events={track: _event_list(track, lists[track]) for track in EVENT_TRACKS if track in lists},
        thumbnails=tuple(_thumbnail(one) for one in list_of(fields.get("thumbnails", []), what="thumbnails")),
        activity=_activity(fields_of(fields.get("activity", {}), what="activity")),
    )


def _event_list(track: str, value: object) -> EventList:
    what = f"events of {track} in the summary"
    fields = fields_of(value, what=what)
    count = number_of(fields.get("count"), what=what)
    if "list" not in fields:
        return EventList(count=count, events=None)
    events = []
    for row in list_of(fields["list"], what=what):
        time, listed = _pair(row, what=what)
        event = event_of(track, fields_of(listed, what=what))
        if event is not None:
            events.append((number_of(time, what=what), event))
    return EventList(count=count, events=tuple(events))


def _thumbnail(row: object) -> tuple[int, int]:
    time, offset = _pair(row, what="thumbnail")
    return number_of(time, what="time of a thumbnail"), number_of(offset, what="offset of a thumbnail")


def _pair(row: object, *, what: str) -> Sequence[object]:
    pair = list_of(row, what=what)
    if len(pair) < 2:
        raise FormatError(what=what, why="it is not a pair")
    return pair[:2]


def _activity(fields: Fields) -> Activity:
    if not fields:
        return Activity()
    return Activity(
        step_us=number_of(fields.get("step_us"), what="step of the activity", least=1),
        levels={
            kind: decompressed(bytes_of(fields[kind], what="activity"), what="activity", limit=MAX_STEPS)
            for kind in ACTIVE
            if kind in fields
        },
    )
