"""What the mouse lies over on the time line: the time, and a small picture of it."""

from dataclasses import replace

from PIL import Image

from replay.previews import Previews
from replay.scene import Picture
from replay.session import Session
from replay.window.box import Box, Point
from replay.window.layout import time_at
from replay.window.view import View

_BESIDE = 4, 8  # points that still count as on it


class Hover:
    """The mouse over a time line.  It owns the thread that makes small pictures."""

    def __init__(self, session: Session) -> None:
        self._previews = Previews(session)
        self._shown: tuple[Picture, Image.Image] | None = None

    def close(self) -> None:
        """End the thread."""
        self._previews.close()

    def over(self, view: View, mouse: Point | None, track: Box) -> View:
        """Return the moment with what the mouse lies over."""
        seen = view.awake or not view.full
        if mouse is None or not seen or mouse not in track.inset(-_BESIDE[0], -_BESIDE[1]):
            return replace(view, hover_us=None, preview=None)
        time_us = time_at(track, mouse[0], view.timeline.duration_us)
        return replace(view, hover_us=time_us, preview=self._picture(view, time_us))

    def _picture(self, view: View, time_us: int) -> Image.Image | None:
        found = self._previews.picture(time_us, view.screens[0]) if view.screens else None
        if found is None:
            return None
        if self._shown is None or self._shown[0] is not found:
            self._shown = found, Image.fromarray(found.pixels[..., 2::-1].copy(), "RGB")
        return self._shown[1]
