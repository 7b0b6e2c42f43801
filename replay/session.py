"""A session: the parts that a recorder left of it, opened as one.

Times count through all parts, so what is asked for a time is asked of the part in which it lies.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Final

from recorder.format.errors import RecordingError
from recorder.format.events import Clock, Trouble, read_event
from recorder.format.summary import Summary
from replay.recording import Break, Onward, Placed, Recording
from replay.timeline import Happening, Span, Timeline, timeline

MAX_HAPPENINGS: Final = 200_000  # read from segments; more than anybody types in ten hours …
MAX_LISTED: Final = 32 * 1024 * 1024  # … and so many bytes of them; in memory they may take four times as many
_TOO_MUCH: Final = "more was said and noted from here on than can be listed"


@dataclass(slots=True)
class _Part:
    recording: Recording
    summary: Summary
    first_us: int | None  # None while nothing is in it


class Session:
    """Some parts of one session, in their order.  Errors: StoreUnavailableError from whatever reads."""

    def __init__(self, recordings: Sequence[Recording]) -> None:
        self.recordings = tuple(recordings)
        self._parts = [_part(one, one.summary() if one.indexed else one.seen()) for one in recordings]
        self._damaged: dict[int, list[Span]] = {}  # of each part
        self._more: list[Happening] = []
        self.timeline = self._timeline()

    @property
    def growing(self) -> bool:
        """Whether the last part has no end, so that more may come."""
        return bool(self.recordings) and self.recordings[-1].growing

    def follow(self, *, most: int) -> bool:
        """Read on, so many blocks at most, where there is no index; return whether there was more.

        The time line is renewed then.  One thread does this; others may read all the while.
        """
        for number, recording in enumerate(self.recordings):
            if not recording.indexed and recording.follow(most=most):
                self._parts[number] = _part(recording, recording.seen())
                self.timeline = self._timeline()
                return True
        return False

    def list_all(self) -> None:
        """Read the events that are too many for a summary: the time line has them then."""
        tracks = timeline([part.summary for part in self._parts]).unlisted
        if tracks:
            self._more = list(self._all_of(tracks))
            self.timeline = self._timeline()

    def _all_of(self, tracks: Collection[str]) -> Iterator[Happening]:
        count = size = 0
        for found in self.packets():
            if isinstance(found, Placed) and found.packet.track in tracks:
                count, size = count + 1, size + len(found.packet.payload)
                if count > MAX_HAPPENINGS or size > MAX_LISTED:
                    # Where nothing stands nothing seems to have been said: so it is told.
                    yield Happening(time_us=found.packet.time_us, event=Trouble(what=_TOO_MUCH))
                    return
                with suppress(RecordingError):
                    event = read_event(found.packet.track, found.packet.payload)
                    if event is not None and not isinstance(event, Clock):  # no summary lists those
                        yield Happening(time_us=found.packet.time_us, event=event)

    def damage(self, part: int, spans: Sequence[tuple[int, int]]) -> None:
        """Note which bytes of a part, from and to, are damaged, all there are: the time line tells it."""
        recording = self.recordings[part]
        self._damaged[part] = [
            Span(recording.time_at(start), self._shown_again(part, end))
            for start, end in spans
            if not recording.only_index(start, end)
        ]
        self.timeline = self._timeline()

    def packets_from(self, time_us: int) -> Onward:
        """Return what gives packets from where every screen can be shown at that time, through all parts after it."""
        if not self.recordings:
            return lambda: iter(())
        number = self._number(time_us)
        following = [_following(recording.packets_onward()) for recording in self.recordings[number + 1 :]]
        parts = [self.recordings[number].packets_from(time_us), *following]
        return lambda: chain.from_iterable(part() for part in parts)

    def start(self, time_us: int) -> tuple[int, int]:
        """Return from where it is read to show a time: number of the part, offset in it.  They only go forward."""
        number = self._number(time_us)
        if not self.recordings:
            return 0, 0
        place = self.recordings[number].place(time_us)
        return number, place.start if place else 0

    def packets(self) -> Iterator[Placed | Break]:
        """Give all packets of all parts."""
        for recording in self.recordings:
            yield from recording.packets()

    def _number(self, time_us: int) -> int:
        begun = (one for one, part in enumerate(self._parts) if part.first_us is not None and part.first_us <= time_us)
        return max(begun, default=0)

    def _shown_again(self, part: int, offset: int) -> int:
        """Return when a part is first shown without what lies before an offset."""
        recording, last_us = self.recordings[part], self._parts[part].summary.duration_us
        from_us, until_us = recording.time_at(offset), last_us
        while from_us < until_us:
            middle_us = (from_us + until_us) // 2
            place = recording.place(middle_us)
            if place and place.start >= offset:
                until_us = middle_us
            else:
                from_us = middle_us + 1
        return until_us

    def _timeline(self) -> Timeline:
        damaged = chain.from_iterable(self._damaged.values())
        return timeline([part.summary for part in self._parts], more=self._more).damaged(damaged)


def _part(recording: Recording, summary: Summary) -> _Part:
    return _Part(recording, summary, min((track.first_us for track in summary.tracks), default=None))


def _following(part: Onward) -> Onward:
    """Return what gives the packets of a part behind another: first it ends what is shown of that."""
    begun = False

    def onward() -> Iterator[Placed | Break]:
        nonlocal begun
        for found in part():
            if not begun and isinstance(found, Placed):
                begun = True
                yield Break(
                    after_us=max(0, found.packet.time_us - 1), offset=found.offset, why="a part begins", damage=False
                )
            yield found

    return onward
