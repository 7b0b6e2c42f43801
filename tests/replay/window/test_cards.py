"""What is laid over a page: why there is no picture, notes, names of buttons."""

import pytest

from recorder.format.events import Pause
from replay.timeline import Gap, GapKind, Span, Timeline
from replay.window.acts import SHORTCUTS, tip
from replay.window.box import Box
from replay.window.cards import note, note_size, stage_card, stage_words, tip_card, tip_width
from replay.window.paint import Canvas
from replay.window.theme import DARK, LIGHT
from tests.replay.window.moments import MINUTE_US, SECOND_US, timeline, view


def gap(kind: GapKind, *, why: str = "") -> Timeline:
    span = Span(MINUTE_US, 2 * MINUTE_US)
    return Timeline(
        duration_us=10 * MINUTE_US, screens=("screen/customer",), gaps=(Gap(span=span, kind=kind, why=why),)
    )


BY_ADA = timeline((4 * MINUTE_US, Pause(by=2)))
INTERRUPTED = gap(GapKind.INTERRUPTION, why="the recorder was interrupted")


@pytest.mark.parametrize(
    ("told", "at_us", "why", "title", "sentence"),
    [
        (BY_ADA, 4 * MINUTE_US, None, "Paused by Ada Moreau", "Nothing was recorded for 00:01:00."),
        (gap(GapKind.PAUSE), MINUTE_US, None, "Paused", "Nothing was recorded for 00:01:00."),
        (
            INTERRUPTED, MINUTE_US, None, "Interrupted", "The recorder was interrupted; it went on 00:01:00 later.",
        ),
        (
            gap(GapKind.DAMAGE), 90 * SECOND_US, "damaged", "Damaged",
            "Nothing can be seen here. The picture is whole again in 30\u00a0s.",
        ),
        (
            timeline(screens=()), 0, "no screen", "No screen was recorded",
            "What was said and what happened stands beside.",
        ),
        (Timeline(duration_us=0), 0, "no screen", "No screen was recorded", "And nothing was said or noted."),
        (timeline(), 0, "nothing was shown yet", "Nothing can be seen here", "Nothing was shown yet."),
    ],
)  # fmt: skip
def test_why_there_is_no_picture_is_said(
    told: Timeline, at_us: int, why: str | None, title: str, sentence: str
) -> None:
    words = stage_words(view(told, position_us=at_us, why=why))
    assert words
    assert words[1:] == (title, sentence)
    for theme in (DARK, LIGHT):
        canvas = Canvas(box=Box(0, 0, 460, 96), theme=theme, scale=1.0)
        stage_card(canvas, words)
        assert canvas.image.getbbox()


def test_where_there_is_a_picture_nothing_is_said() -> None:
    assert stage_words(view()) is None
    assert stage_words(view(gap(GapKind.DAMAGE), position_us=MINUTE_US)) is None  # an older one can still be shown


@pytest.mark.parametrize("words", [*(tip(one.act) for one in SHORTCUTS), "Library  Ctrl+W", "Close"])
def test_a_tip_has_room_for_its_words(words: str) -> None:
    canvas = Canvas(box=Box(0, 0, round(tip_width(words)), 26), theme=DARK, scale=1.0)
    tip_card(canvas, words)
    roomy = Canvas(box=Box(0, 0, round(tip_width(words)) + 200, 26), theme=DARK, scale=1.0)
    tip_card(roomy, words)
    wide = canvas.image.width - 12
    assert canvas.image.crop((4, 3, wide, 23)).tobytes() == roomy.image.crop((4, 3, wide, 23)).tobytes()


@pytest.mark.parametrize(
    ("words", "most", "lines"),
    [
        ("still saved to /home/grace/Pictures/Sealcast/2026-11-21 Grace Hopper at 00.01.45.png", 1240.0, 1),
        ("not shown: " + "a part.sealcast: these keys do not open it; " * 4, 600.0, 3),
        ("x" * 5000, 600.0, 3),
    ],
)
def test_a_note_has_room_for_its_words(words: str, most: float, lines: int) -> None:
    wide, tall = note_size(words, most)
    assert wide <= most
    assert tall == 22 + 18 * lines
    canvas = Canvas(box=Box(0, 0, wide, tall), theme=LIGHT, scale=1.0)
    note(canvas, words)
    assert len(canvas.lines(words, wide - 32, most=3)) == lines
