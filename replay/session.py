"""A session: the parts that a recorder left of it, opened as one.

Times count through all parts, so what is asked for a time is asked of the part in which it lies.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Final

from recorder.format.errors import RecordingError
from recorder.format.events import read_event
from recorder.format.summary import Summary
from replay.recording import Gap, Onward, Placed, Recording
from replay.timeline import Happening, Span, Timeline, timeline

MAX_HAPPENINGS: Final = 1_000_000  # read from segments; more than anybody types in ten hours


@dataclass(slots=True)
class _Part:
    recording: Recording
    summary: Summary
    first_us: int


class Session:
    """Some parts of one session, in their order.  Errors: StoreUnavailableError from whatever reads."""

    def __init__(self, recordings: Sequence[Recording]) -> None:
        self.recordings = tuple(recordings)
        self._parts = [_part(one, one.summary() if one.indexed else one.seen()) for one in recordings]
        self._damaged: list[Span] = []
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
        unlisted = self.timeline.unlisted
        if not unlisted:
            return
        for found in self.packets():
            if isinstance(found, Placed) and found.packet.track in unlisted:
                with suppress(RecordingError):
                    event = read_event(found.packet.track, found.packet.payload)
                    if event is not None and len(self._more) < MAX_HAPPENINGS:
                        self._more.append(Happening(time_us=found.packet.time_us, event=event))
        self.timeline = self._timeline()

    def damage(self, part: int, spans: Sequence[tuple[int, int]]) -> None:
        """Note which bytes of a part, from and to, are damaged: the time line tells it."""
        recording = self.recordings[part]
        for start, end in spans:
            self._damaged.append(Span(recording.time_at(start), self._shown_again(part, end)))
        self.timeline = self._timeline()

    def packets_from(self, time_us: int) -> Onward:
        """Return what gives packets from where every screen can be shown at that time, through all parts after it."""
        if not self.recordings:
            return lambda: iter(())
        number = self._number(time_us)
        following = [recording.packets_onward() for recording in self.recordings[number + 1 :]]
        parts = [self.recordings[number].packets_from(time_us), *following]
        return lambda: chain.from_iterable(part() for part in parts)

    def start(self, time_us: int) -> tuple[int, int]:
        """Return from where it is read to show a time: number of the part, offset in it.  They only go forward."""
        number = self._number(time_us)
        if not self.recordings:
            return 0, 0
        place = self.recordings[number].place(time_us)
        return number, place.start if place else 0

    def packets(self) -> Iterator[Placed | Gap]:
        """Give all packets of all parts."""
        for recording in self.recordings:
            yield from recording.packets()

    def _number(self, time_us: int) -> int:
        return max((number for number, part in enumerate(self._parts) if part.first_us <= time_us), default=0)

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
        return timeline([part.summary for part in self._parts], more=self._more).damaged(self._damaged)


def _part(recording: Recording, summary: Summary) -> _Part:
    return _Part(recording, summary, min((track.first_us for track in summary.tracks), default=0))
