"""The window itself: the door to pyglet.  Panels become textures when they change, input becomes acts.

Nothing is drawn while nothing changes, and nothing here takes long.
"""

import time
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

import pyglet
from pyglet.window import key, mouse

from replay.showing import Colours, Showing
from replay.window import cards
from replay.window.acts import BY_KEY, Act, Do, Scrub
from replay.window.box import Box, Point, Size
from replay.window.desktop_colours import desktop_theme
from replay.window.flow import Flow
from replay.window.page import Film
from replay.window.paint import Canvas, Hot, Panel
from replay.window.panel_quads import PanelQuads
from replay.window.player_page import PlayerPage
from replay.window.screen_film import CLICK_US, Films
from replay.window.theme import DARK, LIGHT, Theme

SIZE: Final = (1280, 720)
LEAST: Final = (640, 400)
_TICK_S: Final = 1 / 60
_TWICE_US: Final = 400_000  # between the presses of a double-click
_TIP_US: Final = 600_000

_KEYS: Final = {
    key.RETURN: "Enter",
    key.NUM_ENTER: "Enter",
    key.ESCAPE: "Escape",
    key.TAB: "Tab",
    key.F1: "F1",
}
_MOTIONS: Final = {
    key.MOTION_LEFT: "Left",
    key.MOTION_RIGHT: "Right",
    key.MOTION_UP: "Up",
    key.MOTION_DOWN: "Down",
    key.MOTION_PREVIOUS_PAGE: "PageUp",
    key.MOTION_NEXT_PAGE: "PageDown",
    key.MOTION_BEGINNING_OF_LINE: "Home",
    key.MOTION_END_OF_LINE: "End",
    key.MOTION_BEGINNING_OF_FILE: "Home",
    key.MOTION_END_OF_FILE: "End",
}


@dataclass(slots=True)
class _Painted:
    """A panel as it was painted last, and where of it something can be pressed."""

    box: Box
    key: Hashable
    look: tuple[str, float, Box | None]
    hot: list[Hot]


class Desk:
    """The one window of the program.

    Errors: what pyglet raises where there is no display or no OpenGL; see app.py.
    """

    def __init__(self, showing: Showing) -> None:
        config = pyglet.gl.Config(double_buffer=True, major_version=3, minor_version=3)  # type: ignore[abstract]  # each platform has its own
        self.window = pyglet.window.Window(*SIZE, caption="Sealcast", resizable=True, vsync=False, config=config)
        self.window.set_minimum_size(*LEAST)
        self.theme = _theme(showing.colours)
        self.flow = Flow(showing, full_screen=self._full_screen)
        self.acts = 0  # done since it began
        self.frames = 0  # drawn since it began
        self._quads, self._films = PanelQuads(), Films()
        self._painted: dict[str, _Painted] = {}
        self._order: list[str] = []
        self._shown: list[Film] = []
        self._mouse: Point | None = None
        self._rested_us = 0  # since when the mouse rests
        self._pressed_us = 0
        self._drawn_at: Size = (0, 0)
        self._page: object = None
        self.window.push_handlers(self)

    def run(self) -> None:
        """Show the window until it is closed."""
        pyglet.clock.schedule_interval(self._tick, _TICK_S)
        try:
            pyglet.app.run(interval=None)
        finally:
            self.flow.close()
            self.window.close()

    # What pyglet tells

    def on_text(self, text: str) -> None:
        """Take a letter: into a field, or as a key."""
        if self.flow.page.typing:
            if text.isprintable():
                self.flow.page.type(text)
            return
        name = {" ": "Space"}.get(text, text.upper())
        shifted = f"Shift+{name}" if text != text.lower() else name
        self._key(shifted if shifted in BY_KEY else name)

    def on_text_motion(self, motion: int) -> None:
        """Take a key that moves something; it comes again while it is held."""
        if motion in (key.MOTION_BACKSPACE, key.MOTION_DELETE):
            if self.flow.page.typing:
                self.flow.page.erase(word=False)
        elif motion in _MOTIONS:
            self._key(_MOTIONS[motion])

    def on_key_press(self, symbol: int, modifiers: int) -> bool:
        """Take a key with a name."""
        if modifiers & key.MOD_ACCEL:
            if symbol == key.BACKSPACE and self.flow.page.typing:
                self.flow.page.erase(word=True)
            self._key(f"Ctrl+{chr(symbol).upper()}" if symbol < 128 else "")
        elif symbol in _KEYS:
            self._key(_KEYS[symbol])
        return True  # Escape would close the window

    def on_mouse_motion(self, x: int, y: int, dx: int, dy: int) -> None:  # noqa: ARG002 - as pyglet calls it
        """Note where the mouse is."""
        self._move(x, y)

    def on_mouse_drag(self, x: int, y: int, dx: int, dy: int, buttons: int, modifiers: int) -> None:  # noqa: ARG002
        """Drag what is pressed."""
        self._move(x, y)
        if isinstance(self.flow.page, PlayerPage):
            self.flow.page.drag(now_us=_now_us())

    def on_mouse_leave(self, x: int, y: int) -> None:  # noqa: ARG002 - as pyglet calls it
        """The mouse is somewhere else."""
        self._mouse = None
        self.flow.page.motion(None)

    def on_mouse_press(self, x: int, y: int, button: int, modifiers: int) -> None:  # noqa: ARG002 - as pyglet calls it
        """Do what lies under the mouse; on the picture that is to play or pause, twice full screen."""
        if button != mouse.LEFT:
            return
        self._move(x, y)
        now_us = _now_us()
        twice, self._pressed_us = now_us - self._pressed_us < _TWICE_US, now_us
        act = self._under_mouse()
        if act is not None:
            self._do(act)
            if twice and not isinstance(act, Do | Scrub):
                self._do(Do.ENTER)
        elif self._mouse and isinstance(self.flow.page, PlayerPage) and self._mouse in self.flow.page.layout().stage:
            self._do(Do.FULL_SCREEN if twice else Do.TOGGLE)

    def on_mouse_release(self, x: int, y: int, button: int, modifiers: int) -> None:  # noqa: ARG002 - as pyglet calls it
        """Let go of what was pressed."""
        if isinstance(self.flow.page, PlayerPage):
            self.flow.page.release()

    def on_mouse_scroll(self, x: int, y: int, scroll_x: float, scroll_y: float) -> None:  # noqa: ARG002 - as pyglet calls it
        """Turn the wheel."""
        self._move(x, y)
        if self._mouse:
            self.flow.page.wheel(self._mouse, -scroll_y)

    def on_expose(self) -> None:
        """What was drawn is gone."""
        self._drawn_at = (0, 0)

    def on_close(self) -> None:
        """Quit."""
        self.flow.quit = True

    # What is drawn

    def _tick(self, _: float) -> None:
        now_us = _now_us()
        self.flow.tick(now_us=now_us)
        if self.flow.quit:
            pyglet.app.exit()
            return
        if self._paint(now_us):
            self.draw()

    def draw(self) -> None:
        """Draw what is painted."""
        window = self.window
        window.switch_to()
        size_px, scale = window.get_framebuffer_size(), window.get_pixel_ratio()
        pyglet.gl.glViewport(0, 0, *size_px)
        ground = self.theme.stage
        pyglet.gl.glClearColor(*(part / 255 for part in ground))
        window.clear()
        under = [name for name in self._order if name == "ground"]
        self._quads.draw(under, size_px=size_px, scale=scale)
        self._films.draw(self._shown, size_px=size_px, scale=scale)
        self._quads.draw([name for name in self._order if name not in under], size_px=size_px, scale=scale)
        window.flip()
        self.frames += 1

    def _paint(self, now_us: int) -> bool:
        """Paint what changed; return whether anything did."""
        scale = self.window.get_pixel_ratio()
        size = self._size()
        page = self.flow.page
        changed = size != self._drawn_at or page is not self._page
        if page is not self._page:
            self._painted.clear()
            self._page = page
        self._drawn_at = size
        panels = page.panels(size, scale)
        panels += self._tip(panels, now_us)
        for panel in panels:
            changed |= self._paint_panel(panel, scale)
        order = [panel.name for panel in panels]
        gone = set(self._painted) - set(order)
        for name in gone:
            del self._painted[name]
        self._quads.forget(gone)
        changed |= order != self._order
        films = page.films(size, scale)
        changed |= _differ(films, self._shown)
        self._order, self._shown = order, films
        return changed

    def _paint_panel(self, panel: Panel, scale: float) -> bool:
        before = self._painted.get(panel.name)
        over = self._hot_box(before) if before and before.box == panel.box else None
        look = self.theme.name, scale, over
        if before and (before.box, before.key, before.look) == (panel.box, panel.key, look):
            return False
        canvas = Canvas(box=panel.box, theme=self.theme, scale=scale, mouse=self._mouse)
        panel.paint(canvas)
        self._quads.put(panel.name, canvas.image, panel.box)
        painted = _Painted(panel.box, panel.key, look, canvas.hot)
        painted.look = self.theme.name, scale, self._hot_box(painted)
        self._painted[panel.name] = painted
        return True

    def _hot_box(self, painted: _Painted) -> Box | None:
        if self._mouse is None or self._mouse not in painted.box:
            return None
        found = [hot.box for hot in painted.hot if self._mouse in hot.box]
        return found[-1] if found else None

    def _hot(self) -> Hot | None:
        """Return what lies uppermost under the mouse."""
        if self._mouse is None:
            return None
        for name in reversed(self._order):
            painted = self._painted.get(name)
            if name == "tip" or painted is None or self._mouse not in painted.box:
                continue
            found = [hot for hot in painted.hot if self._mouse in hot.box]
            if found or name not in ("ground", "word", "toast", "bubble"):
                return found[-1] if found else None
        return None

    def _under_mouse(self) -> Act | None:
        hot = self._hot()
        return hot.act if hot else None

    def _tip(self, panels: list[Panel], now_us: int) -> list[Panel]:
        hot = self._hot()
        if not hot or not hot.tip or now_us - self._rested_us < _TIP_US:
            return []
        words = hot.tip
        wide = cards.tip_width(words)
        above = hot.box.top > self._size()[1] / 2
        top = hot.box.top - 34 if above else hot.box.bottom + 8
        box = Box(round(hot.box.middle[0] - wide / 2), round(top), round(wide), 26).within(
            Box.of(self._size()).inset(6)
        )
        assert panels
        return [Panel(name="tip", box=box, key=words, paint=lambda canvas: cards.tip_card(canvas, words))]

    # What is done

    def _key(self, name: str) -> None:
        act = BY_KEY.get(name)
        if act is not None:
            self._do(act)

    def _do(self, act: Act) -> None:
        self.acts += 1
        if act is Do.THEME:
            self.theme = LIGHT if self.theme is DARK else DARK
        else:
            self.flow.act(act, now_us=_now_us())

    def _full_screen(self) -> bool:
        self.window.set_fullscreen(not self.window.fullscreen)
        return bool(self.window.fullscreen)

    def _move(self, x: int, y: int) -> None:
        # pyglet counts from below, in points.
        at = float(x), self._size()[1] - float(y)
        if at != self._mouse:
            self._mouse, self._rested_us = at, _now_us()
            self.flow.page.motion(at)

    def _size(self) -> Size:
        width, height = self.window.get_size()
        return float(width), float(height)


def _theme(colours: Colours) -> Theme:
    match colours:
        case Colours.DARK:
            return DARK
        case Colours.LIGHT:
            return LIGHT
        case Colours.AUTO:
            return desktop_theme()


def _differ(some: list[Film], others: list[Film]) -> bool:
    return len(some) != len(others) or any(
        one.view.picture is not other.view.picture or _moving(one) != _moving(other)
        for one, other in zip(some, others, strict=True)
    )


def _moving(film: Film) -> tuple[object, ...]:
    """Return what else of a film may change: its place, its pointer, the ring of a click while it fades."""
    clicked_us = film.view.clicked_us
    since_us = None if clicked_us is None or not 0 <= film.now_us - clicked_us < CLICK_US else film.now_us - clicked_us
    return film.box, film.view.pointer, since_us


def _now_us() -> int:
    return time.monotonic_ns() // 1000
