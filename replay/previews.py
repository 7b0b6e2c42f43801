"""Small pictures for the time line, made in a thread beside, and kept."""

import threading
from collections import OrderedDict
from dataclasses import replace
from typing import Final

import numpy as np
from PIL import Image

from replay.projector import Projector
from replay.scene import Picture
from replay.session import Session
from vault.errors import VaultError

WIDTH_PX: Final = 320
HEIGHT_PX: Final = 640
TALLEST: Final = 4  # times as high as wide; of what is higher the upper part is enough to know it by
KEPT: Final = 128  # pictures: 29 MB at 16:9
_STEPS: Final = 2_000  # so many places of the time line have one of their own


class Previews:
    """What a screen showed at about a time, at most WIDTH_PX wide and HEIGHT_PX high."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._projector = Projector(session, stopped=lambda: self._ended)
        self._made: OrderedDict[tuple[str, int], Picture | None] = OrderedDict()
        self._news = threading.Condition()
        self._wish: tuple[str, int] | None = None
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="sealcast-previews", daemon=True)
        self._thread.start()

    def picture(self, time_us: int, track: str) -> Picture | None:
        """Return what is there of that time, or nothing yet: then it is being made, unless another is asked for."""
        step_us = max(1, self._session.timeline.duration_us // _STEPS)
        wish = track, time_us // step_us * step_us
        with self._news:
            if wish in self._made:
                self._made.move_to_end(wish)
                return self._made[wish]
            self._wish = wish
            self._news.notify_all()
            return None

    def close(self) -> None:
        """End the thread; it is busy for a moment at most."""
        with self._news:
            self._ended = True
            self._news.notify_all()
        self._thread.join()

    def _run(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._wish or self._ended)
                if self._ended or not self._wish:
                    return
                wish, self._wish = self._wish, None
            try:
                picture = self._make(*wish)
            except VaultError:  # the disk failed; it is there when somebody asks again
                continue
            with self._news:
                self._made[wish] = picture
                if len(self._made) > KEPT:
                    self._made.popitem(last=False)

    def _make(self, track: str, time_us: int) -> Picture | None:
        (view,) = self._projector.views(self._session.timeline.shown_at(time_us), [track])
        return small(view.picture) if view.picture else None


def small(picture: Picture) -> Picture:
    """Return it at most WIDTH_PX wide and HEIGHT_PX high."""
    picture = replace(picture, pixels=picture.pixels[: picture.size[0] * TALLEST])
    width_px, height_px = picture.size
    smaller = min(1.0, WIDTH_PX / width_px, HEIGHT_PX / height_px)
    if smaller == 1:
        return picture
    size = max(1, round(width_px * smaller)), max(1, round(height_px * smaller))
    reduced = Image.fromarray(picture.pixels, "RGBX").resize(size, Image.Resampling.BOX)
    return Picture(time_us=picture.time_us, pixels=np.asarray(reduced))
