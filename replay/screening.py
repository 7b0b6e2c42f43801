"""Shows pictures beside the window: a thread decodes what was asked for last, and nobody waits for it."""

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from replay.projector import Projector
from replay.scene import Scene, View
from replay.session import Session
from vault.errors import VaultError


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    number: int
    time_us: int
    tracks: tuple[str, ...]
    step: bool | None = None  # forward, backward, or none


class Screening:
    """Scenes of a session, made in a thread of their own; of several wishes only the last one counts.

    told is called in that thread when there is a new scene.
    """

    def __init__(self, session: Session, *, told: Callable[[], None] = lambda: None) -> None:
        self._session = session
        self._projector = Projector(session, stopped=lambda: self._ended)
        self._told = told
        self._news = threading.Condition()
        self._wish: _Wish | None = None
        self._asked = 0
        self._ended = False
        self.scene: Scene | None = None  # the newest one
        self._thread = threading.Thread(target=self._run, name="sealcast-screening", daemon=True)
        self._thread.start()

    def show(self, time_us: int, tracks: Collection[str]) -> int:
        """Ask for what is shown at a time on these screens; return the number of the scene that will have it."""
        return self._ask(time_us, tracks, None)

    def step(self, time_us: int, tracks: Collection[str], *, forward: bool) -> int:
        """Ask for the next picture of any of these screens after a time, or the last one before what is shown then.

        The scene has the time of that picture; where there is none it has the time that was asked for.
        """
        return self._ask(time_us, tracks, forward)

    def close(self) -> None:
        """End the thread; it is busy for a moment at most."""
        with self._news:
            self._ended = True
            self._news.notify_all()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _ask(self, time_us: int, tracks: Collection[str], step: bool | None) -> int:  # noqa: FBT001 - three values
        with self._news:
            self._asked += 1
            self._wish = _Wish(number=self._asked, time_us=time_us, tracks=tuple(tracks), step=step)
            self._news.notify_all()
            return self._asked

    def _run(self) -> None:
        while wish := self._next():
            self.scene = self._scene(wish)
            self._told()

    def _next(self) -> _Wish | None:
        with self._news:
            self._news.wait_for(lambda: self._wish or self._ended)
            wish, self._wish = self._wish, None
            return None if self._ended else wish

    def _scene(self, wish: _Wish) -> Scene:
        try:
            time_us = self._time_us(wish)
            views = self._projector.views(self._session.timeline.shown_at(time_us), wish.tracks)
        except VaultError as error:  # the disk failed; what was asked for later may be there
            time_us = wish.time_us
            views = tuple(View(track=track, picture=None, why=str(error)) for track in wish.tracks)
        return Scene(time_us=time_us, asked=wish.number, views=views)

    def _time_us(self, wish: _Wish) -> int:
        if wish.step is None:
            return wish.time_us
        step = self._projector.next_us if wish.step else self._projector.before_us
        found = step(self._session.timeline.shown_at(wish.time_us), wish.tracks)
        return wish.time_us if found is None else found
