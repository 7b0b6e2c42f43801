from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.format.packet import Packet
from recorder.format.screen import Configuration, Pointer, Shape
from replay.projector import Projector
from replay.recording import Recording
from replay.scene import DAMAGED, NOTHING_YET
from replay.session import Session
from tests.memory import MemoryGrowing, MemorySource
from tests.recorder.films import films
from tests.recorder.writing import SCREEN
from tests.replay.sessions import (
    AGENT,
    KEYS,
    Made,
    Maker,
    Watched,
    flipped,
    made,
    recording_of,
    session_of,
    shown_right,
    without_index,
)
from vault.errors import StoreUnavailableError
from vault.reader import SealedFile

S = 1_000_000
THIRD = "screen/third"
CHANCE = Random(7)
TIMES = range(0, 60 * S, 170_000)


def changing() -> Made:
    """Return a screen whose size and codec change now and then."""
    growing = MemoryGrowing()
    maker = Maker(growing)
    forms = [((64, 48), "h264"), ((80, 50), "h264"), ((33, 21), "vp9"), ((64, 48), "vp9"), ((64, 48), "tiles")]
    forms.append(((33, 21), "tiles"))
    for number, time_us in enumerate(range(0, 30 * S, 170_000)):
        size, codec = forms[number // 13 % len(forms)]
        maker.picture(time_us, size=size, codec=codec)
    maker.finish()
    return Made(data=bytes(growing.data), truth=maker.truth)


SESSIONS = {
    "h264": made(TIMES),
    "vp9": made(TIMES[::2], codec="vp9"),
    "tiles": made(TIMES, codec="tiles"),
    "two": made(TIMES, (SCREEN, AGENT)),
    "three": made(TIMES, (SCREEN, AGENT, THIRD), every=45),
    "one keyframe": made(TIMES[::3], every=9999),
    "one keyframe of tiles": made(TIMES[::3], (SCREEN, AGENT), every=9999, codec="tiles"),
    "changing": changing(),
}
each_session = pytest.mark.parametrize("of", SESSIONS.values(), ids=list(SESSIONS))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Return a film with pictures that are not stored in their order."""
    growing = MemoryGrowing()
    maker = Maker(growing)
    maker.film(films(tmp_path_factory.mktemp("films"))("b.mp4"))
    maker.finish()
    return Made(data=bytes(growing.data), truth=maker.truth)


def random_times(of: Made, count: int) -> list[int]:
    last_us = of.truth.times(*of.truth.shown)[-1]
    return [CHANCE.randrange(last_us + S) for _ in range(count)]


@each_session
def test_any_time_in_any_order_shows_what_was_there(of: Made) -> None:
    projector, tracks = Projector(of.session()), list(of.truth.shown)
    for time_us in random_times(of, 120):
        assert shown_right(projector, of.truth, time_us, tracks)


@each_session
def test_so_it_does_without_an_index(of: Made) -> None:
    projector, tracks = Projector(session_of(without_index(of.data))), list(of.truth.shown)
    for time_us in random_times(of, 40):
        assert shown_right(projector, of.truth, time_us, tracks)


@each_session
def test_each_screen_alone_and_all_together_in_any_order(of: Made) -> None:
    projector = Projector(of.session())
    for time_us in random_times(of, 40):
        tracks = CHANCE.sample(list(of.truth.shown), CHANCE.randint(1, len(of.truth.shown)))
        views = projector.views(time_us, tracks)
        assert [view.track for view in views] == tracks
        assert all(of.truth.agrees(view, time_us) for view in views)


@each_session
def test_stepping_forward_comes_by_every_picture(of: Made) -> None:
    projector, tracks = Projector(of.session()), list(of.truth.shown)
    times_us, found = of.truth.times(*tracks), [0]
    while (next_us := projector.next_us(found[-1], tracks)) is not None:
        found.append(next_us)
        assert shown_right(projector, of.truth, next_us, tracks)
    assert found == times_us


@pytest.mark.parametrize("name", ["vp9", "two", "changing"])
def test_stepping_backward_comes_by_every_picture(name: str) -> None:
    of = SESSIONS[name]
    projector, tracks = Projector(of.session()), list(of.truth.shown)
    times_us = [time_us for time_us in of.truth.times(*tracks) if time_us < 14 * S]
    found = [times_us[-1]]
    while (before_us := projector.before_us(found[-1] + 5, tracks)) is not None:
        found.append(before_us)
        assert shown_right(projector, of.truth, before_us, tracks)
    assert found == times_us[::-1]


def test_pictures_that_are_not_stored_in_their_order(film: Made) -> None:
    times_us = film.truth.times(SCREEN)
    projector = Projector(film.session())
    for time_us in [*times_us, *random_times(film, 60), *times_us[::-1]]:
        assert shown_right(projector, film.truth, time_us)
    found = [0]
    while (next_us := projector.next_us(found[-1], [SCREEN])) is not None:
        found.append(next_us)
        assert shown_right(projector, film.truth, next_us)
    assert found == times_us
    while (before_us := projector.before_us(found[-1], [SCREEN])) is not None:
        assert before_us == times_us[times_us.index(found[-1]) - 1]
        found.append(before_us)
    assert found[-1] == 0


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.integers(0, 2 * S), st.integers(0, 9), st.sampled_from([SCREEN, AGENT])), max_size=50),
    st.lists(st.integers(0, 60 * S), min_size=1, max_size=12),
)
def test_any_recording_at_any_times(pictures: list[tuple[int, int, str]], times_us: list[int]) -> None:
    growing, at_us = MemoryGrowing(), 0
    maker = Maker(growing)
    for later_us, chance, track in pictures:
        at_us += later_us
        maker.picture(at_us, track, keyframe=chance == 0, size=(16, 16))
    maker.finish()
    for data in (bytes(growing.data), without_index(bytes(growing.data))):
        projector = Projector(session_of(data))
        assert all(shown_right(projector, maker.truth, time_us, [SCREEN, AGENT]) for time_us in times_us)


def test_before_the_first_picture_and_of_a_screen_that_is_not_there_nothing_is_shown() -> None:
    growing = MemoryGrowing()
    maker = Maker(growing).pictures([5 * S, 6 * S])
    maker.finish()
    projector = Projector(session_of(bytes(growing.data)))
    first, other = projector.views(S, [SCREEN, AGENT])
    assert (first.picture, first.why, other.picture, other.why) == (None, NOTHING_YET, None, NOTHING_YET)
    assert projector.before_us(S, [SCREEN]) is None
    assert projector.next_us(S, [SCREEN]) == 5 * S
    assert projector.next_us(S, [AGENT]) is None
    assert projector.views(7 * S, []) == ()
    empty = Projector(Session([]))
    assert empty.views(0, [SCREEN])[0].why == NOTHING_YET
    assert empty.next_us(0, [SCREEN]) is None


def damaged(of: Made, time_us: int) -> tuple[bytes, int, int]:
    """Return it with the block of a time damaged, when that begins, and when its next keyframe comes."""
    recording = recording_of(of.data)
    place = recording.place(time_us)
    assert place
    entry = next(one for one in recording.sealed.entries() if one.end == place.end)
    keyframes = [
        one.time_us
        for one in (found.packet for found in recording.packets_from(place.time_us)() if hasattr(found, "packet"))
        if one.keyframe and one.time_us > place.time_us
    ]
    return flipped(of.data, entry.offset + 80), place.time_us, keyframes[0]


@pytest.mark.parametrize("time_us", [10 * S, 20 * S, 20_400_000, 30 * S])
@pytest.mark.parametrize("jumping", [False, True])
def test_damage_is_shown_as_such_up_to_the_next_keyframe(time_us: int, *, jumping: bool) -> None:
    of = SESSIONS["h264"]
    data, from_us, until_us = damaged(of, time_us)
    projector = Projector(session_of(data))
    around = [*range(from_us - 2 * S, until_us + 2 * S, 90_000), from_us - 1, from_us, until_us - 1, until_us]
    CHANCE.shuffle(around)
    for at_us in around if jumping else sorted(around):
        (view,) = projector.views(at_us, [SCREEN])
        if from_us <= at_us < until_us:
            assert (view.picture, view.why) == (None, DAMAGED)
        else:
            assert of.truth.agrees(view, at_us)


def test_one_steps_out_of_damage_on_both_sides() -> None:
    of = SESSIONS["h264"]
    data, from_us, until_us = damaged(of, 20 * S)
    projector = Projector(session_of(data))
    before_us = projector.before_us((from_us + until_us) // 2, [SCREEN])
    assert before_us is not None
    assert before_us == max(at_us for at_us in of.truth.times(SCREEN) if at_us < from_us)
    at_us, seen = from_us, 0
    while at_us < until_us:
        found = projector.next_us(at_us, [SCREEN])
        assert found
        at_us, seen = found, seen + 1
    assert at_us == until_us
    assert seen < 30


@pytest.mark.parametrize("name", ["h264", "one keyframe"])
def test_what_was_decoded_on_the_way_is_not_kept(name: str) -> None:
    of = SESSIONS[name]
    projector = Projector(of.session())
    most = 0

    for time_us in [*TIMES[::7], 0, 59 * S]:
        assert shown_right(projector, of.truth, time_us)
        (screen,) = projector._screens.values()
        most = max(most, len(screen.decoder._decoded) + len(screen._ahead) + len(screen._times))
    assert most <= 4


def test_a_long_way_keeps_one_picture_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    of = SESSIONS["one keyframe"]
    projector = Projector(of.session())
    kept: list[int] = []
    read = projector._read

    def counting() -> bool:
        kept.append(sum(len(screen.decoder._decoded) for screen in projector._screens.values()))
        return read()

    monkeypatch.setattr(projector, "_read", counting)
    assert shown_right(projector, of.truth, 59 * S)
    assert len(kept) > 100
    assert max(kept) <= 2


def test_going_on_reads_nothing_twice_and_a_long_way_ahead_is_a_jump() -> None:
    of = SESSIONS["h264"]
    source = Watched(MemorySource(of.data))
    session = Session([Recording(SealedFile(source, KEYS))])
    projector = Projector(session)
    source.reads.clear()
    for time_us in range(0, 60 * S, 50_000):
        projector.views(time_us, [SCREEN])
    assert len(source.reads) <= 9
    projector.views(0, [SCREEN])
    source.reads.clear()
    projector.views(50 * S, [SCREEN])
    assert len(source.reads) <= 4


def pointed(*packets: Packet) -> Projector:
    growing = MemoryGrowing()
    maker = Maker(growing)
    maker.picture(0)
    for packet in packets:
        maker.writer.put(packet)
    maker.finish()
    return Projector(session_of(bytes(growing.data)))


SHAPE = Shape(hot_x_px=1, hot_y_px=2, width_px=1, height_px=1, rgba=b"abcd")


def pointer(time_us: int, x_px: int, buttons: int = 0, shape: Shape | None = None) -> Packet:
    payload = Pointer(x_px=x_px, y_px=5, buttons=buttons, shape=shape).to_payload()
    return Packet("pointer/customer", time_us, payload, keyframe=shape is not None)


@pytest.mark.parametrize("times_us", [[10, 20, 30, 40, 50], [50, 40, 30, 20, 10], [30, 10, 50, 20, 40]])
def test_the_pointer_goes_with_the_picture(times_us: Sequence[int]) -> None:
    projector = pointed(
        pointer(5, 1),  # without its shape yet
        pointer(20, 2, shape=SHAPE),
        pointer(30, 3, buttons=1),
        Packet("pointer/customer", 35, b"rubbish"),
        pointer(40, 4),
        Packet("pointer/agent", 45, pointer(0, 9, shape=SHAPE).payload, keyframe=True),
        pointer(50, 5, buttons=5),
    )
    expected = {10: (None, None), 20: (2, None), 30: (3, 30), 40: (4, 30), 50: (5, 50)}
    for time_us in times_us:
        (view,) = projector.views(time_us, [SCREEN])
        assert (view.pointer.x_px if view.pointer else None, view.clicked_us) == expected[time_us]
        assert view.pointer is None or view.pointer.shape == SHAPE
        assert view.title == SCREEN


def test_what_nobody_can_decode_leaves_the_other_screen_alone() -> None:
    growing = MemoryGrowing()
    maker = Maker(growing)
    unknown = Configuration(codec="vvc", width_px=9, height_px=9)
    for number in range(20):
        maker.picture(number * S)
        payload = b"" if number % 3 else b"rubbish"
        maker.writer.put_picture(AGENT, payload, time_us=number * S, configuration=None if number % 5 else unknown)
    maker.finish()
    projector = Projector(session_of(bytes(growing.data)))
    for time_us in (19 * S, 3 * S, 7 * S):
        view, other = projector.views(time_us, [SCREEN, AGENT])
        assert maker.truth.agrees(view, time_us)
        assert other.picture is None
        assert other.why
        assert "vvc" in other.why


def test_what_waits_for_pictures_that_never_come_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replay.projector._MAX_AHEAD", 10_000)
    growing = MemoryGrowing()
    maker = Maker(growing)
    patient = Configuration(codec="h264", width_px=64, height_px=48, reorder=16)
    maker.picture(0)
    payload = recording_packets(SESSIONS["h264"])[1].payload
    maker.writer.put_picture(AGENT, payload, time_us=0, configuration=patient)
    maker.pictures(range(S, 99 * S, 100_000), every=10_000)
    maker.finish()
    projector = Projector(session_of(bytes(growing.data)))
    view, _ = projector.views(2 * S, [SCREEN, AGENT])
    assert maker.truth.agrees(view, 2 * S)
    assert sum(len(screen._ahead) for screen in projector._screens.values()) < 200


def recording_packets(of: Made) -> list[Packet]:
    found = [one.packet for one in recording_of(of.data).packets() if hasattr(one, "packet")]
    return [one for one in found if one.track == SCREEN]


def test_what_grows_is_shown_as_it_comes() -> None:
    of = SESSIONS["h264"]
    ends = [one.end for one in recording_of(of.data).sealed.entries()]
    source = MemorySource(of.data[: ends[10]])
    session = Session([Recording(SealedFile(source, KEYS))])
    projector = Projector(session)
    for end in ends[10:]:
        source.data = of.data[:end]
        while session.follow(most=3):
            pass
        assert shown_right(projector, of.truth, session.timeline.duration_us)
    assert session.timeline.duration_us == TIMES[-1]


def test_a_disk_that_fails_is_told_and_then_all_is_as_before() -> None:
    of = SESSIONS["two"]
    source = Watched(MemorySource(of.data))
    projector = Projector(Session([Recording(SealedFile(source, KEYS))]))
    for time_us in random_times(of, 40):
        source.failing = True
        try:
            projector.next_us(CHANCE.randrange(60 * S), [SCREEN, AGENT])
        except StoreUnavailableError:
            source.failing = False
        source.failing = False
        assert shown_right(projector, of.truth, time_us, [SCREEN, AGENT])


def test_whoever_stops_it_need_not_wait() -> None:
    of = SESSIONS["one keyframe"]
    source = Watched(MemorySource(of.data))
    session = Session([Recording(SealedFile(source, KEYS))])
    source.reads.clear()
    projector = Projector(session, stopped=lambda: len(source.reads) > 3)
    projector.next_us(59 * S, [SCREEN])
    assert len(source.reads) < 8
