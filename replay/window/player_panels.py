"""What the player paints of a moment: its panels, each with what must change for it to be painted anew.  Pure."""

from functools import partial
from typing import Final

from replay.window import bars, cards, side_panel, state_card, time_bar
from replay.window.box import Box, Size
from replay.window.layout import Layout, layout
from replay.window.paint import Panel
from replay.window.view import View

_CARD: Final = 460.0, 96.0
_CORNER: Final = 32.0


def places(view: View, size: Size) -> Layout:
    """Return where things lie; in full screen bars lie over the picture while they are shown."""
    return layout(size, side=view.side is not None, bare=view.full, chat_only=not view.timeline.screens)


def bar_places(view: View, size: Size) -> Layout:
    """Return where the bars lie."""
    at = places(view, size)
    return layout((at.stage.width, at.page.height), side=False, bare=False) if view.full else at


def player_panels(view: View, size: Size, scale: float) -> list[Panel]:
    """Return the panels of a moment, the lowest first."""
    at = places(view, size)
    found = [Panel(name="ground", box=at.stage, key=0, paint=lambda canvas: canvas.fill(canvas.theme.stage))]
    covered = not view.timeline.screens and at.side is not None
    if (words := cards.stage_words(view)) and not covered:
        box = at.stage.centred(min(_CARD[0], at.stage.width - 24), _CARD[1])
        found.append(Panel(name="word", box=box, key=words, paint=lambda c: cards.stage_card(c, words)))
    if not view.full or view.awake:
        found += _bars(view, bar_places(view, size), scale)
    else:
        wide = bars.corner_width(view)
        box = Box(round(at.stage.right - wide - 16), 16, wide, _CORNER)
        found.append(Panel(name="corner", box=box, key=view.standing, paint=lambda c: bars.corner_badge(c, view)))
    if at.side:
        found.append(_side(view, at.side))
    if view.hover_us is not None:
        box = time_bar.bubble_box(view, bar_places(view, size).track, at.page)
        hovered = view.hover_us, id(view.preview)
        found.append(Panel(name="bubble", box=box, key=hovered, paint=lambda c: time_bar.bubble(c, view)))
    if view.toast:
        wide, tall = cards.note_size(view.toast, at.page.width - 40)
        bottom = bar_places(view, size).time.top if view.awake or not view.full else at.page.bottom
        box = Box(round(at.stage.middle[0] - wide / 2), round(bottom - tall - 16), round(wide), tall).within(at.page)
        found.append(Panel(name="toast", box=box, key=view.toast, paint=lambda c: cards.note(c, view.toast or "")))
    if view.told:
        corner = at.page.right - 12, 62 if not view.full or view.awake else _CORNER + 24
        card = partial(state_card.state_card, standing=view.standing, corner=corner)
        found.append(Panel(name="state", box=at.page, key=(view.standing, corner), paint=card))
    if view.help:
        found.append(Panel(name="help", box=at.page, key=0, paint=cards.help_card))
    return found


def _bars(view: View, at: Layout, scale: float) -> list[Panel]:
    timeline = id(view.timeline)
    now_px = round(at.track.width * scale * view.position_us / max(1, view.timeline.duration_us))
    shown = (
        view.playing, view.speed, view.skips_idle, view.side, view.fit, view.screens, view.help, view.full,
        view.position_us // 1_000_000, timeline, view.growing,
    )  # fmt: skip
    titles = view.title, view.subtitle, view.standing
    return [
        Panel(name="top", box=at.top, key=titles, paint=lambda c: bars.top_bar(c, view)),
        Panel(
            name="time", box=at.time, key=(timeline, now_px, view.hover_us), paint=lambda c: time_bar.time_bar(c, view)
        ),
        Panel(name="controls", box=at.controls, key=shown, paint=lambda c: bars.controls(c, view)),
    ]


def _side(view: View, box: Box) -> Panel:
    key = _Same(
        view.side, view.scroll, view.rows, view.current, view.chosen, view.query, view.typing, view.hits,
        view.trouble, view.snapshot, view.snapshot_title,
    )  # fmt: skip
    return Panel(name="side", box=box, key=key, paint=lambda c: side_panel.side_panel(c, view))


class _Same:
    """A key that compares tuples by identity: they may be long, and are made anew only when they change."""

    def __init__(self, *values: object) -> None:
        self._values = values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and all(
            one is two or (not isinstance(one, tuple) and one == two)
            for one, two in zip(self._values, other._values, strict=True)
        )

    def __hash__(self) -> int:
        return hash(len(self._values))
