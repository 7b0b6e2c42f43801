from pathlib import Path
from random import Random

import pytest

from recorder.format.events import About, Clock, Line, Marker
from replay.projector import Projector
from replay.recording import Break, Placed
from replay.scene import NOTHING_YET
from replay.session import Session
from replay.timeline import GapKind, Span
from tests.memory import MemoryGrowing
from tests.recorder.writing import SCREEN
from tests.replay.sessions import (
    AGENT,
    Maker,
    S,
    flipped,
    made,
    recording_of,
    session_of,
    shown_right,
    without_index,
    write_parts,
)

CHANCE = Random(3)


def three(folder: Path) -> tuple[list[bytes], Session, Projector]:
    parts = write_parts(folder)
    data = [path.read_bytes() for path in parts.paths]
    session = session_of(*data)
    return data, session, Projector(session)


def test_parts_are_one_line_of_time_with_what_is_missing_between_them(tmp_path: Path) -> None:
    _, session, _ = three(tmp_path)
    line = session.timeline
    assert line.duration_us == 34 * S
    assert [(gap.span, gap.kind) for gap in line.gaps] == [
        (Span(10 * S, 12 * S), GapKind.INTERRUPTION),
        (Span(22 * S, 24 * S), GapKind.INTERRUPTION),
    ]
    assert len(line.of(About)) == 1
    assert not session.growing


@pytest.mark.parametrize("indexed", [True, False])
def test_any_time_of_any_part_shows_what_was_there(tmp_path: Path, *, indexed: bool) -> None:
    parts = write_parts(tmp_path)
    data = [path.read_bytes() for path in parts.paths]
    projector = Projector(session_of(*(data if indexed else map(without_index, data))))
    for time_us in [CHANCE.randrange(36 * S) for _ in range(150)]:
        assert shown_right(projector, parts.truth, time_us)
    for time_us in range(0, 36 * S, 300_000):
        assert shown_right(projector, parts.truth, time_us)


def test_steps_lead_from_part_to_part(tmp_path: Path) -> None:
    parts = write_parts(tmp_path)
    projector, times_us = Projector(session_of(*(path.read_bytes() for path in parts.paths))), [0]
    while (next_us := projector.next_us(times_us[-1], [SCREEN])) is not None:
        times_us.append(next_us)
    assert times_us == parts.truth.times(SCREEN)
    for one, other in ((12 * S, 10 * S), (24 * S, 22 * S)):
        assert projector.before_us(one, [SCREEN]) == other


def test_what_a_part_showed_last_is_not_shown_in_the_next_however_one_comes_there() -> None:
    first, second = MemoryGrowing(), MemoryGrowing()
    one, other = Maker(first), Maker(second, number=2, begins_us=10 * S)
    one.pictures(range(0, 5 * S, S), (SCREEN, AGENT), every=9)
    other.pictures(range(12 * S, 15 * S, S))
    one.finish()
    other.finish()
    session = session_of(bytes(first.data), bytes(second.data))
    for jumping in (False, True):
        projector = Projector(session)
        for time_us in (3 * S, 9 * S, 10 * S, 11 * S, 12 * S, 13 * S):
            if jumping:
                projector = Projector(session)
            screen, agent = projector.views(time_us, [SCREEN, AGENT])
            assert (screen.picture is None) == (10 * S <= time_us < 12 * S)
            assert (agent.picture is None) == (time_us >= 10 * S)
            assert screen.picture or screen.why == NOTHING_YET


def test_a_part_in_the_middle_that_is_missing_is_an_interruption(tmp_path: Path) -> None:
    parts = write_parts(tmp_path)
    one, _, three = (path.read_bytes() for path in parts.paths)
    session = session_of(one, three)
    assert [gap.span for gap in session.timeline.gaps] == [Span(10 * S, 24 * S)]
    parts.truth.shown[SCREEN] = [each for each in parts.truth.shown[SCREEN] if not 11 * S < each[0] < 23 * S]
    projector = Projector(session)
    assert all(shown_right(projector, parts.truth, CHANCE.randrange(36 * S)) for _ in range(40))


def test_a_part_that_came_to_nothing_hides_no_other(tmp_path: Path) -> None:
    parts = write_parts(tmp_path)
    one, two, three = (path.read_bytes() for path in parts.paths)
    session = session_of(one, two[: recording_of(two).sealed.header.size], three)
    assert [gap.span for gap in session.timeline.gaps] == [Span(10 * S, 24 * S)]
    parts.truth.shown[SCREEN] = [each for each in parts.truth.shown[SCREEN] if not 11 * S < each[0] < 23 * S]
    projector = Projector(session)
    for time_us in (S, 9 * S, 30 * S, 11 * S, 2 * S):
        assert shown_right(projector, parts.truth, time_us)


def test_a_session_of_nothing_has_nothing() -> None:
    session = Session([])
    assert (session.growing, session.timeline.duration_us, session.start(S)) == (False, 0, (0, 0))
    assert list(session.packets_from(S)()) == list(session.packets()) == []
    assert not session.follow(most=9)


def test_following_reads_what_has_no_index_and_nothing_else() -> None:
    data = made(range(0, 40 * S, 300_000)).data
    indexed = Session([recording_of(data)])
    assert not indexed.follow(most=9)
    session = Session([recording_of(without_index(data))])
    durations = [session.timeline.duration_us]
    while session.follow(most=9):
        durations.append(session.timeline.duration_us)
    assert durations == sorted(set(durations))
    assert session.timeline == indexed.timeline
    assert session.growing


def chatting(lines: int, *, text: str = "x" * 4000) -> tuple[Maker, MemoryGrowing]:
    growing = MemoryGrowing()
    maker = Maker(growing)
    maker.writer.put_event(Clock(wall_us=9))
    for number in range(lines):
        maker.writer.put_event(Line(by=1, text=f"{number} {text}"), time_us=number * 1000)
    maker.writer.put_event(Marker(name="last"))
    return maker, growing


def test_a_chat_that_is_too_long_for_a_summary_is_listed_when_it_was_read() -> None:
    maker, growing = chatting(300)
    maker.finish()
    session = session_of(bytes(growing.data))
    assert (session.timeline.unlisted, session.timeline.of(Line)) == (("chat",), [])
    session.list_all()
    assert session.timeline.unlisted == ()
    assert [one.time_us for one in session.timeline.of(Line)] == [number * 1000 for number in range(300)]
    assert len(session.timeline.of(Marker)) == 1
    session.list_all()  # again: it is the same
    assert len(session.timeline.of(Line)) == 300


def test_what_comes_after_it_was_listed_is_listed_the_next_time() -> None:
    maker, growing = chatting(300)
    maker.writer.sync()
    source = recording_of(bytes(growing.data))
    session = Session([source])
    while session.follow(most=64):
        pass
    session.list_all()
    assert len(session.timeline.of(Line)) == 300
    maker.writer.put_event(Line(by=1, text="bye"), time_us=S)
    maker.finish()
    source.sealed._source.data = bytes(growing.data)  # type: ignore[attr-defined] # of MemorySource
    while session.follow(most=64):
        pass
    session.list_all()
    assert len(session.timeline.of(Line)) == 301


def test_a_list_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    maker, growing = chatting(300)
    maker.finish()
    session = session_of(bytes(growing.data))
    monkeypatch.setattr("replay.session.MAX_LISTED", 40_000)
    session.list_all()
    assert len(session.timeline.of(Line)) == 9
    monkeypatch.setattr("replay.session.MAX_HAPPENINGS", 5)
    session.list_all()
    assert len(session.timeline.of(Line)) == 5


def test_damage_is_told_from_where_it_begins_to_where_all_is_shown_again() -> None:
    of = made(range(0, 40 * S, 250_000), every=20)  # a keyframe every 5 s
    entries = list(recording_of(of.data).sealed.entries())
    times_us = [recording_of(of.data).time_at(entry.offset) for entry in entries]
    at = next(number for number, time_us in enumerate(times_us) if time_us > 11 * S)
    data = flipped(of.data, entries[at].offset + 80)
    session = session_of(data)
    for _ in range(2):  # verified once more, it is the same
        session.damage(0, [(entries[at].offset, entries[at].end)])
        assert [(gap.span, gap.kind) for gap in session.timeline.gaps] == [(Span(times_us[at], 15 * S), GapKind.DAMAGE)]
    projector = Projector(session)
    for time_us in range(0, 40 * S, 200_000):
        (view,) = projector.views(time_us, [SCREEN])
        assert (view.picture is None) == bool(session.timeline.gap_at(time_us))


def test_a_leaf_of_the_index_that_is_damaged_is_no_damage_to_what_is_shown() -> None:
    of = made(range(0, 80 * S, 250_000))
    leaf, *_ = recording_of(of.data).sealed.leaves or ()
    session = session_of(flipped(of.data, leaf.offset + 80))
    session.damage(0, [(leaf.offset, leaf.end)])
    assert session.timeline.gaps == ()
    projector = Projector(session)
    assert all(shown_right(projector, of.truth, CHANCE.randrange(80 * S)) for _ in range(30))


def test_packets_of_all_parts_come_in_order(tmp_path: Path) -> None:
    _, session, _ = three(tmp_path)
    found = list(session.packets())
    assert all(isinstance(one, Placed) for one in found)
    from_the_middle = list(session.packets_from(13 * S)())
    assert [one for one in from_the_middle if isinstance(one, Break) and one.damage] == []
    placed = [one for one in from_the_middle if isinstance(one, Placed)]
    assert placed == found[-len(placed) :]
