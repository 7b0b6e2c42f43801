"""A session is watched: played, gone through, searched, and a still of it kept, with keys and with the mouse."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from recorder.format.events import Joined, Line, Marker
from replay.session import Session
from replay.window import cards, side_panel
from replay.window.box import Box
from replay.window.layout import layout
from replay.window.paint import Canvas, Panel
from replay.window.rows import rows
from replay.window.theme import DARK
from replay.window.view import View
from tests.journeys.played import EACH_US, PAGE, Viewer, film, picture, put_key_file, viewer
from tests.journeys.shown import moment, panel, view_of
from tests.replay.sessions import session_of
from tests.waiting import until

COUNT = 161
LAST = COUNT - 1
LENGTH_US = LAST * EACH_US
ASKED_AT, ANSWERED_AT, NOTED_AT = 30, 90, 120  # which picture is shown then
STAGE = layout(PAGE, side=True, bare=False).stage
EVENTS = (
    (0, Joined(id=1, role="customer", name="Grace Hopper")),
    (0, Joined(id=2, role="agent", name="Ada Lovelace")),
    (ASKED_AT * EACH_US + EACH_US // 2, Line(by=1, text="where is the blue button?")),
    (ANSWERED_AT * EACH_US + EACH_US // 2, Line(by=2, text="below the zeppelin")),
    (NOTED_AT * EACH_US + EACH_US // 2, Marker(name="solved")),
)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = film(tmp_path_factory.mktemp("calls") / "a call.sealcast", range(COUNT), events=EVENTS)
    put_key_file(path)
    return path


@pytest.fixture
def person(recording: Path, tmp_path: Path) -> Iterator[Viewer]:
    with viewer(tmp_path, recording) as person:
        person.waits_for(0)
        yield person


def place_of_row(session: Session, text: str) -> tuple[float, float]:
    """Return where a line of the chat stands while the list is at its beginning."""
    side = layout(PAGE, side=True, bare=False).side
    assert side
    view = View(timeline=session.timeline, title="", subtitle="", rows=rows(session.timeline))
    _, height = side_panel.row_heights(Canvas(box=side, theme=DARK, scale=1.0), view)
    number = next(number for number, row in enumerate(view.rows) if row.text == text)
    top = side_panel.list_box(side, view).top + sum(map(height, range(number)))
    return side.middle[0], top + height(number) / 2


def looks_for(person: Viewer, pictures: int) -> int:
    """Return how often one looks until so many more pictures were shown."""
    last, looks = person.number() + pictures, 0

    def shown() -> bool:
        nonlocal looks
        looks += 1
        return person.number() >= last

    until(shown)
    return looks


def test_it_plays_rests_and_goes_where_one_wants(person: Viewer) -> None:
    person.press("space")
    seen = [0]

    def went_on() -> bool:
        seen.append(person.number())
        return len(set(seen)) == 4

    until(went_on)
    assert seen == sorted(seen)
    person.press("space")
    person.screen.still()

    person.seek(50 * EACH_US + EACH_US // 2, LENGTH_US)
    person.waits_for(50)
    person.drag(20 * EACH_US, 130 * EACH_US + EACH_US // 2, LENGTH_US)
    person.waits_for(130)
    person.press("End")
    person.waits_for(LAST)
    person.press("j")
    person.waits_for(LAST - 40)
    person.press("Home")
    person.waits_for(0)
    person.press("l", "l")
    person.waits_for(80)

    person.press("period")
    person.waits_for(81)
    person.press("period", "period", "period")
    person.waits_for(84)
    person.press("comma")
    person.waits_for(83)
    person.press("comma", "comma")
    person.waits_for(81)

    person.press("Home")
    person.waits_for(0)
    person.quits()


def test_it_plays_as_fast_as_it_says(person: Viewer, recording: Path) -> None:
    view = view_of(recording)
    person.press(*["bracketleft"] * 3)
    person.waits_for_page(panel("controls", moment(view, speed=0.25)))
    person.press("space")
    slow = looks_for(person, 6)
    person.press(*["bracketright"] * 6)
    fast = looks_for(person, 6)
    assert 2 * fast < slow
    person.press("End")
    end = moment(view, speed=4.0, position_us=view.timeline.duration_us)
    person.waits_for_page(panel("controls", end))
    person.quits()


def test_chat_search_stills_help_and_full_screen(person: Viewer, recording: Path, tmp_path: Path) -> None:
    person.click(*place_of_row(session_of(recording.read_bytes()), "where is the blue button?"))
    person.waits_for(ASKED_AT)

    person.press("slash")
    person.type("zeppelin")

    def found() -> bool:
        person.press("Return")
        return person.number() == ANSWERED_AT

    until(found)
    person.press("Escape")

    person.press("s")
    folder = tmp_path / "home" / "Pictures" / "Sealcast"
    until(lambda: len(list(folder.glob("*.png"))) == 1)
    (still,) = folder.glob("*.png")
    with Image.open(still) as image:
        assert image.mode == "RGB"
        assert np.array_equal(np.asarray(image)[..., ::-1], picture(ANSWERED_AT))

    page = Box(0, 0, *PAGE)
    person.press("question")
    person.waits_for_part(
        Panel(name="help", box=page, key=0, paint=cards.help_card), page.centred(*cards.help_size(PAGE)).inset(14)
    )
    person.press("Escape")
    person.waits_for(ANSWERED_AT)

    person.press("f")
    person.waits_for(ANSWERED_AT, full=True)
    person.press("period")
    person.waits_for(ANSWERED_AT + 1, full=True)
    person.press("Escape")
    person.waits_for(ANSWERED_AT + 1)
    person.click(*STAGE.middle, times=2)
    until(lambda: person.sees(full=True) != [None])
    person.press("f")
    until(lambda: ANSWERED_AT < person.number() < NOTED_AT)
    person.press("m")
    person.waits_for(NOTED_AT)
    person.quits()
