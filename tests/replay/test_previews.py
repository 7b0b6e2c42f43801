import threading

import numpy as np
import pytest

from replay.previews import KEPT, WIDTH_PX, Previews, small
from replay.recording import Recording
from replay.scene import Picture
from replay.session import Session
from tests.recorder.writing import SCREEN
from tests.replay.sessions import AGENT, KEYS, S, made
from tests.replay.test_screening import Slow
from tests.waiting import until
from vault.reader import SealedFile

OF = made(range(0, 40 * S, 250_000))


def session() -> tuple[Session, Slow]:
    source = Slow(OF.data)
    return Session([Recording(SealedFile(source, KEYS))]), source


def shown(previews: Previews, time_us: int) -> Picture:
    until(lambda: previews.picture(time_us, SCREEN) is not None)
    found = previews.picture(time_us, SCREEN)
    assert found
    return found


def test_a_preview_is_what_was_shown_at_about_that_time() -> None:
    previews = Previews(session()[0])
    for time_us in (30 * S, 0, 17 * S):
        picture, expected = shown(previews, time_us), OF.truth.at(SCREEN, time_us)
        assert expected
        assert abs(picture.time_us - time_us) <= 270_000
        assert (picture.pixels[..., :3] == dict(OF.truth.shown[SCREEN])[picture.time_us]).all()
    previews.close()
    assert not previews._thread.is_alive()


def test_the_last_wish_is_made_and_the_others_are_not() -> None:
    opened, source = session()
    previews = Previews(opened)
    source.asked.clear()
    source.free.clear()
    assert previews.picture(S, SCREEN) is None
    assert source.asked.wait(20)
    for at in range(2, 30):
        assert previews.picture(at * S, SCREEN) is None
    source.free.set()
    until(lambda: len(previews._made) == 2)
    assert {time_us // S for _, time_us in previews._made} <= {0, 1, 28, 29}
    previews.close()


def test_where_there_is_nothing_nothing_is_made_twice() -> None:
    opened, source = session()
    previews = Previews(opened)
    assert previews.picture(S, AGENT) is None
    until(lambda: len(previews._made) == 1)
    source.reads.clear()
    assert previews.picture(S, AGENT) is None
    assert previews._wish is None
    previews.close()
    assert source.reads == []


def test_a_disk_that_fails_leaves_no_trace() -> None:
    opened, source = session()
    previews = Previews(opened)
    source.failing = True
    source.asked.clear()
    assert previews.picture(20 * S, SCREEN) is None
    assert source.asked.wait(20)
    until(lambda: previews._wish is None)
    source.failing = False
    assert shown(previews, 20 * S).time_us <= 20 * S
    previews.close()


def test_only_so_many_are_kept_and_those_that_were_looked_at_last() -> None:
    previews = Previews(session()[0])
    for number in range(KEPT + 10):
        time_us = number * S // 4
        previews.picture(time_us, SCREEN)
        until(lambda at=time_us: previews.picture(at, SCREEN) is not None)  # type: ignore[misc] # a default has no type
        previews.picture(0, SCREEN)
    assert len(previews._made) <= KEPT
    assert (SCREEN, 0) in previews._made
    assert previews.picture(S // 4, SCREEN) is None
    previews.close()


def test_it_ends_while_it_is_busy() -> None:
    opened, source = session()
    previews = Previews(opened)
    source.asked.clear()
    source.free.clear()
    previews.picture(30 * S, SCREEN)
    assert source.asked.wait(20)
    closing = threading.Thread(target=previews.close)
    closing.start()
    until(lambda: previews._ended)
    source.free.set()
    closing.join(20)
    assert not previews._thread.is_alive()


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1, 1), (1, 1)),
        ((320, 200), (320, 200)),
        ((640, 400), (320, 200)),
        ((16_384, 1), (320, 1)),
        ((321, 9), (320, 9)),
    ],
)
def test_a_picture_becomes_no_wider_than_it_may(size: tuple[int, int], expected: tuple[int, int]) -> None:
    pixels = np.full((size[1], size[0], 4), (10, 20, 30, 255), np.uint8)
    found = small(Picture(time_us=7, pixels=pixels))
    assert (found.size, found.time_us) == (expected, 7)
    assert found.size[0] <= WIDTH_PX
    assert (found.pixels == (10, 20, 30, 255)).all()
