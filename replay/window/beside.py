"""What stands beside the picture, as somebody goes through it: chat, search, diagnostics.

Reading is done in threads; what they found is taken when it is there.
"""

from bisect import bisect_right
from dataclasses import replace
from typing import Final

from recorder.format.events import Taken
from replay.search import Hit
from replay.searching import Searching
from replay.session import Session
from replay.timeline import Timeline
from replay.window.box import Box
from replay.window.kept import Kept
from replay.window.listing import scrolled, shown_at
from replay.window.machine_reading import MachineReading, Read
from replay.window.paint import Canvas
from replay.window.theme import DARK
from replay.window.times import clock
from replay.window.view import Scroll, Side, View

_MOST_TYPED: Final = 200  # characters


class Beside:
    """The side of a player.  It owns the threads that search and that read snapshots."""

    def __init__(self, session: Session) -> None:
        self._searching = Searching(session)
        self._reading = MachineReading(session)
        self._hits: tuple[tuple[Hit, ...], tuple[Hit, ...]] = (), ()  # as they were found, and as they are shown
        self._asked_us = -1  # of which snapshot
        self._read: Read | None = None
        self._followed: object = None  # what the list was moved for last

    def close(self) -> None:
        """End the threads."""
        self._searching.close()
        self._reading.close()

    def taken(self, view: View) -> View:
        """Return the moment with what was found by now."""
        found = self._searching.found
        if found.text == view.query and found.hits is not self._hits[0]:
            self._hits = found.hits, in_order(found.hits)
            view = replace(view, hits=self._hits[1], scroll=Scroll(), chosen=-1)
        view = replace(view, trouble=found.trouble)
        return self._with_machine(view) if view.side is Side.DIAGNOSTICS else view

    def followed(self, view: View, side: Box | None, scale: float) -> View:
        """Return the moment with the row of now in sight, if the list goes along with the picture."""
        now = view.rows, view.current, side
        if view.side is Side.CHAT and view.follows and side and view.current >= 0 and now != self._followed:
            self._followed = now
            return replace(view, scroll=shown_at(_measure(side, scale), view, side))
        return view

    def searched(self, view: View, text: str) -> View:
        """Search for a text."""
        query = text[:_MOST_TYPED]
        self._searching.ask(query)
        return replace(view, query=query)

    def opened(self, view: View, side: Side) -> View:
        """Open a side, or close it where it is open."""
        if side is Side.SEARCH and view.side is side and not view.typing:
            return replace(self.searched(view, ""), typing=True)  # whoever asks again searches for something else
        on = view.side is not side
        return replace(
            view, side=side if on else None, typing=on and side is Side.SEARCH, scroll=Scroll(), follows=True
        )

    def _with_machine(self, view: View) -> View:
        times = _TAKEN.of(view.timeline, None)
        before = bisect_right(times, view.position_us)
        wanted_us = times[max(0, before - 1)] if times else -1
        if wanted_us != self._asked_us:
            self._asked_us = wanted_us
            if wanted_us < 0:
                return replace(view, snapshot=(), snapshot_title="", scroll=Scroll())
            self._reading.ask(wanted_us)
            view = replace(view, snapshot_title=view.snapshot_title or "Reading …")
        read = self._reading.read
        if read is None or read is self._read or read.time_us != wanted_us:
            return view
        self._read = read
        if read.trouble:
            return replace(view, scroll=Scroll(), snapshot=(("not told", read.trouble),), snapshot_title="")
        title = machine_title(read.source, read.time_us, view.timeline.duration_us) if read.source else ""
        return replace(view, scroll=Scroll(), snapshot=read.rows, snapshot_title=title)


def in_order(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """Return hits as they are shown: what people said and noted before what machines told, of which there is much."""
    return tuple(sorted(hits, key=lambda hit: hit.track == Taken.TRACK))


def machine_title(source: str, time_us: int, longest_us: int) -> str:
    """Return whose word a snapshot is, and when it was taken in a session of that length."""
    return f"{source}, taken at {clock(time_us, longest_us)}"


def to_choose(view: View, by: int) -> int | None:
    """Return the number of the row so many rows on from the chosen one; None where nothing can be chosen."""
    if view.side is Side.SEARCH and view.hits:
        return min(max(0, view.chosen + by), len(view.hits) - 1)
    if view.side is Side.CHAT and view.rows:
        return min(max(0, view.current + by), len(view.rows) - 1)
    return None


def time_of(view: View, number: int) -> int | None:
    """Return when that happened which a row tells."""
    if view.side is Side.CHAT and 0 <= number < len(view.rows):
        return view.rows[number].time_us
    if view.side is Side.SEARCH and 0 <= number < len(view.hits):
        return view.hits[number].time_us
    return None


def moved(view: View, side: Box, by: float, scale: float) -> View:
    """Return the moment with its list so many points further down."""
    return replace(view, scroll=scrolled(_measure(side, scale), view, side, by))


def _measure(side: Box, scale: float) -> Canvas:
    # Widths do not depend on colours; a canvas of one line is enough to measure with.
    return Canvas(box=Box(side.left, side.top, side.width, 1), theme=DARK, scale=scale)


def _taken(timeline: Timeline, _: None) -> list[int]:
    return [one.time_us for one in timeline.of(Taken)]


_TAKEN: Final = Kept(_taken)
