"""Scrolling in a list whose rows have different heights: only rows near the place are measured.  Pure."""

from typing import Final

from replay.window.box import Box
from replay.window.paint import Canvas
from replay.window.side_panel import list_box, row_heights
from replay.window.view import Scroll, View

_ABOVE: Final = 0.55  # of the list's height that stands above the row of now


def scrolled(canvas: Canvas, view: View, side: Box, by: float) -> Scroll:
    """Return where the list stands when it is moved down by so many points."""
    count, height = row_heights(canvas, view)
    row, above = min(view.scroll.row, max(0, count - 1)), view.scroll.above + by
    while above < 0 and row > 0:
        row -= 1
        above += height(row)
    while row < count - 1 and above >= height(row):
        above -= height(row)
        row += 1
    return _not_beyond(canvas, view, side, Scroll(row=row, above=max(0.0, above)))


def shown_at(canvas: Canvas, view: View, side: Box) -> Scroll:
    """Return where the list stands so that the row of now is in the middle of it."""
    count, height = row_heights(canvas, view)
    room = list_box(side, view).height * _ABOVE
    row = min(view.current, count - 1)
    while row > 0 and room > 0:
        row -= 1
        room -= height(row)
    return _not_beyond(canvas, view, side, Scroll(row=max(0, row), above=max(0.0, -room) if room < 0 else 0.0))


def _not_beyond(canvas: Canvas, view: View, side: Box, scroll: Scroll) -> Scroll:
    """Return it so that the last row is not above the list's lower end."""
    count, height = row_heights(canvas, view)
    room, row = list_box(side, view).height, count
    while row > 0 and room > 0:
        row -= 1
        room -= height(row)
    last = Scroll(row=row, above=max(0.0, -room)) if count else Scroll()
    return min(scroll, last, key=lambda one: (one.row, one.above))
