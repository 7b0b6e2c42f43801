"""The window itself: the door to pyglet.  Panels become textures when they change, input becomes acts.

Nothing is drawn while nothing changes, and nothing here takes long.
"""

import time
from typing import Final

import pyglet
from pyglet.window import mouse

from replay.showing import Colours, Showing
from replay.window import cards
from replay.window.acts import Act, Do, Scrub
from replay.window.box import Box, Point
from replay.window.desktop_colours import desktop_theme
from replay.window.flow import Flow
from replay.window.keyboard import Keyboard
from replay.window.page import Film
from replay.window.paint import Panel
from replay.window.painted_panels import TIP, PaintedPanels
from replay.window.pane import Pane
from replay.window.player_page import PlayerPage
from replay.window.screen_film import CLICK_US, Films
from replay.window.surface import Surface
from replay.window.theme import DARK, LIGHT, Theme

SIZE: Final = (1280, 720)
LEAST: Final = (640, 400)
_TICK_S: Final = 1 / 60
_SETTLING: Final = 6  # drawings until what is drawn on has the window's new size (seen with openbox and Mesa: 2)
_TWICE_US: Final = 400_000  # between the presses of a double-click
_TIP_US: Final = 600_000


class Desk:
    """The one window of the program.

    Errors: what pyglet raises where there is no display or no OpenGL; see app.py.
    """

    def __init__(self, showing: Showing) -> None:
        self.window = Pane(*SIZE)
        self._make_room()
        self.theme = _theme(showing.colours)
        self.flow = Flow(showing, full_screen=self.window.change_full_screen)
        self.acts = 0  # done since it began
        self.frames = 0  # drawn since it began
        self._panels, self._films = PaintedPanels(), Films()
        self._shown: list[Film] = []
        self._mouse: Point | None = None
        self._rested_us = 0  # since when the mouse rests
        self._pressed: tuple[int, Act | None] = (0, None)  # when, and what
        self._drawn_at: Surface | None = None
        self._page: object = None
        self._drawings = 0  # to come, whatever happens
        self._keyboard = Keyboard(lambda: self.flow.page, self._do, paste=self.window.pasted)
        self.window.push_handlers(self)
        self.window.push_handlers(self._keyboard)

    def run(self) -> None:
        """Show the window until it is closed."""
        pyglet.clock.schedule_interval(self._tick, _TICK_S)
        try:
            pyglet.app.run(interval=None)
        finally:
            self.flow.close()
            self.window.close()

    # What pyglet tells

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
        hot, stage = self._panels.hot(self._mouse), self._on_stage()
        act = hot.act if hot else Do.TOGGLE if stage else None
        (before_us, before), self._pressed = self._pressed, (_now_us(), act)
        twice = act == before and self._pressed[0] - before_us < _TWICE_US
        if act is not None:
            self._do(act)
        if twice and stage:
            self._do(Do.FULL_SCREEN)
        elif twice and not isinstance(act, Do | Scrub | None):
            self._do(Do.ENTER)

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
        self._drawn_at = None

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
        self._keyboard.tick()
        self.window.entitle(self.flow.page.title)
        if self._paint(now_us):
            self.draw()

    def draw(self) -> None:
        """Draw what is painted."""
        window, surface = self.window, self._surface()
        window.switch_to()
        pyglet.gl.glViewport(0, 0, *surface.size_px)
        pyglet.gl.glClearColor(*(part / 255 for part in self.theme.stage))
        window.clear()
        self._panels.draw(surface, above=False)
        self._films.draw(self._shown, size_px=surface.size_px, scale=surface.scale)
        self._panels.draw(surface, above=True)
        window.flip()
        self.frames += 1

    def _paint(self, now_us: int) -> bool:
        """Paint what changed; return whether anything did."""
        page, surface = self.flow.page, self._surface()
        if surface != self._drawn_at:
            self._drawings = _SETTLING
        self._drawings -= 1
        changed = self._drawings > 0 or page is not self._page
        if page is not self._page:
            self._panels.forget()
        self._page, self._drawn_at = page, surface
        panels = [*page.panels(surface.size, surface.scale), *self._tip(now_us)]
        changed |= self._panels.paint(panels, theme=self.theme, scale=surface.scale, mouse=self._mouse)
        films = page.films(surface.size, surface.scale)
        changed |= _differ(films, self._shown)
        self._shown = films
        return changed

    def _tip(self, now_us: int) -> list[Panel]:
        hot = self._panels.hot(self._mouse)
        if not hot or not hot.tip or now_us - self._rested_us < _TIP_US:
            return []
        words, page = hot.tip, Box.of(self._surface().size)
        wide = cards.tip_width(words)
        top = hot.box.top - 34 if hot.box.top > page.height / 2 else hot.box.bottom + 8
        box = Box(round(hot.box.middle[0] - wide / 2), round(top), round(wide), 26).within(page.inset(6))
        return [Panel(name=TIP, box=box, key=words, paint=lambda canvas: cards.tip_card(canvas, words))]

    # What is done

    def _do(self, act: Act) -> None:
        self.acts += 1
        if act is Do.THEME:
            self.theme = LIGHT if self.theme is DARK else DARK
        else:
            self.flow.act(act, now_us=_now_us())

    def _move(self, x: int, y: int) -> None:
        at = self._surface().point(x, y)
        if at != self._mouse:
            self._mouse, self._rested_us = at, _now_us()
            self.flow.page.motion(at)

    def _on_stage(self) -> bool:
        """Say whether the mouse is where a player shows pictures."""
        page, mouse = self.flow.page, self._mouse
        if mouse is None or not isinstance(page, PlayerPage) or self._panels.name_at(mouse):
            return False
        return mouse in page.layout().stage

    def _surface(self) -> Surface:
        window = self.window
        return Surface.of(window.get_framebuffer_size(), window.get_size(), window.scale)

    def _make_room(self) -> None:
        """Make the window as large in points as on any screen, where pixels are smaller and the screen has room."""
        window, scale = self.window, self._surface().scale
        counted = scale * window.get_size()[0] / max(1, window.get_framebuffer_size()[0])
        window.set_minimum_size(*(round(side * counted) for side in LEAST))
        if counted > 1:
            screen = window.screen
            window.set_size(
                *(
                    round(min(side * counted, 0.9 * most))
                    for side, most in zip(SIZE, (screen.width, screen.height), strict=True)
                )
            )


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
