from typing import Final

import numpy as np
import pytest

from recorder.capture.frame import Pixels
from recorder.codec.grid import Grid, Numbers
from recorder.film import FilmWatch
from tests.recorder.pictures import text

STEP_US: Final = 100_000
GRID: Final = Grid(643, 395)
ALL: Final = np.arange(GRID.count)


def noise(number: int) -> Pixels:
    return np.random.default_rng(number).integers(0, 255, (GRID.height_px, GRID.width_px, 4), np.uint8)


def begun(watch: FilmWatch, places: Numbers = ALL, *, step_us: int = STEP_US, from_us: int = 0) -> int:
    """Return how many pictures it took until a film played; 30 stand for never."""
    times_us = range(from_us, from_us + 30 * step_us, step_us)
    return next((at for at, time_us in enumerate(times_us) if watch.begins(places, noise(0), time_us=time_us)), 30)


def test_a_film_begins_when_the_same_tiles_are_new_again_and_again() -> None:
    assert begun(FilmWatch(GRID)) == 5


@pytest.mark.parametrize(
    ("places", "step_us"), [(ALL[:200], STEP_US), (ALL, 700_000), (ALL[:0], STEP_US)], ids=["small", "slow", "none"]
)
def test_what_is_small_or_slow_is_no_film(places: Numbers, step_us: int) -> None:
    assert begun(FilmWatch(GRID), places, step_us=step_us) == 30


def test_other_tiles_each_time_are_no_film() -> None:
    watch = FilmWatch(GRID)
    for number in range(40):
        assert not watch.begins(ALL[number % 3 :: 3], noise(0), time_us=number * 250_000)


def test_pictures_between_those_of_a_film_do_not_hide_it() -> None:
    watch, found = FilmWatch(GRID), False
    for number in range(12):
        found |= watch.begins(ALL if number % 2 else ALL[:0], noise(0), time_us=number * STEP_US)
    assert found


def test_it_goes_on_as_long_as_pictures_change() -> None:
    watch = FilmWatch(GRID)
    begins_us = begun(watch) * STEP_US
    for number in range(1, 40):
        assert not watch.over(noise(number), time_us=begins_us + number * STEP_US)


@pytest.mark.parametrize("still", [True, False], ids=["stands still", "becomes text"])
def test_it_is_over_a_second_after_the_last_picture_of_it(*, still: bool) -> None:
    watch = FilmWatch(GRID)
    begins_us = begun(watch) * STEP_US
    assert not watch.over(noise(1), time_us=begins_us)
    over = []
    for number in range(1, 15):
        letters = text(GRID.width_px, GRID.height_px)
        pixels = noise(1) if still else np.roll(letters, number, axis=0)
        over.append(watch.over(pixels, time_us=begins_us + number * STEP_US))
    assert over == [False] * 10 + [True] * 4


def test_the_next_film_begins_like_the_first() -> None:
    watch = FilmWatch(GRID)
    assert begun(watch) == 5
    assert begun(watch, from_us=5_000_000) == 5


def test_a_film_that_ended_when_it_was_noticed_is_over_at_once() -> None:
    watch = FilmWatch(GRID)
    assert begun(watch) == 5
    assert watch.over(noise(0), time_us=30_000_000)
