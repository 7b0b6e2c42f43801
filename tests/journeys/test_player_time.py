"""Time in the window: dragged through, rests left out, pauses and interruptions told, begun where one wishes."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from recorder.capture.frame import Frame, Region
from recorder.encode import Preset, open_encoder
from recorder.format.events import Event, Joined, Line, Pause, Resume
from recorder.format.screen import Configuration
from replay.window.layout import layout, x_at
from replay.window.view import View
from tests.journeys.played import EACH_US, FILM, PAGE, S, Viewer, film, picture, put_key_file, viewer
from tests.journeys.shown import moment, panel, view_of
from tests.recorder.writing import SCREEN
from tests.replay.sessions import KEYS, Maker
from tests.waiting import until
from vault import key_file
from vault.anchor import Anchor
from vault.header import read_header, unlock
from vault.index import Reason
from vault.local import LocalGrowing

TRACK = layout(PAGE, side=True, bare=False).track
COUNT = 121
LENGTH_US = (COUNT - 1) * EACH_US
BUSY_S = (*range(9), *range(20, 30))  # somebody writes; small pictures alone are a rest
SPOKEN: tuple[tuple[int, Event], ...] = (
    (0, Joined(id=1, role="customer", name="Grace Hopper")),
    *((second * S, Line(by=1, text=f"line {second}")) for second in BUSY_S),
)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = film(tmp_path_factory.mktemp("calls") / "a call.sealcast", range(COUNT), events=SPOKEN)
    put_key_file(path)
    return path


def place(number: int) -> tuple[float, float]:
    """Return where on the time line a picture is shown."""
    return x_at(TRACK, number * EACH_US + EACH_US // 2, LENGTH_US), TRACK.middle[1]


def test_the_time_line_is_dragged_through(recording: Path, tmp_path: Path) -> None:
    with viewer(tmp_path, recording) as person:
        person.waits_for(0)
        person.point(*place(20))
        person.screen.xdotool("mousedown", 1)
        # What is pressed stays pressed above the time line, where no small picture hides what is shown.
        for number in (20, 35, 60, 100, 80):
            person.point(place(number)[0], 300)
            person.waits_for(number)
        # Beyond its end is its end, also far above it.
        person.point(PAGE[0] - 2, 200)
        person.waits_for(COUNT - 1)
        person.screen.xdotool("mouseup", 1)
        person.point(*place(50))
        person.away()
        person.press("comma")
        person.waits_for(COUNT - 2)
        person.quits()


def test_rests_are_left_out_when_that_is_wished(recording: Path, tmp_path: Path) -> None:
    (rest,) = view_of(recording).timeline.idle
    first, last = rest.from_us // EACH_US + 2, rest.until_us // EACH_US - 2
    assert last - first > 20
    with viewer(tmp_path, recording, "--at", "0:07") as person:
        person.waits_for(28)
        person.press("i", "space")
        seen = set[int]()

        def passed() -> bool:
            seen.add(person.number())
            return max(seen) > last

        until(passed)
        assert not seen & set(range(first, last))
        person.quits()


def test_it_begins_where_one_wishes_and_says_so(recording: Path, tmp_path: Path) -> None:
    with viewer(tmp_path, recording, "--at", "0:00:21.5") as person:
        person.waits_for(86)
        view = view_of(recording, position_us=21_500_000)
        for name in ("top", "time", "controls"):
            person.waits_for_page(panel(name, view))
        person.press("i", "bracketright")
        person.waits_for_page(panel("controls", moment(view, skips_idle=True, speed=1.5)))
        person.press("i", "bracketleft", "bracketleft")
        person.waits_for_page(panel("controls", moment(view, speed=0.75)))
        person.quits()


@dataclass
class Part:
    """A part that is written picture by picture."""

    path: Path
    number: int = 1
    before: tuple[bytes, Anchor] | None = None
    begins_us: int = 0

    def __post_init__(self) -> None:
        growing = LocalGrowing(self.path)
        self.maker = Maker(growing, number=self.number, before=self.before, begins_us=self.begins_us)
        self._encoder = open_encoder(*FILM, preset=Preset.EXACT)

    def put(self, numbers: Iterable[int], from_us: int) -> None:
        for at, number in enumerate(numbers):
            time_us, pixels = from_us + at * EACH_US, np.full((FILM[1], FILM[0], 4), 255, np.uint8)
            pixels[..., :3] = picture(number)
            frame = Frame(time_us=time_us, pixels=pixels, changed=(Region(0, 0, *FILM),))
            encoded = self._encoder.encode(frame, keyframe=at == 0)
            told = Configuration(codec="h264", width_px=FILM[0], height_px=FILM[1])
            self.maker.writer.put_picture(
                SCREEN, encoded.payload, time_us=time_us, configuration=told if encoded.keyframe else None
            )

    def finish(self, reason: int = Reason.ENDED) -> None:
        self._encoder.close()
        self.maker.finish(reason)

    def stop(self) -> tuple[bytes, Anchor]:
        """Stop without an end, as when the power fails; return what the next part says of it."""
        self._encoder.close()
        anchor = self.maker.writer.sync()
        self.maker.writer.abandon()
        return self.maker.recording_id, anchor


def seeks(person: Viewer, view: View, time_us: int) -> None:
    person.seek(time_us, view.timeline.duration_us)


def test_a_pause_is_told_and_then_left_behind(tmp_path: Path) -> None:
    path = tmp_path / "a call.sealcast"
    part = Part(path)
    part.put(range(8), 0)
    part.maker.writer.put_event(Pause(by=0), time_us=2 * S)
    part.maker.writer.put_event(Resume(by=0), time_us=62 * S)
    part.put(range(100, 108), 62 * S)
    part.finish()
    put_key_file(path)
    view = view_of(path)
    with viewer(tmp_path, path) as person:
        person.waits_for(0)
        seeks(person, view, 30 * S)
        told = panel("word", moment(view, position_us=30 * S))
        person.waits_for_part(told, told.box.inset(14))
        person.press("space")
        until(lambda: person.number() >= 100)
        person.quits()


def test_an_interrupted_session_goes_on_in_its_next_part(tmp_path: Path) -> None:
    first = Part(tmp_path / "a call.sealcast")
    first.maker.writer.put_event(SPOKEN[0][1], time_us=0)
    first.put(range(12), 0)
    before = first.stop()
    second = Part(tmp_path / "a call (2).sealcast", number=2, before=before, begins_us=40 * S)
    second.put(range(200, 208), 40 * S)
    second.finish()
    keys = {}
    for path in (first.path, second.path):
        header = read_header(path.read_bytes())
        keys[header.about.recording_id] = unlock(header, KEYS)
    key_file.save(first.path.with_suffix(".key"), keys)
    view = view_of(first.path)
    with viewer(tmp_path, first.path) as person:
        person.waits_for(0)
        seeks(person, view, 20 * S)
        told = panel("word", moment(view, position_us=20 * S))
        person.waits_for_part(told, told.box.inset(14))
        person.press("End")
        person.waits_for(207)
        person.press("Home")
        person.waits_for(0)
        person.waits_for_page(panel("top", view))
        person.quits()
