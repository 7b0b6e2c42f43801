"""What is encoded is shown again: exactly, and where it is lossy nearly so."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.codec.decoder import TilesDecoder
from recorder.codec.encoder import TilesEncoder
from recorder.codec.grid import TILE, Flags, Grid, Pixels
from recorder.codec.photographic import photographic
from recorder.codec.wire import INDEXED, RAW, REFERENCE, Copy
from tests.recorder.codec.said import Reader
from tests.recorder.codec.screens import CHANGES, SAID, Change, Screen, said

SIZES: Final = (
    (1, 1), (16, 16), (15, 17), (33, 17), (1, 300), (300, 1), (160, 96), (257, 129), (1_000, 20), (20, 700),
)  # fmt: skip
# How far a lossy tile may be off, in levels: any pixel's light, a tile's light on average, and a tile's colour as a
# whole.  Its colours have half the resolution, so that those of one pixel may be anywhere beside a sharp edge.
MOST_LIGHT: Final = 40
MEAN_LIGHT: Final = 3
MEAN_COLOUR: Final = 9
LIGHT: Final = np.array((0.299, 0.587, 0.114))  # of red, green, blue

Step = tuple[Change, str, bool]  # what changes, how it is said, whether a keyframe is due
changes = st.tuples(st.sampled_from(sorted(CHANGES)), st.integers(0, 2**16))
steps = st.tuples(changes, st.sampled_from(SAID), st.integers(0, 9).map(lambda one: one == 9))


class WithoutMoves(TilesEncoder):
    """One that does not look whether something moved."""

    def _copies(self, dirty: Flags) -> list[Copy]:  # noqa: ARG002 - as it is called
        return []


def play(screen: Screen, encoder: TilesEncoder, script: Sequence[Step]) -> Iterator[tuple[bytes, bool]]:
    """Change the screen and give the packet of each change."""
    for at, (change, how, due) in enumerate(script):
        keyframe = due or at == 0
        changed = said(screen.change(change), how, screen, np.random.default_rng(at))
        frame = screen.frame
        before = frame.copy()
        calm = at % 3 == 2
        coded = encoder.encode(frame, changed, keyframe=keyframe, calm=calm)
        assert np.array_equal(frame, before)
        assert not (encoder.coarse and calm and not coded.moved)
        yield coded.payload, keyframe


def shown(decoder: TilesDecoder) -> Pixels:
    return np.ascontiguousarray(decoder.pixels).view(np.uint32)[..., 0] & np.uint32(0xFFFFFF)


def script_of(seed: int, count: int, which: Sequence[str] = tuple(CHANGES)) -> list[Step]:
    random = np.random.default_rng(seed)
    return [
        ((str(random.choice(which)), int(random.integers(2**16))), str(random.choice(SAID)), random.random() < 0.05)
        for _ in range(count)
    ]


def exactly(size: tuple[int, int], script: Sequence[Step]) -> None:
    screen, decoder = Screen(*size), TilesDecoder(*size)
    for payload, keyframe in play(screen, TilesEncoder(*size, lossy=False), script):
        decoder.feed(payload, keyframe=keyframe)
        assert np.array_equal(shown(decoder), screen.colours)


def nearly(size: tuple[int, int], script: Sequence[Step]) -> None:
    screen, decoder, grid = Screen(*size), TilesDecoder(*size), Grid(*size)
    encoder = TilesEncoder(*size)
    for payload, keyframe in play(screen, encoder, script):
        decoder.feed(payload, keyframe=keyframe)
        canvas = screen.canvas
        seen = canvas.copy()
        seen[: screen.height, : screen.width] = shown(decoder)
        now = grid.tiles(canvas).reshape(-1, TILE, TILE)
        off = levels(now) - levels(grid.tiles(seen).reshape(-1, TILE, TILE))
        assert not off[~photographic(now)].any()
        light = np.abs(off @ LIGHT)
        assert light.max() <= MOST_LIGHT
        assert light.mean(axis=(1, 2)).max() <= MEAN_LIGHT
        assert np.abs(off.mean(axis=(1, 2))).max() <= MEAN_COLOUR


def levels(tiles: Pixels) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    return np.stack([(tiles >> shift & 255).astype(np.int64) for shift in (16, 8, 0)], axis=-1)


@settings(max_examples=500)
@given(st.sampled_from(SIZES), st.lists(steps, min_size=1, max_size=8))
def test_any_changes_are_shown_exactly_when_nothing_may_be_lossy(size: tuple[int, int], script: list[Step]) -> None:
    exactly(size, script)


@settings(max_examples=400)
@given(st.sampled_from(SIZES), st.lists(steps, min_size=1, max_size=8))
def test_any_changes_are_shown_nearly_when_something_may_be_lossy(size: tuple[int, int], script: list[Step]) -> None:
    nearly(size, script)


@pytest.mark.parametrize("seed", range(8))
def test_a_long_session_is_shown_exactly(seed: int) -> None:
    exactly((611, 403), script_of(seed, 50))


@pytest.mark.parametrize("seed", range(8))
def test_photographs_that_are_moved_about_never_touch_what_is_exact(seed: int) -> None:
    nearly((523, 347), script_of(seed, 50, ("photograph", "photograph", "write", "scroll", "drag", "drag")))


@pytest.mark.parametrize("kinds", [("write", "scroll"), ("write", "fill", "drag"), tuple(CHANGES)], ids="+".join)
def test_looking_for_what_moved_costs_no_bytes(kinds: tuple[str, ...]) -> None:
    size, saved = (640, 400), 0
    for seed in range(3):
        script = script_of(seed, 30, kinds)
        with_moves, without = (
            sum(len(payload) for payload, _ in play(Screen(*size), one(*size), script))
            for one in (TilesEncoder, WithoutMoves)
        )
        assert with_moves <= 1.03 * without
        saved += without - with_moves
    assert saved > 0


def test_a_tile_that_reaches_beyond_the_picture_is_only_good_for_its_own_place() -> None:
    size, referred = (104, 72), 0
    screen, encoder, reader = Screen(*size), TilesEncoder(*size, lossy=False), Reader(*size)
    places = list[int]()  # of the tiles by their numbers
    # The same few changes again and again, so that tiles come back.
    script = [((which, number % 5), how, False) for (which, number), how, _ in script_of(7, 60, ("fill", "write"))]
    for payload, keyframe in play(screen, encoder, script):
        said_ = reader.read(payload, keyframe=keyframe)
        repeated = said_.kinds == REFERENCE
        places += said_.places[~repeated].tolist()
        numbers = said_.references.tolist()
        for place, number in zip(said_.places[repeated].tolist(), numbers, strict=True):
            here, there = reader.grid.beyond(np.array([place, places[number]]))
            assert place == places[number] if here or there else not there
            referred += int(here)
    assert referred


def test_what_came_again_is_referred_to() -> None:
    screen, encoder, reader = Screen(320, 320), TilesEncoder(320, 320), Reader(320, 320)
    first, other = screen.frame.copy(), Screen(320, 320)
    first.view(np.uint32)[..., 0] = np.arange(320 * 320, dtype=np.uint32).reshape(320, 320)
    everything = [(0, 0, 320, 320)]
    reader.read(encoder.encode(first, [], keyframe=True).payload, keyframe=True)
    reader.read(encoder.encode(other.frame, everything, keyframe=False).payload, keyframe=False)
    again = reader.read(encoder.encode(first, everything, keyframe=False).payload, keyframe=False)
    assert again.kinds.tolist() == [REFERENCE] * 400


def test_more_tiles_than_are_kept_in_an_interval() -> None:
    size, grid = (512, 512), Grid(512, 512)
    encoder, decoder = TilesEncoder(*size, lossy=False), TilesDecoder(*size)
    everything, reader, kinds = [(0, 0, *size)], Reader(*size), []
    # Every tile has its number written in it, in two colours; at the end the first come again, then the last.
    turns = [*range(66), 0, 65, 2]
    for at, turn in enumerate(turns):
        numbers = np.arange(grid.count, dtype=np.uint32) + np.uint32(turn * grid.count)
        bits = numbers[:, None] >> np.arange(32, dtype=np.uint32) & np.uint32(1)
        canvas = grid.canvas()
        tiles = np.tile(bits, (1, 8)).reshape(grid.rows, grid.columns, TILE, TILE)
        grid.tiles(canvas)[:] = tiles * np.uint32(0x203040) + np.uint32(0x808080)
        frame = canvas.view(np.uint8).reshape(*canvas.shape, 4)
        payload = encoder.encode(frame, everything, keyframe=at == 0).payload
        decoder.feed(payload, keyframe=at == 0)
        assert np.array_equal(shown(decoder), canvas)
        kinds.append(set(reader.read(payload, keyframe=at == 0).kinds.tolist()))
    assert kinds[-3:] == [{INDEXED}, {REFERENCE}, {INDEXED}]


def test_more_colours_than_there_may_be_in_an_interval() -> None:
    size, grid = (512, 576), Grid(512, 576)
    encoder, decoder, reader = TilesEncoder(*size, lossy=False), TilesDecoder(*size), Reader(*size)
    every = list[int]()
    for turn in range(3):
        canvas = grid.canvas()
        colours = np.arange(grid.count * 60, dtype=np.uint32).reshape(grid.count, 60) + np.uint32(turn * 10**6)
        tiles = np.concatenate((colours, np.repeat(colours[:, :1], 196, axis=1)), axis=1)
        grid.tiles(canvas)[:] = tiles.reshape(grid.rows, grid.columns, TILE, TILE)
        frame = canvas.view(np.uint8).reshape(*canvas.shape, 4)
        payload = encoder.encode(frame, [(0, 0, *size)], keyframe=turn == 0).payload
        decoder.feed(payload, keyframe=turn == 0)
        assert np.array_equal(shown(decoder), canvas)
        every += reader.read(payload, keyframe=turn == 0).kinds.tolist()
    assert RAW in every


def test_what_did_not_change_takes_a_few_bytes_whatever_is_said_of_it() -> None:
    screen, encoder = Screen(640, 480), TilesEncoder(640, 480)
    screen.change(("write", 4))
    encoder.encode(screen.frame, [], keyframe=True)
    for changed in ([], [(0, 0, 640, 480)], [(3, 3, 4, 4)] * 50):
        coded = encoder.encode(screen.frame, changed, keyframe=False)
        assert len(coded.payload) < 24
        assert not len(coded.dear)
        assert not coded.moved


def test_a_scrolled_text_is_copied_and_its_new_lines_are_all_that_is_said() -> None:
    screen, encoder, reader = Screen(640, 480), TilesEncoder(640, 480), Reader(640, 480)
    page = Screen(640, 600)
    for number in range(6):
        page.change(("write", number))
    screen.pixels[:] = page.pixels[:480]
    reader.read(encoder.encode(screen.frame, [], keyframe=True).payload, keyframe=True)
    screen.pixels[:] = page.pixels[37:517]
    coded = encoder.encode(screen.frame, [(0, 0, 640, 480)], keyframe=False)
    said_ = reader.read(coded.payload, keyframe=False)
    assert coded.moved
    assert {(one.from_left - one.left, one.from_top - one.top) for one in said_.copies} == {(0, 37)}
    assert len(said_.places) <= 40 * 4


def test_what_was_coarse_while_it_moved_is_fine_once_it_is_calm_and_stays_so() -> None:
    screen, encoder, decoder = Screen(640, 480), TilesEncoder(640, 480), TilesDecoder(640, 480)
    page = Screen(640, 1_280)
    for number in range(3):
        page.change(("photograph", number))
    whole, sizes, errors = [(0, 0, 640, 480)], list[int](), list[float]()

    def encode(first_row: int, *, calm: bool) -> None:
        screen.pixels[:] = page.pixels[first_row : first_row + 480]
        coded = encoder.encode(screen.frame, whole, keyframe=not sizes, calm=calm)
        decoder.feed(coded.payload, keyframe=not sizes)
        sizes.append(len(coded.payload))
        errors.append(float(np.square(levels(shown(decoder)) - levels(screen.colours)).mean()))

    encode(0, calm=False)
    assert not encoder.coarse
    for row in range(53, 300, 53):
        encode(row, calm=False)
    assert encoder.coarse
    encode(row, calm=False)
    assert errors[-1] == errors[-2]
    encode(row, calm=True)
    assert not encoder.coarse
    coarse = errors[-2]
    assert errors[-1] < coarse
    encode(row, calm=True)
    assert sizes[-1] < 24
    # What comes back is no longer what was coarse.
    screen.pixels[:] = 0
    decoder.feed(encoder.encode(screen.frame, whole, keyframe=False).payload, keyframe=False)
    encode(row, calm=False)
    assert not encoder.coarse
    assert errors[-1] < coarse


def test_a_keyframe_needs_nothing_that_came_before() -> None:
    screen = Screen(333, 222)
    encoder = TilesEncoder(333, 222, lossy=False)
    for payload, keyframe in play(screen, encoder, [(change, how, True) for change, how, _ in script_of(3, 12)]):
        alone = TilesDecoder(333, 222)
        alone.feed(payload, keyframe=keyframe)
        assert np.array_equal(shown(alone), screen.colours)


def test_the_same_pictures_give_the_same_packets_and_a_seed_changes_no_pixel() -> None:
    script = script_of(5, 25)
    packets = [list(play(Screen(200, 150), TilesEncoder(200, 150, seed=seed), script)) for seed in (1, 1, 2**64 - 1)]
    assert packets[0] == packets[1] == packets[2]


def test_photographs_are_named_by_their_place_also_when_they_stay_exact() -> None:
    screen = Screen(160, 160)
    screen.change(("photograph", 3))
    tiles = screen.grid.tiles(screen.canvas).reshape(-1, TILE, TILE)
    for lossy in (True, False):
        coded = TilesEncoder(160, 160, lossy=lossy).encode(screen.frame, [], keyframe=True)
        assert coded.dear.tolist() == np.flatnonzero(photographic(tiles)).tolist()
        assert coded.decode_us > 0
