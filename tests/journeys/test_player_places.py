"""Recordings with a damaged place, of two screens, and many in a folder: each as a person meets it."""

from pathlib import Path

import numpy as np

from replay.timeline import Timeline
from replay.window.box import Box
from replay.window.cards import stage_card, stage_words
from replay.window.layout import layout, time_at, x_at
from replay.window.paint import Panel
from replay.window.view import View
from tests.journeys.played import EACH_US, PAGE, S, Viewer, film, put_key_file, viewer
from tests.memory import MemorySource
from tests.recorder.writing import SCREEN
from tests.replay.sessions import AGENT, KEYS, flipped, recording_of, session_of
from tests.waiting import until
from vault.verify import Evidence, verify

COUNT = 81
LENGTH_US = (COUNT - 1) * EACH_US
STAGE = layout(PAGE, side=True, bare=False).stage
HEAD, ROW = 72 + 34, 46  # of the library


def spoilt(path: Path, time_us: int) -> Timeline:
    """Damage the block of a time; return what is known of the session when the file was verified."""
    data = path.read_bytes()
    recording = recording_of(data)
    place = recording.place(time_us)
    assert place
    entry = next(one for one in recording.sealed.entries() if one.end == place.end)
    data = flipped(data, entry.offset + 80)
    path.write_bytes(data)
    session = session_of(data)
    session.damage(0, verify(MemorySource(data), evidence=Evidence(), identity=KEYS).facts.gaps)
    return session.timeline


def card(timeline: Timeline, time_us: int) -> Panel:
    view = View(timeline=timeline, title="", subtitle="", screens=(SCREEN,), position_us=time_us, why="x")
    words = stage_words(view)
    assert words
    assert words[1] == "Damaged"
    return Panel(name="word", box=STAGE.centred(460, 96), key=words, paint=lambda canvas: stage_card(canvas, words))


def test_around_a_damaged_place_the_pictures_are_whole(tmp_path: Path) -> None:
    path = film(tmp_path / "a call.sealcast", range(COUNT))
    put_key_file(path)
    timeline = spoilt(path, 10 * S)
    (gap,) = timeline.gaps
    before, after = (gap.span.from_us - 1) // EACH_US, gap.span.until_us // EACH_US
    assert 0 < before < after - 1 < COUNT - 8
    inside_us = (gap.span.from_us + gap.span.until_us) // 2
    with viewer(tmp_path, path) as person:
        person.waits_for(0)
        person.seek(before * EACH_US + EACH_US // 2, LENGTH_US)
        person.waits_for(before)
        person.seek(inside_us, LENGTH_US)
        track = layout(PAGE, side=True, bare=False).track
        told = card(timeline, time_at(track, round(x_at(track, inside_us, LENGTH_US)), LENGTH_US))
        person.waits_for_part(told, told.box.inset(14))
        person.seek(after * EACH_US + EACH_US // 2, LENGTH_US)
        person.waits_for(after)
        person.seek(before * EACH_US + EACH_US // 2, LENGTH_US)
        person.waits_for(before)
        person.press("space")
        until(lambda: person.number() > after)
        person.quits()


def test_of_two_screens_one_sees_each_and_both(tmp_path: Path) -> None:
    path = film(tmp_path / "a call.sealcast", range(9, 20), tracks=(SCREEN, AGENT))
    put_key_file(path)
    with viewer(tmp_path, path) as person:
        first, second = session_of(path.read_bytes()).timeline.screens
        assert {first, second} == {SCREEN, AGENT}
        person.waits_for(9, track=first)
        person.press("t")
        person.waits_for(9, track=second)
        person.press("End")
        person.waits_for(19, track=second)
        person.press("t")
        until(lambda: person.sees(together=2) == [(first, 19), (second, 19)])
        person.press("t")
        person.waits_for(19, track=first)
        person.quits()


def test_the_library_opens_what_is_chosen(tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    for number, name in enumerate(("one", "two", "three")):
        put_key_file(film(folder / f"{name}.sealcast", [100 * number + 7], session_id=bytes([number]) * 16))
    with viewer(tmp_path, "--folder", folder) as person:
        until(lambda: all(listed(person, row) for row in range(3)))
        person.press("Return")
        seen = [picture_shown(person)]
        person.press("ctrl+w")
        until(lambda: all(listed(person, row) for row in range(3)))
        person.click(PAGE[0] / 2, HEAD + 1.5 * ROW, times=2)
        seen.append(picture_shown(person))
        person.press("ctrl+w")
        until(lambda: all(listed(person, row) for row in range(3)))
        person.press("Down", "Down", "Return")
        seen.append(picture_shown(person))
        assert sorted(seen) == [7, 107, 207]
        person.quits()


def listed(person: Viewer, row: int) -> bool:
    """Say whether the library shows something in a row, and no picture."""
    place = Box(30, HEAD + row * ROW + 8, PAGE[0] - 60, ROW - 16)
    return person.number() < 0 and len(np.unique(person.cut(place))) > 8


def picture_shown(person: Viewer) -> int:
    until(lambda: person.number() >= 0)
    return person.number()
