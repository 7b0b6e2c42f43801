"""Colours by number, in the order in which they come."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recorder.codec.colours import _MANY, Colours
from recorder.codec.grid import Pixels
from recorder.codec.wire import MAX_COLOURS


def tile_of(colours: Pixels) -> Pixels:
    """Return a tile of these colours, each once but the last."""
    return np.pad(colours, (0, 256 - len(colours)), "edge").reshape(1, 256)


class Learner:
    """A reader of the same numbers.  It owns the list of colours."""

    def __init__(self) -> None:
        self.colours, self.known = Colours(), np.zeros(0, np.uint32)

    def take(self, tiles: Pixels) -> tuple[int, int]:
        """Return how many colours are new and how many tiles raw; all others come back as they are."""
        new, indexed, raw = self.colours.number(tiles)
        assert len(np.unique(new)) == len(new)
        assert not np.isin(new, self.known).any()
        self.known = np.concatenate((self.known, new))
        assert len(self.known) <= MAX_COLOURS
        assert np.array_equal(self.known[indexed], tiles[~raw])
        return len(new), int(np.count_nonzero(raw))


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 2_000), st.integers(0, 2**16)), max_size=6))
def test_numbers_are_those_of_a_reader_that_learns_them(turns: list[tuple[int, int, int]]) -> None:
    learner = Learner()
    for count, variety, seed in turns:
        random = np.random.default_rng(seed)
        some = random.integers(0, 2**24, variety, np.uint32)
        learner.take(random.choice(some, (count, 256)))


def test_colours_next_to_each_other_are_each_told_once() -> None:
    learner = Learner()
    assert learner.take(np.repeat(np.arange(16, dtype=np.uint32), 16).reshape(1, 256)) == (16, 0)
    assert learner.take(np.tile(np.arange(17, dtype=np.uint32), 16)[:256].reshape(1, 256)) == (1, 0)


def test_a_tile_of_many_new_colours_stays_as_it_is_and_teaches_none() -> None:
    learner = Learner()
    colours = np.arange(256, dtype=np.uint32)
    assert learner.take(tile_of(colours[: _MANY + 1])) == (0, 1)
    assert learner.take(tile_of(colours[:_MANY])) == (_MANY, 0)
    assert learner.take(tile_of(colours[: _MANY + 1])) == (1, 0)


def test_what_a_raw_tile_has_a_later_one_can_still_teach() -> None:
    learner = Learner()
    noise = np.arange(256, dtype=np.uint32).reshape(1, 256)
    flat = np.full((1, 256), 7, np.uint32)
    assert learner.take(np.concatenate((noise, flat))) == (1, 1)


def test_when_all_numbers_are_given_only_known_colours_are_indexed() -> None:
    learner = Learner()
    every = np.arange(MAX_COLOURS + 60, dtype=np.uint32)
    for first in range(0, MAX_COLOURS - 60, 60):
        assert learner.take(tile_of(every[first : first + 60])) == (60, 0)
    left = MAX_COLOURS - 2 - len(learner.known)
    assert 0 < left < 60
    assert learner.take(tile_of(every[-60:])) == (0, 1)
    assert learner.take(tile_of(every[:60])) == (0, 0)
    assert learner.take(tile_of(every[-left:])) == (left, 0)
    assert learner.take(np.full((1, 256), 2**24 - 1, np.uint32)) == (0, 1)


def test_a_forgotten_colour_is_new_again() -> None:
    learner = Learner()
    tile = np.full((1, 256), 0x123456, np.uint32)
    assert learner.take(tile) == (1, 0)
    assert learner.take(tile) == (0, 0)
    learner.colours.forget()
    learner.known = np.zeros(0, np.uint32)
    assert learner.take(tile) == (1, 0)
