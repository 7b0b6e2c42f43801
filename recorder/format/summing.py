"""From packets to the summary, one after the other, in bounded memory.  SPEC.md §4.8."""

from array import array
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final

from recorder.format.errors import RecordingError
from recorder.format.events import EVENT_TRACKS, Clock, event_of, to_fields
from recorder.format.pack import Fields, compressed, pack, unpack_fields
from recorder.format.packet import Packet, kind
from recorder.format.screen import Configuration
from recorder.format.segment import MAX_TRACKS
from recorder.format.summary import ACTIVE, MAX_STEPS, MAX_SUMMARY, STEP_US, VERSION, TrackFacts

MAX_THUMBNAILS: Final = 200  # more are thinned
_ROOM: Final = MAX_SUMMARY - 64 * 1024  # for one list, so that what is longer need not be kept


@dataclass
class _Counted:
    packets: int = 0
    size: int = 0
    first_us: int = 0
    last_us: int = 0
    keyframes: int = 0
    configuration: Configuration | None = None


@dataclass
class _Listed:
    count: int = 0
    size: int = 0
    rows: list[tuple[int, Fields]] | None = field(default_factory=list)


class SummaryBuilder:
    """Watch packets go by.  It owns the counts and lists of one part."""

    def __init__(self) -> None:
        self._tracks: dict[str, _Counted] = {}
        self._lists: dict[str, _Listed] = {}
        self._thumbnails: list[tuple[int, int]] = []
        self._levels: dict[str, array[int]] = {}
        self._step_us = STEP_US
        self._duration_us = 0
        self._began_wall_us: int | None = None

    def add(self, packet: Packet, *, offset: int) -> None:
        """Take the next packet, whole; offset is that of its block."""
        self._duration_us = max(self._duration_us, packet.time_us)
        self._count(packet)
        of = kind(packet.track)
        if of in ACTIVE and not packet.configuration:
            self._note_activity(of, packet)
        if of == "thumbnails":
            self._thumbnails.append((packet.time_us, offset))
            if len(self._thumbnails) > MAX_THUMBNAILS:
                del self._thumbnails[1::2]
        elif packet.track in EVENT_TRACKS:
            self._list(packet)

    def to_bytes(self) -> bytes:
        """Return the summary, at most 1 MiB."""
        lists: dict[str, _Listed] = {track: self._lists[track] for track in EVENT_TRACKS if track in self._lists}
        while True:
            raw = bytes((VERSION,)) + pack(self._fields(lists))
            if len(raw) <= MAX_SUMMARY:
                return raw
            # Of all that there is only lists are long: tracks are few, thumbnails and activity bounded.
            longest = max((one for one in lists if lists[one].rows), key=lambda one: lists[one].size)
            lists[longest] = _Listed(count=lists[longest].count, rows=None)

    def _fields(self, lists: dict[str, _Listed]) -> Fields:
        fields: Fields = {"duration_us": self._duration_us}
        if self._began_wall_us is not None:
            fields["began_wall_us"] = self._began_wall_us
        fields["tracks"] = [_facts(name, counted).to_fields() for name, counted in sorted(self._tracks.items())]
        fields["events"] = {
            track: {"count": one.count} | ({} if one.rows is None else {"list": one.rows})
            for track, one in lists.items()
        }
        if self._thumbnails:
            fields["thumbnails"] = self._thumbnails
        if self._levels:
            levels = {of: compressed(self._activity(of)) for of in ACTIVE if of in self._levels}
            fields["activity"] = {"step_us": self._step_us} | levels
        return fields

    def _count(self, packet: Packet) -> None:
        counted = self._tracks.get(packet.track)
        if counted is None:
            if len(self._tracks) == MAX_TRACKS:
                return  # only a part that breaks the law has so many
            counted = self._tracks[packet.track] = _Counted(first_us=packet.time_us)
        counted.packets += not packet.configuration
        counted.size += len(packet.payload)
        counted.last_us = packet.time_us
        counted.keyframes += packet.keyframe
        if packet.configuration and kind(packet.track) == "screen":
            counted.configuration = _configuration(packet.payload) or counted.configuration

    def _note_activity(self, of: str, packet: Packet) -> None:
        while packet.time_us // self._step_us >= MAX_STEPS:
            self._step_us *= 2
            self._levels = {
                one: array("Q", map(sum, zip_longest(sizes[::2], sizes[1::2], fillvalue=0)))
                for one, sizes in self._levels.items()
            }
        sizes = self._levels.setdefault(of, array("Q"))
        step = packet.time_us // self._step_us
        if step >= len(sizes):
            sizes.extend([0] * (step + 1 - len(sizes)))
        sizes[step] += len(packet.payload)

    def _activity(self, of: str) -> bytes:
        return bytes(size.bit_length() for size in self._levels[of])

    def _list(self, packet: Packet) -> None:
        try:
            fields = unpack_fields(packet.payload, what=f"event of {packet.track}")
            fields.pop("categories", None)
            event = event_of(packet.track, fields)
        except RecordingError:
            return  # whoever reads the segment is told; a summary holds what is whole
        if isinstance(event, Clock) and self._began_wall_us is None:
            self._began_wall_us = max(0, event.wall_us - packet.time_us)
        if event is None or isinstance(event, Clock):
            return
        known = to_fields(event)
        known.pop("categories", None)
        row = packet.time_us, known
        listed = self._lists.setdefault(packet.track, _Listed())
        listed.count += 1
        listed.size += len(pack(row))
        if listed.rows is not None:
            listed.rows.append(row)
        if listed.size > _ROOM:
            listed.rows = None


def _configuration(payload: bytes) -> Configuration | None:
    try:
        return Configuration.read(payload)
    except RecordingError:
        return None


def _facts(name: str, counted: _Counted) -> TrackFacts:
    shown = counted.configuration
    return TrackFacts(
        name=name,
        packets=counted.packets,
        size=counted.size,
        first_us=counted.first_us,
        last_us=counted.last_us,
        codec=shown.codec if shown else None,
        width_px=shown.width_px if shown else None,
        height_px=shown.height_px if shown else None,
        keyframes=counted.keyframes if kind(name) == "screen" else None,
    )
