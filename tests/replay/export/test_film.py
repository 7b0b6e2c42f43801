"""The pictures of an export, against sessions of which every pixel is known."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.format.events import Marker, Pause, Resume
from recorder.format.packet import Packet
from recorder.format.screen import Pointer, Shape
from replay.export.cut import Cut, cut
from replay.export.film import MIN_STEP_US, Film, card
from replay.export.layout import Layout
from replay.export.redaction import Region
from replay.export.screens import sizes_of
from replay.scene import Pixels
from replay.session import Session
from replay.timeline import SOON_US, Span
from tests.memory import MemoryGrowing
from tests.recorder.writing import SCREEN
from tests.replay.sessions import AGENT, Maker, S, made, session_of

HAND = Shape(hot_x_px=1, hot_y_px=1, width_px=3, height_px=3, rgba=bytes([255, 0, 0, 255]) * 9)


def shown(
    session: Session, tracks: Sequence[str] = (SCREEN,), *, within: Cut | None = None, regions: Sequence[Region] = ()
) -> list[tuple[int, Pixels]]:
    within = within or cut(session.timeline)
    film = Film(session, Layout.of(tracks, sizes_of(session, tracks, within)), within, tuple(regions))
    return [(frame.time_us, frame.pixels.copy()) for frame in film.frames()]


def at(frames: list[tuple[int, Pixels]], time_us: int) -> Pixels:
    return [pixels for began_us, pixels in frames if began_us <= time_us][-1][..., :3]


@settings(max_examples=20)
@given(st.lists(st.integers(1, 400), min_size=2, max_size=30), st.integers(0, 5), st.integers(1, 10))
def test_each_picture_comes_at_its_time(steps: list[int], from_step: int, long: int) -> None:
    times = [int(one) for one in np.cumsum(steps) * MIN_STEP_US]
    recorded = made(times)
    session = recorded.session()
    end_us = session.timeline.duration_us
    span = Span(min(from_step * MIN_STEP_US, end_us - 1), min((from_step + long * 20) * MIN_STEP_US, end_us))
    for within in {span, Span(0, end_us)}:
        frames = shown(session, within=Cut((within,)))
        assert frames[0][0] == 0
        assert [one for one, _ in frames] == sorted({one for one, _ in frames})
        for time_us in (one for one in times if one in within):
            truth = recorded.truth.at(SCREEN, time_us)
            assert truth
            assert np.array_equal(at(frames, time_us - within.from_us), truth[1])


def test_of_pictures_that_come_too_fast_the_last_is_shown() -> None:
    times = [S + 10_000 * number for number in range(50)]
    recorded = made(times)
    frames = shown(recorded.session())
    assert len(frames) < 12
    assert np.array_equal(at(frames, 3 * S), recorded.truth.shown[SCREEN][-1][1])


def test_screens_stand_side_by_side_in_their_middle() -> None:
    growing = MemoryGrowing()
    maker = Maker(growing)
    maker.picture(0, size=(64, 48))
    maker.picture(0, AGENT, size=(32, 96))
    maker.picture(2 * S, size=(48, 64))
    maker.picture(3 * S, AGENT, size=(32, 96))
    maker.finish()
    frames = shown(session_of(growing.data), (SCREEN, AGENT))
    first, later = at(frames, S), at(frames, 2 * S + S // 2)
    assert first.shape == (96, 96, 3)
    (customer, agent), wide = (maker.truth.shown[track] for track in (SCREEN, AGENT)), 64
    assert np.array_equal(first[24:72, :64], customer[0][1])
    assert np.array_equal(first[:, wide:], agent[0][1])
    assert not first[:24, :64].any()
    assert np.array_equal(later[16:80, 8:56], customer[1][1])
    assert not later[:, :8].any()
    assert not later[:16, :64].any()


def test_the_pointer_is_seen_and_held_buttons_ring() -> None:
    growing = MemoryGrowing()
    maker = Maker(growing)
    maker.picture(0)
    pointers = [(S, 10, 0), (2 * S, 40, 1), (3 * S, 60, 0)]
    for number, (time_us, x_px, buttons) in enumerate(pointers):
        pointer = Pointer(x_px=x_px, y_px=20, buttons=buttons, shape=None if number else HAND)
        maker.writer.put(Packet("pointer/customer", time_us, pointer.to_payload(), keyframe=not number))
    maker.finish()
    frames = shown(session_of(growing.data))
    (truth,) = (pixels for _, pixels in maker.truth.shown[SCREEN])
    before, over, held, gone = (at(frames, time_us) for time_us in (S // 2, S, 2 * S, 3 * S))
    assert np.array_equal(before, truth)
    changed = np.argwhere((over != truth).any(axis=2))
    assert changed.min(axis=0).tolist() == [19, 9]
    assert changed.max(axis=0).tolist() == [21, 11]
    assert (over[19:22, 9:12] == (0, 0, 255)).all()
    assert len(np.argwhere((held != truth).any(axis=2))) > 40
    assert (gone[19:22, 59:62] == (0, 0, 255)).all()


def test_a_pause_is_a_card_as_long_as_it_was() -> None:
    growing = MemoryGrowing()
    maker = Maker(growing)
    maker.picture(0)
    maker.writer.put_event(Pause(by=0), time_us=2 * S)
    maker.writer.put_event(Resume(by=0), time_us=6 * S)
    maker.picture(6 * S, keyframe=True)
    maker.finish()
    session = session_of(growing.data)
    frames = shown(session)
    expected = card("the recording was paused", 64, 48)[..., :3]
    assert np.array_equal(at(frames, 2 * S), expected)
    assert np.array_equal(at(frames, 6 * S - 1), expected)
    assert np.array_equal(at(frames, 6 * S), maker.truth.shown[SCREEN][-1][1])
    short = shown(session, within=cut(session.timeline, skip_idle=True))
    assert np.array_equal(at(short, S), expected)
    assert np.array_equal(at(short, 2 * S), maker.truth.shown[SCREEN][-1][1])


def resumed(*pictures_us: int) -> tuple[Session, Maker]:
    """Return a session with a pause from 2 s to 6 s, a picture before it, others at these times, a pointer."""
    growing = MemoryGrowing()
    maker = Maker(growing)
    maker.picture(0)
    maker.writer.put_event(Pause(by=0), time_us=2 * S)
    maker.writer.put_event(Resume(by=0), time_us=6 * S)
    pointer = Pointer(x_px=1, y_px=1, buttons=0, shape=HAND)
    maker.writer.put(Packet("pointer/customer", 6 * S + 1_000, pointer.to_payload(), keyframe=True))
    for time_us in pictures_us:
        maker.picture(time_us, keyframe=True)
    maker.writer.put_event(Marker(name="the end"), time_us=10 * S)
    maker.finish()
    return session_of(growing.data), maker


PAUSED = card("the recording was paused", 64, 48)[..., :3]
BESIDE = np.s_[10:, 10:]  # where the pointer is not


@pytest.mark.parametrize("late_us", [2_000, 20_000, MIN_STEP_US, S, SOON_US - 1])
@pytest.mark.parametrize("skip_idle", [False, True])
def test_after_a_pause_what_was_before_it_is_not_shown_again(late_us: int, *, skip_idle: bool) -> None:
    session, maker = resumed(6 * S + late_us)
    within = cut(session.timeline, skip_idle=skip_idle)
    frames = shown(session, within=within)
    (_, stale), (_, fresh) = maker.truth.shown[SCREEN]
    again_us, there_us = within.export_us(6 * S), within.export_us(6 * S + late_us)
    assert np.array_equal(at(frames, again_us), PAUSED)
    assert np.array_equal(at(frames, there_us - 1), PAUSED)
    assert np.array_equal(at(frames, there_us)[BESIDE], fresh[BESIDE])
    after = [pixels[..., :3] for time_us, pixels in frames if time_us >= again_us]
    assert not any(np.array_equal(pixels[BESIDE], stale[BESIDE]) for pixels in after)


def test_a_screen_that_stays_away_after_a_pause_is_shown_as_it_was_two_seconds_later() -> None:
    session, maker = resumed()
    frames = shown(session)
    ((_, before),) = maker.truth.shown[SCREEN]
    assert np.array_equal(at(frames, 6 * S + SOON_US - 1), PAUSED)
    assert np.array_equal(at(frames, 6 * S + SOON_US)[BESIDE], before[BESIDE])


def test_of_two_screens_each_waits_for_its_own_picture_after_a_pause() -> None:
    growing = MemoryGrowing()
    maker = Maker(growing)
    for track in (SCREEN, AGENT):
        maker.picture(0, track)
    maker.writer.put_event(Pause(by=0), time_us=2 * S)
    maker.writer.put_event(Resume(by=0), time_us=6 * S)
    maker.picture(6 * S + 10_000, SCREEN, keyframe=True)
    maker.picture(6 * S + 500_000, AGENT, keyframe=True)
    maker.finish()
    frames = shown(session_of(growing.data), (SCREEN, AGENT))
    early, late = at(frames, 6 * S + 10_000), at(frames, 6 * S + 500_000)
    fresh = [maker.truth.shown[track][-1][1] for track in (SCREEN, AGENT)]
    assert np.array_equal(early[:, :64], fresh[0])
    assert np.array_equal(early[:, 64:], PAUSED)
    assert np.array_equal(late[:, 64:], fresh[1])


@settings(max_examples=30)
@given(
    st.tuples(st.integers(0, 60), st.integers(0, 44), st.integers(1, 30), st.integers(1, 30)),
    st.integers(0, 8), st.integers(1, 8),
)  # fmt: skip
def test_what_is_painted_over_is_in_no_picture(area: tuple[int, int, int, int], from_s: int, long_s: int) -> None:
    recorded = made([number * S for number in range(10)])
    region = Region(area=area, span=Span(from_s * S, (from_s + long_s) * S))
    left, top, width, height = area
    for time_us, pixels in shown(recorded.session(), regions=[region]):
        truth = recorded.truth.at(SCREEN, time_us)
        assert truth
        covered = np.zeros((48, 64), bool)
        if time_us in region.span:  # type: ignore[operator]  # it has one
            covered[top : top + height, left : left + width] = True
            assert not pixels[covered][:, :3].any()
        grown = np.zeros((48, 64), bool)
        if covered.any():
            grown[max(0, top - 1) : top + height + 1, max(0, left - 1) : left + width + 1] = True
        assert np.array_equal(pixels[~grown][:, :3], truth[1][~grown])


def test_a_region_of_all_of_it_covers_all_of_it() -> None:
    recorded = made([0, S, 2 * S])
    frames = shown(recorded.session(), regions=[Region(span=Span(S, S + 1))])
    assert not at(frames, S).any()
    assert at(frames, 0).any()
    assert at(frames, S + 1).any()


def test_a_picture_that_is_shown_early_is_covered_early() -> None:
    recorded = made([S, 3 * S])
    frames = shown(recorded.session(), regions=[Region(span=Span(S, 4 * S))])
    assert not any(pixels[..., :3].any() for _, pixels in frames)


def test_a_moment_before_the_first_picture_shows_it() -> None:
    growing = MemoryGrowing()
    maker = Maker(growing)
    maker.picture(S, size=(800, 500))
    maker.finish()
    ((_, pixels),) = shown(session_of(growing.data), within=Cut((Span(0, 1),)))
    assert np.array_equal(pixels[..., :3], maker.truth.shown[SCREEN][0][1])


def test_where_the_file_is_damaged_it_says_so() -> None:
    growing = MemoryGrowing()
    maker = Maker(growing)
    maker.pictures([number * S for number in range(20)], every=100)
    maker.finish()
    session = session_of(growing.data)
    offsets = [found.offset for found in session.packets()]
    middle = sorted(set(offsets))[10]
    data = bytearray(growing.data)
    data[middle + 100] ^= 1
    frames = shown(session_of(data))
    assert any(np.array_equal(pixels, card("the file is damaged here", 64, 48)) for _, pixels in frames)
