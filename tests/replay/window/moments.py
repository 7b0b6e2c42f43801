"""Sessions of which every line is known, and panels painted from them."""

from collections.abc import Callable, Sequence

from recorder.format.events import Event, Joined, Line, Marker
from recorder.format.summary import Activity
from replay.timeline import Gap, GapKind, Happening, Span, Timeline
from replay.window.acts import Act
from replay.window.box import Box
from replay.window.paint import Canvas
from replay.window.rows import rows
from replay.window.theme import DARK, Theme
from replay.window.view import View

SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
SIZES = ((1280.0, 720.0), (1920.0, 1080.0))
TWO_SCREENS = ("screen/customer", "screen/agent")
PEOPLE: Sequence[Event] = (
    Joined(id=1, role="customer", name="Grace Hopper"),
    Joined(id=2, role="agent", name="Ada Moreau"),
)


def timeline(*events: tuple[int, Event], minutes: int = 10, screens: Sequence[str] = TWO_SCREENS) -> Timeline:
    people = [(number * SECOND_US, event) for number, event in enumerate(PEOPLE)]
    told = sorted([*people, *events], key=lambda one: one[0])
    steps = minutes * 60
    return Timeline(
        duration_us=minutes * MINUTE_US,
        screens=tuple(screens),
        happenings=tuple(Happening(time_us=time_us, event=event) for time_us, event in told),
        gaps=(Gap(span=Span(4 * MINUTE_US, 5 * MINUTE_US), kind=GapKind.PAUSE),),
        activity=Activity(levels={"screen": bytes(8 + step % 13 for step in range(steps))}),
    )


def chatting(count: int, *, text: str = "line {}") -> Timeline:
    lines = [(number * SECOND_US // 100, Line(by=1 + number % 2, text=text.format(number))) for number in range(count)]
    return timeline(*lines, (MINUTE_US, Marker(name="error shown")))


def view(shown: Timeline | None = None, **more: object) -> View:
    told = shown or chatting(5)
    standard: dict[str, object] = {
        "timeline": told, "title": "Grace Hopper — Northwind", "subtitle": "today", "screens": told.screens[:1],
        "rows": rows(told),
    }  # fmt: skip
    return View(**(standard | more))  # type: ignore[arg-type]  # what a test varies


def painted(
    paint: Callable[[Canvas, View], None], shown: View, box: Box, *, theme: Theme = DARK, scale: float = 1.0
) -> Canvas:
    canvas = Canvas(box=box, theme=theme, scale=scale)
    paint(canvas, shown)
    return canvas


def acts(canvas: Canvas) -> list[Act]:
    return [hot.act for hot in canvas.hot]
