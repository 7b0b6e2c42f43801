"""The page that plays a session: it knows what is shown, and does what is asked of it.

Everything that takes long is done beside; this only asks and takes what is there.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from replay.checking import Checking
from replay.opening import OpenSession
from replay.player import Act as PlayerAct
from replay.player import Player, State
from replay.scene import Picture
from replay.still import save_still
from replay.window import beside, cards
from replay.window.acts import Act, Choose, Do, Scrub, SeekBy, SeekTo, SetSpeed
from replay.window.beside import Beside
from replay.window.box import Point, Size
from replay.window.hover import Hover
from replay.window.layout import Layout, pictures, time_at
from replay.window.local_time import LONG, local_day
from replay.window.page import Film, Follow
from replay.window.paint import Panel
from replay.window.player_panels import bar_places, places, player_panels
from replay.window.reel import Reel
from replay.window.rows import row_at
from replay.window.view import Scroll, Side, View, beginning, next_screens, screens_named
from replay.window.work import Work
from vault.errors import VaultError
from vault.signers import TrustedSigner

_TOAST_US: Final = 4_000_000
_AWAKE_US: Final = 2_500_000  # how long the bars are seen in full screen after the mouse moved
_WHEEL: Final = 60.0  # points a notch
_PAGE_ROWS: Final = 8
_ROWS_ON: Final = {Do.UP: -1, Do.DOWN: 1, Do.PAGE_UP: -_PAGE_ROWS, Do.PAGE_DOWN: _PAGE_ROWS}
_SIDES: Final = {Do.CHAT: Side.CHAT, Do.SEARCH: Side.SEARCH, Do.DIAGNOSTICS: Side.DIAGNOSTICS}


class PlayerPage:
    """One session, played.  It owns what it opens: the session's files and the threads beside."""

    def __init__(
        self,
        opened: OpenSession,
        *,
        trusted: Sequence[TrustedSigner] = (),
        at_us: int = 0,
        stills: Path,
        full_screen: Callable[[], bool],
    ) -> None:
        self._opened = opened
        self._session = opened.session
        self.checking = Checking(opened, trusted=trusted)
        self._hover = Hover(self._session)
        self._beside = Beside(self._session)
        self._stills = stills
        self._full_screen = full_screen
        self.player = Player(self._session.timeline)
        self.reel = Reel(self._session, self.player)
        self.follow: Follow | None = None
        self._wanted_us: int | None = at_us  # until so much of it was read
        self.view = self._beginning()
        self._saving: Work[str] | None = None
        self._toast_until_us = 0
        self._side_before: Side | None = None  # full screen
        self._scrubbing = False
        self._naming = False  # whether other screens were asked for, whose names are not told yet
        self._mouse: Point | None = None
        self._size: Size = (1280.0, 720.0)
        self._scale = 1.0
        self._moved_us = 0  # when the mouse moved last
        self._moved = False
        self._unsaid = f"not shown: {'; '.join(opened.left_out)}" if opened.left_out else ""
        self._go_where_wanted(now_us=0)

    # What is shown

    @property
    def typing(self) -> bool:
        """See Page."""
        return self.view.typing

    @property
    def title(self) -> str:
        """See Page."""
        about = self.view.timeline.about
        return (about.customer or about.title if about else None) or self._opened.parts[0].path.stem

    def layout(self) -> Layout:
        """Return where things lie."""
        return places(self.view, self._size)

    def panels(self, size: Size, scale: float) -> list[Panel]:
        """See Page."""
        self._size, self._scale = size, scale
        return player_panels(self.view, size, scale)

    def films(self, size: Size, scale: float) -> list[Film]:
        """See Page."""
        self._size, self._scale = size, scale
        if self.reel.scene is None or cards.stage_words(self.view):
            return []
        shown = [view for view in self.reel.scene.views if view.picture]
        sizes = [view.picture.size for view in shown if view.picture]
        boxes = pictures(self.layout().stage, sizes, fit=self.view.fit, scale=scale)
        return [Film(box=box, view=view, now_us=self.view.position_us) for box, view in zip(boxes, shown, strict=True)]

    # What is new

    def tick(self, *, now_us: int) -> None:
        """See Page."""
        if self._session.timeline is not self.view.timeline:
            self.player.renew(self._session.timeline, growing=self.checking.growing)
            self._renew()
            self._go_where_wanted(now_us=now_us)
        self.player.growing = self.checking.growing
        position_us = self.player.tick(now_us=now_us)
        if self.reel.take(now_us=now_us):
            self._take_scene(now_us)
        if position_us != self.view.position_us and not self.reel.stepping:
            self._show(position_us)
        if said := self._unsaid or (self._saving and self._saving.take()):
            self._unsaid = ""
            self._toast(said, now_us=now_us)
        if self._moved:
            self._moved, self._moved_us = False, now_us
        view = replace(
            self.view,
            position_us=self.player.position_us,
            playing=self.player.state is State.PLAYING,
            speed=self.player.speed,
            skips_idle=self.player.skips_idle,
            growing=self.checking.growing,
            standing=self.checking.standing,
            toast=self.view.toast if now_us < self._toast_until_us else None,
            awake=now_us - self._moved_us < _AWAKE_US,
            current=row_at(self.view.rows, self.player.position_us),
        )
        self.view = self._beside.taken(view)
        self.view = self._beside.followed(self.view, self.layout().side, self._scale)
        self.view = self._hover.over(self.view, self._mouse, bar_places(self.view, self._size).track)

    def _show(self, time_us: int) -> None:
        self.reel.show(time_us, self.view.screens)

    def _take_scene(self, now_us: int) -> None:
        if (scene := self.reel.scene) is None:
            return
        whys = [view.why for view in scene.views if view.picture is None and view.why]
        why = None if scene.views else "no screen"
        self.view = replace(self.view, why=whys[0] if whys else why)
        if self._naming and tuple(view.track for view in scene.views) == self.view.screens:
            self._naming = False
            self._toast(screens_named(self.view, {one.track: one.title for one in scene.views}), now_us=now_us)

    def _renew(self) -> None:
        before, begun = self.view, self._beginning()
        self.view = replace(
            before,
            timeline=begun.timeline,
            title=begun.title,
            subtitle=begun.subtitle,
            rows=begun.rows,
            screens=before.screens or begun.screens,
            side=before.side if before.rows else begun.side,
        )
        if self.view.screens != before.screens:
            self._show(self.player.position_us)

    def _beginning(self) -> View:
        timeline = self._session.timeline
        began = None if timeline.began_wall_us is None else local_day(timeline.began_wall_us, LONG)
        return beginning(timeline, self._opened.parts[0].path.stem, began=began)

    def _go_where_wanted(self, *, now_us: int) -> None:
        """Go to where it shall begin, as far as it is known by now."""
        if self._wanted_us is not None:
            self.player.seek(self._wanted_us, now_us=now_us)
            self._show(self.player.position_us)
            if self.player.position_us >= self._wanted_us:
                self._wanted_us = None

    # What is asked

    def act(self, act: Act, *, now_us: int) -> None:
        """See Page."""
        match act:
            case SeekTo():
                self._seek(act.time_us, now_us)
            case SeekBy():
                self._seek(self.player.tick(now_us=now_us) + act.by_us, now_us)
            case SetSpeed():
                self.player.set_speed(act.speed, now_us=now_us)
            case Scrub():
                self._scrub(now_us)
            case Choose():
                self._choose(act.number, now_us)
            case Do():
                self._do(act, now_us)
            case _:
                pass

    def _do(self, act: Do, now_us: int) -> None:  # noqa: C901, PLR0912 - a table, one line each
        view, player = self.view, self.player
        match act:
            case Do.TOGGLE:
                player.act(PlayerAct.TOGGLE, now_us=now_us)
                if player.held:
                    self._show(player.position_us)
            case Do.STEP_BACK | Do.STEP_ON:
                if view.screens:
                    self.reel.step(view.screens, forward=act is Do.STEP_ON, now_us=now_us)
            case Do.SLOWER | Do.FASTER:
                player.change_speed(1 if act is Do.FASTER else -1, now_us=now_us)
            case Do.BEGINNING:
                self._seek(0, now_us)
            case Do.END:
                self._seek(view.timeline.duration_us, now_us)
            case Do.MARKER_ON | Do.MARKER_BACK:
                self._marker(on=act is Do.MARKER_ON, now_us=now_us)
            case Do.SKIP_IDLE:
                player.skips_idle = not player.skips_idle
            case Do.FIT:
                self.view = replace(view, fit=not view.fit)
            case Do.TRACK:
                self._next_track()
            case Do.STILL:
                self._still(now_us)
            case Do.CHAT | Do.SEARCH | Do.DIAGNOSTICS:
                self.view = self._beside.opened(view, _SIDES[act])
            case Do.HELP:
                self.view = replace(view, help=not view.help)
            case Do.STANDING:
                self.view = replace(view, told=not view.told)
            case Do.FULL_SCREEN:
                self._change_full_screen()
            case Do.BACK:
                self._back()
            case Do.LEAVE:
                self.follow = Follow()
            case Do.FOCUS:
                self.view = replace(view, typing=view.side is Side.SEARCH and not view.typing)
            case Do.UP | Do.DOWN | Do.PAGE_UP | Do.PAGE_DOWN:
                self._move_in_list(_ROWS_ON[act], now_us)
            case Do.ENTER:
                if view.side is Side.SEARCH and view.hits:
                    self.view = replace(view, typing=False)
                    self._choose(max(0, view.chosen), now_us)
            case _:
                pass

    def type(self, text: str) -> None:
        """See Page."""
        typed = "".join(char for char in text if char.isprintable())
        self.view = self._beside.searched(self.view, self.view.query + typed)

    def erase(self, *, word: bool) -> None:
        """See Page."""
        query = self.view.query
        self.view = self._beside.searched(self.view, query.rstrip().rpartition(" ")[0] if word else query[:-1])

    def wheel(self, at: Point, by: float) -> None:
        """See Page."""
        side = self.layout().side
        if side and at in side:
            self.view = replace(beside.moved(self.view, side, by * _WHEEL, self._scale), follows=False)

    def motion(self, at: Point | None) -> None:
        """See Page."""
        self._mouse, self._moved = at, True

    def drag(self, *, now_us: int) -> None:
        """The mouse moved while the time line is pressed."""
        if self._scrubbing:
            self._scrub(now_us)

    def release(self) -> None:
        """The mouse was let go."""
        self._scrubbing = False

    def close(self) -> None:
        """See Page."""
        for one in (self.reel, self._hover, self._beside, self.checking):
            one.close()
        self._opened.close()

    def _seek(self, time_us: int, now_us: int) -> None:
        self._wanted_us = None
        self.player.seek(time_us, now_us=now_us)
        self.view = replace(self.view, follows=True)
        self._show(self.player.position_us)

    def _scrub(self, now_us: int) -> None:
        self._scrubbing = True
        if self._mouse:
            track = bar_places(self.view, self._size).track
            self._seek(time_at(track, self._mouse[0], self.view.timeline.duration_us), now_us)

    def _marker(self, *, on: bool, now_us: int) -> None:
        at_us = self.player.tick(now_us=now_us)
        # Who goes back while it plays means the marker before the one he has just passed.
        timeline = self.view.timeline
        found = timeline.marker_after(at_us) if on else timeline.marker_before(at_us - 1_000_000)
        if found is None:
            self._toast("no marker after here" if on else "no marker before here", now_us=now_us)
        else:
            self._seek(found, now_us)

    def _next_track(self) -> None:
        screens = next_screens(self.view)
        self._naming = screens != self.view.screens
        self.view = replace(self.view, screens=screens)
        self._show(self.player.position_us)

    def _still(self, now_us: int) -> None:
        shown = [view.picture for view in self.reel.scene.views if view.picture] if self.reel.scene else []
        if not shown or cards.stage_words(self.view):
            self._toast("there is no picture to save here", now_us=now_us)
            return
        # Making a file of a picture takes longer than the window may stand still.
        picture, stills, name = shown[0], self._stills, self._opened.parts[0].path.stem
        time_us = self.player.position_us
        self._saving = Work(lambda: _saved(picture, stills, name, time_us))

    def _back(self) -> None:
        view = self.view
        if view.help or view.told:
            self.view = replace(view, help=False, told=False)
        elif view.typing:
            self.view = replace(view, typing=False)
        elif view.full:
            self._change_full_screen()
        elif view.side in (Side.SEARCH, Side.DIAGNOSTICS):
            self.view = replace(view, side=Side.CHAT, scroll=Scroll(), follows=True)

    def _change_full_screen(self) -> None:
        # What stood beside the picture comes back behind it, unless something else was opened meanwhile.
        if full := self._full_screen():
            self._side_before, side = self.view.side, None
        else:
            side = self.view.side or self._side_before
        self.view = replace(self.view, full=full, side=side, typing=False)

    def _choose(self, number: int, now_us: int) -> None:
        time_us = beside.time_of(self.view, number)
        if time_us is None:
            return
        if self.view.side is Side.SEARCH:
            self.view = replace(self.view, chosen=number)
        self._seek(time_us, now_us)

    def _move_in_list(self, by: int, now_us: int) -> None:
        number, side = beside.to_choose(self.view, by), self.layout().side
        if number is not None:
            self._choose(number, now_us)
        elif side:
            self.view = beside.moved(self.view, side, by * _WHEEL, self._scale)

    def _toast(self, words: str, *, now_us: int) -> None:
        self.view = replace(self.view, toast=words)
        self._toast_until_us = now_us + _TOAST_US


def _saved(picture: Picture, stills: Path, name: str, time_us: int) -> str:
    """Save a still; return what is said of it."""
    try:
        return f"still saved to {save_still(picture, stills, name, time_us)}"
    except VaultError as error:
        return f"the still could not be saved: {error}"
