"""The time line of a session: what happened when, where something is missing, where nothing happens.  Pure.

Made of the summaries of its parts, before one picture is decoded.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from heapq import heappop, heappush
from typing import Final, Self

from recorder.format.events import About, Event, Joined, Marker, Outcome, Pause, Resume
from recorder.format.packet import kind
from recorder.format.summary import Activity, Summary, TrackFacts
from replay.activity import idle, together

SOON_US: Final = 2_000_000  # a recorder that begins needs less until its first picture


class GapKind(Enum):
    """Why nothing can be seen for a while."""

    PAUSE = "paused"
    INTERRUPTION = "interrupted"
    DAMAGE = "damaged"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A while.  Units: µs; until is exclusive."""

    from_us: int
    until_us: int

    def __contains__(self, time_us: int) -> bool:
        return self.from_us <= time_us < self.until_us


_NEVER: Final = Span(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A while of which there are no pictures, and why."""

    span: Span
    kind: GapKind
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """An event at its time.  Units: µs since the session began."""

    time_us: int
    event: Event


@dataclass(frozen=True, slots=True)
class _Spread:
    """Some whiles, that may lie over each other, spread out so that a time is found without looking at all of them."""

    borders: Sequence[int] = ()
    numbers: Sequence[int | None] = ()  # which while is there from each border on: of several the first in their order

    @classmethod
    def of(cls, spans: Sequence[Span]) -> Self:
        """Return it for these whiles."""
        begun = sorted(range(len(spans)), key=lambda number: spans[number].from_us, reverse=True)
        borders, numbers, there = list[int](), list[int | None](), list[int]()
        for border in sorted({edge for span in spans for edge in (span.from_us, span.until_us)}):
            while begun and spans[begun[-1]].from_us <= border:
                heappush(there, begun.pop())
            while there and spans[there[0]].until_us <= border:
                heappop(there)
            borders.append(border)
            numbers.append(there[0] if there else None)
        return cls(borders, numbers)

    def at(self, time_us: int) -> int | None:
        """Return the number of the while at a time."""
        at = bisect_right(self.borders, time_us) - 1
        return self.numbers[at] if at >= 0 else None


def _after(times: Sequence[int], time_us: int) -> list[int]:
    at = bisect_right(times, time_us)
    return list(times[at : at + 1])


@dataclass(frozen=True, slots=True)
class _Found:
    """What a time line is asked for sixty times a second.  A stranger's may have a hundred thousand gaps and rests."""

    gaps: _Spread = _Spread()
    left_out: _Spread = _Spread()
    idle: _Spread = _Spread()
    gaps_us: Sequence[int] = ()  # when they begin, in order
    ends: Sequence[tuple[int, int]] = ()  # when those that are left out end, in order, and their numbers
    idle_us: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """A session from its beginning to its end.

    Units: µs; began_wall_us since 1970 UTC.  happenings are in order of time.  unlisted are the tracks whose events
    are too many for a summary; pictures_us is when the first picture came.
    """

    duration_us: int
    began_wall_us: int | None = None
    screens: tuple[str, ...] = ()
    happenings: tuple[Happening, ...] = ()
    gaps: tuple[Gap, ...] = ()
    activity: Activity = field(default_factory=Activity)
    idle: tuple[Span, ...] = ()
    unlisted: tuple[str, ...] = ()
    pictures_us: int = 0
    _found: _Found = field(init=False, repr=False, compare=False, default=_Found())

    def __post_init__(self) -> None:
        left_out = [gap.span if gap.kind is not GapKind.DAMAGE else _NEVER for gap in self.gaps]
        found = _Found(
            gaps=_Spread.of([gap.span for gap in self.gaps]),
            left_out=_Spread.of(left_out),
            idle=_Spread.of(self.idle),
            gaps_us=sorted(gap.span.from_us for gap in self.gaps),
            ends=sorted((span.until_us, number) for number, span in enumerate(left_out) if span is not _NEVER),
            idle_us=sorted(span.from_us for span in self.idle),
        )
        object.__setattr__(self, "_found", found)

    @property
    def about(self) -> About | None:
        """Whose session it is."""
        return next((one.event for one in self.happenings if isinstance(one.event, About)), None)

    @property
    def outcome(self) -> Outcome | None:
        """How it ended, as noted last."""
        noted = [one.event for one in self.happenings if isinstance(one.event, Outcome)]
        return noted[-1] if noted else None

    @property
    def people(self) -> Mapping[int, Joined]:
        """Who took part, by number."""
        return {one.event.id: one.event for one in self.happenings if isinstance(one.event, Joined)}

    def of(self, *kinds: type[Event]) -> list[Happening]:
        """Return the happenings of these kinds."""
        return [one for one in self.happenings if isinstance(one.event, kinds)]

    def shown_at(self, time_us: int) -> int:
        """Return the time of which pictures are shown at a time: the first one, if it comes a moment later."""
        return self.pictures_us if 0 <= self.pictures_us - time_us <= SOON_US else time_us

    def gap_at(self, time_us: int) -> Gap | None:
        """Return why nothing can be seen at a time."""
        number = self._found.gaps.at(time_us)
        return None if number is None else self.gaps[number]

    def left_out_at(self, time_us: int) -> Gap | None:
        """Return the gap at a time, unless there may be something to see in it."""
        number = self._found.left_out.at(time_us)
        return None if number is None else self.gaps[number]

    def left_out_before(self, time_us: int) -> Gap | None:
        """Return the gap without anything to see that ended last by a time."""
        at = bisect_right(self._found.ends, time_us, key=lambda end: end[0]) - 1
        return self.gaps[self._found.ends[at][1]] if at >= 0 else None

    def begins_after(self, time_us: int, *, idle: bool) -> int | None:
        """Return when the next gap begins, or with idle the next rest if that is earlier."""
        found = self._found
        return min(_after(found.gaps_us, time_us) + (_after(found.idle_us, time_us) if idle else []), default=None)

    def idle_at(self, time_us: int) -> Span | None:
        """Return the rest around a time."""
        number = self._found.idle.at(time_us)
        return None if number is None else self.idle[number]

    def marker_after(self, time_us: int) -> int | None:
        """Return when the next marker is."""
        return min((one.time_us for one in self.of(Marker) if one.time_us > time_us), default=None)

    def marker_before(self, time_us: int) -> int | None:
        """Return when the last marker was."""
        return max((one.time_us for one in self.of(Marker) if one.time_us < time_us), default=None)

    def damaged(self, spans: Iterable[Span]) -> Self:
        """Return it with whiles that turned out to be damaged."""
        added = [Gap(span=span, kind=GapKind.DAMAGE, why="the file is damaged here") for span in spans]
        return replace(self, gaps=_in_order([*self.gaps, *added], self.duration_us))


def timeline(parts: Sequence[Summary], *, more: Sequence[Happening] = ()) -> Timeline:
    """Return the time line of a session's parts, in their order; without any it is empty.

    more are events of tracks that have too many for a summary.
    """
    if not parts:
        return Timeline(duration_us=0)
    unlisted = {track for part in parts for track, listed in part.events.items() if listed.events is None}
    read = {one.event.TRACK for one in more} & unlisted
    listed = [one for one in _happenings(parts) if one.event.TRACK not in read]
    happenings = _about_once(sorted([*listed, *more], key=lambda one: one.time_us))
    # Whoever made a summary may say that it ends before what happens in it.
    duration_us = max([part.duration_us for part in parts] + [one.time_us for one in happenings[-1:]])
    activity = together([part.activity for part in parts])
    return Timeline(
        duration_us=duration_us,
        began_wall_us=next((part.began_wall_us for part in parts if part.began_wall_us is not None), None),
        screens=tuple(sorted({track.name for part in parts for track in part.tracks if _is_screen(track)}, key=_place)),
        happenings=tuple(happenings),
        pictures_us=min((one.first_us for part in parts for one in part.tracks if _is_screen(one)), default=0),
        gaps=_in_order(
            [*_pauses(happenings, [part.duration_us for part in parts]), *_interruptions(parts)], duration_us
        ),
        activity=activity,
        idle=tuple(Span(*rest) for rest in idle(activity, duration_us)),
        unlisted=tuple(sorted(unlisted - read)),
    )


def _is_screen(track: TrackFacts) -> bool:
    return track.codec is not None and kind(track.name) == "screen"


def _place(screen: str) -> tuple[bool, str]:
    """Return where a screen comes in order: the customer's first."""
    return screen != "screen/customer", screen


def _happenings(parts: Sequence[Summary]) -> Iterator[Happening]:
    for part in parts:
        for listed in part.events.values():
            for time_us, event in listed.events or ():
                yield Happening(time_us=time_us, event=event)


def _about_once(happenings: Iterable[Happening]) -> list[Happening]:
    """Return them without the repetitions: every part says again whose session it is."""
    first = True
    kept = []
    for one in happenings:
        if first or not isinstance(one.event, About):
            kept.append(one)
        first = first and not isinstance(one.event, About)
    return kept


def _pauses(happenings: Iterable[Happening], ends_us: Iterable[int]) -> Iterator[Gap]:
    """Give the pauses; one that nobody ended ends with its part."""
    turns = [(one.time_us, isinstance(one.event, Pause)) for one in happenings if isinstance(one.event, Pause | Resume)]
    turns += [(end_us, False) for end_us in ends_us]
    since_us = None
    for time_us, pauses in sorted(turns, key=lambda turn: turn[0]):
        if pauses and since_us is None:
            since_us = time_us
        elif not pauses and since_us is not None:
            yield Gap(span=Span(since_us, time_us), kind=GapKind.PAUSE)
            since_us = None


def _interruptions(parts: Sequence[Summary]) -> Iterator[Gap]:
    end_us = None
    for part in parts:
        if not part.tracks:  # it has not come so far as to say anything
            continue
        begins_us = min(track.first_us for track in part.tracks)
        if end_us is not None and begins_us > end_us:
            yield Gap(span=Span(end_us, begins_us), kind=GapKind.INTERRUPTION, why="the recorder was interrupted")
        end_us = max(end_us or 0, part.duration_us)


def _in_order(gaps: Iterable[Gap], duration_us: int) -> tuple[Gap, ...]:
    within = (gap for gap in gaps if gap.span.from_us < min(gap.span.until_us, duration_us))
    cut = (_cut(gap, duration_us) if gap.span.until_us > duration_us else gap for gap in within)
    return tuple(sorted(cut, key=lambda gap: gap.span))


def _cut(gap: Gap, duration_us: int) -> Gap:
    return replace(gap, span=Span(gap.span.from_us, duration_us))
