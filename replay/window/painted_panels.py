"""The panels of a page as they were painted last; what changed is painted anew, what lies under the mouse is known."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

from replay.window.box import Box, Point
from replay.window.paint import Canvas, Hot, Panel
from replay.window.panel_quads import PanelQuads
from replay.window.surface import Surface
from replay.window.theme import Theme

TIP: Final = "tip"
GROUND: Final = "ground"  # below the pictures of screens; all other panels lie above them
_THROUGH: Final = (GROUND, "word", "toast", "bubble", "corner", TIP)  # what is pressed there is what lies below


@dataclass(slots=True)
class _Painted:
    box: Box
    key: Hashable
    look: tuple[str, float, Box | None]
    hot: list[Hot]

    def at(self, mouse: Point | None) -> Hot | None:
        """Return what can be pressed there; of what lies over each other, what was painted last."""
        if mouse is None or mouse not in self.box:
            return None
        return next((hot for hot in reversed(self.hot) if mouse in hot.box), None)


class PaintedPanels:
    """The panels of a window.  It owns what they look like; the OpenGL context is current whenever it is used."""

    def __init__(self) -> None:
        self._quads = PanelQuads()
        self._painted: dict[str, _Painted] = {}
        self._order: list[str] = []

    def paint(self, panels: Sequence[Panel], *, theme: Theme, scale: float, mouse: Point | None) -> bool:
        """Paint what changed; return whether anything did."""
        painted = [self._paint(panel, theme, scale, mouse) for panel in panels]
        order = [panel.name for panel in panels]
        gone = [name for name in self._painted if name not in order]
        for name in gone:
            del self._painted[name]
        self._quads.forget(gone)
        before, self._order = self._order, order
        return any(painted) or before != order

    def forget(self) -> None:
        """Paint all of it anew: it is another page, whose panels may have the same keys."""
        self._painted.clear()

    def draw(self, surface: Surface, *, above: bool) -> None:
        """Draw what lies above the pictures of screens, or below them."""
        names = [name for name in self._order if (name != GROUND) == above]
        self._quads.draw(names, size_px=surface.size_px, scale=surface.scale)

    def hot(self, mouse: Point | None) -> Hot | None:
        """Return what can be pressed under the mouse."""
        name = self.name_at(mouse)
        return self._painted[name].at(mouse) if name else None

    def name_at(self, mouse: Point | None) -> str | None:
        """Return which panel is under the mouse; None where that is the ground, or the picture of a screen."""
        if mouse is None:
            return None
        for name in reversed(self._order):
            painted = self._painted.get(name)
            if painted and mouse in painted.box and (name not in _THROUGH or (name != TIP and painted.at(mouse))):
                return name
        return None

    def _paint(self, panel: Panel, theme: Theme, scale: float, mouse: Point | None) -> bool:
        before = self._painted.get(panel.name)
        if before and before.box == panel.box and before.key == panel.key:
            over = before.at(mouse)
            if before.look == (theme.name, scale, over.box if over else None):
                return False
        canvas = Canvas(box=panel.box, theme=theme, scale=scale, mouse=mouse)
        panel.paint(canvas)
        self._quads.put(panel.name, canvas.image, panel.box)
        painted = self._painted[panel.name] = _Painted(panel.box, panel.key, (theme.name, scale, None), canvas.hot)
        over = painted.at(mouse)
        painted.look = theme.name, scale, over.box if over else None
        return True
