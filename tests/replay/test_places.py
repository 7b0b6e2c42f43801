import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.format.packet import kind
from recorder.format.segment import read_segment
from replay.places import LeafPlaces, Place, Places, SeenPlaces
from replay.recording import Placed, Recording
from tests.memory import MemoryGrowing, MemorySource
from tests.recorder.writing import SCREEN
from tests.replay.sessions import AGENT, KEYS, Maker, flipped, made, recording_of
from vault.block import BlockType
from vault.reader import SealedFile

THIRD = "screen/third"
S = 1_000_000
MANY = made(range(0, 100 * S, 300_000), (SCREEN, AGENT))  # more blocks than a leaf of the index names
THREE = made(range(0, 40 * S, 400_000), (SCREEN, AGENT, THIRD), every=30)


def sealed(data: bytes) -> SealedFile:
    return SealedFile(MemorySource(data), KEYS)


def by_leaves(data: bytes, *, many_screens: bool = False) -> LeafPlaces:
    file = sealed(data)
    assert file.leaves is not None
    return LeafPlaces(file, file.leaves, many_screens=many_screens)


def by_reading(data: bytes) -> SeenPlaces:
    file, places = sealed(data), SeenPlaces()
    for block in file.walk().blocks():
        opened = file.open(block)
        if opened.type == BlockType.DATA:
            places.note(read_segment(opened.payload), block.entry)
    return places


def borders(data: bytes) -> tuple[list[int], list[int]]:
    """Return the times and offsets of all segments."""
    file = sealed(data)
    entries = list(file.entries())
    return [read_segment(file.read(entry).payload).time_us for entry in entries], [entry.offset for entry in entries]


def same(one: Places, other: Places, times_us: list[int], offsets: list[int]) -> bool:
    around = [time_us + off for time_us in times_us for off in (-1, 0, 1)]
    return [one.of(time_us) for time_us in around] == [other.of(time_us) for time_us in around] and [
        one.time_at(offset + off) for offset in offsets for off in (0, 1)
    ] == [other.time_at(offset + off) for offset in offsets for off in (0, 1)]


def test_the_index_says_what_reading_everything_says() -> None:
    file = sealed(MANY.data)
    assert file.leaves
    assert len(file.leaves) > 1
    assert same(by_leaves(MANY.data), by_reading(MANY.data), *borders(MANY.data))


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 3 * S), st.booleans(), st.sampled_from([SCREEN, AGENT])), max_size=60))
def test_for_any_recording_the_index_says_what_reading_everything_says(pictures: list[tuple[int, bool, str]]) -> None:
    growing, at_us = MemoryGrowing(), 0
    maker = Maker(growing)
    for later_us, keyframe, track in pictures:
        at_us += later_us
        maker.picture(at_us, track, keyframe=keyframe, size=(16, 16))
    maker.finish()
    data = bytes(growing.data)
    assert same(by_leaves(data), by_reading(data), *borders(data))


def test_labels_name_two_screens_and_the_segments_all_of_them() -> None:
    times_us, offsets = borders(THREE.data)
    assert same(by_leaves(THREE.data, many_screens=True), by_reading(THREE.data), times_us, offsets)
    assert not same(by_leaves(THREE.data), by_reading(THREE.data), times_us, offsets)


@pytest.mark.parametrize("times_us", [range(0, 40 * S, 400_000)])
def test_every_screen_of_many_can_be_shown_from_where_its_time_is_read(times_us: range) -> None:
    recording = recording_of(THREE.data)
    for time_us in times_us:
        shown = {one for one in THREE.truth.shown if THREE.truth.at(one, time_us)}
        found: set[str] = set()
        for one in recording.packets_from(time_us)():
            assert isinstance(one, Placed)
            if one.packet.time_us > time_us:
                break
            if one.packet.keyframe and kind(one.packet.track) == "screen":
                found.add(one.packet.track)
        assert found == shown


def test_a_leaf_that_is_damaged_leaves_what_is_before_it() -> None:
    whole, (_, second, *_) = by_leaves(MANY.data), sealed(MANY.data).leaves or ()
    places = by_leaves(flipped(MANY.data, second.offset + 80))
    times_us, offsets = borders(MANY.data)
    assert [places.of(time_us) for time_us in times_us[:64]] == [whole.of(time_us) for time_us in times_us[:64]]
    assert {places.of(time_us) for time_us in times_us[64:128]} == {whole.of(times_us[63])}
    assert {places.time_at(offset) for offset in offsets[64:128]} == {times_us[64]}
    first, *_ = sealed(MANY.data).leaves or ()
    assert by_leaves(flipped(MANY.data, first.offset + 80)).of(times_us[30]) is None


@pytest.mark.parametrize("places", [LeafPlaces(sealed(MANY.data), ()), SeenPlaces()])
def test_where_there_is_nothing_nothing_is_found(places: Places) -> None:
    assert (places.of(0), places.of(S), places.time_at(0), places.time_at(9999)) == (None, None, 0, 0)


def test_before_the_first_segment_there_is_none() -> None:
    growing = MemoryGrowing()
    late = Maker(growing)
    late.writer._last_us = 5 * S
    late.pictures([5 * S]).finish()
    places = by_reading(bytes(growing.data))
    assert places.of(S) is not None  # whose recording it is stands at 0
    assert places.of(S) == places.of(0)
    assert SeenPlaces().of(S) is None


def test_a_label_that_leads_nowhere_is_not_followed() -> None:
    places = by_leaves(MANY.data)
    file = sealed(MANY.data)
    for time_us in borders(MANY.data)[0]:
        place = places.of(time_us)
        assert isinstance(place, Place)
        assert file.header.size <= place.start < place.end <= len(MANY.data)


def test_a_recording_finds_times_by_its_index_or_by_what_was_read_of_it() -> None:
    indexed, cut = recording_of(MANY.data), Recording(sealed(MANY.data[:-100]))
    assert (indexed.indexed, cut.indexed, cut.place(50 * S)) == (True, False, None)
    while cut.follow(most=10):
        pass
    assert cut.place(50 * S) == indexed.place(50 * S)
    assert (indexed.growing, cut.growing) == (False, True)
