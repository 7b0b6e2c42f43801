import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.format.errors import FormatError, OversizeError, TruncatedError
from recorder.format.events import Event, Line, Marker
from recorder.format.pack import MAX_TIME_US, pack
from recorder.format.summary import MAX_SUMMARY, Activity, EventList, Summary, TrackFacts, read_summary
from tests.recorder.format.arbitrary import names, numbers, plain_events
from tests.vectors.vector import Vector, vectors

GOOD = [vector for vector in vectors("recorder", "summary") if vector["open"] == "ok" and len(vector.body) < 2000]
sides = st.integers(0, 16_384)
facts = st.builds(
    TrackFacts,
    name=names, packets=numbers, size=numbers, first_us=numbers, last_us=numbers, keyframes=st.none() | numbers,
)  # fmt: skip
shown = st.builds(
    TrackFacts,
    name=names, packets=numbers, size=numbers, first_us=numbers, last_us=numbers, keyframes=st.none() | numbers,
    codec=st.text(max_size=16), width_px=sides, height_px=sides,
)  # fmt: skip


@given(facts | shown)
def test_facts_that_are_written_are_read(one: TrackFacts) -> None:
    assert TrackFacts.read(one.to_fields()) == one


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector.name)
def test_cut_anywhere_it_ends_too_early_and_followed_by_anything_it_is_malformed(vector: Vector) -> None:
    for size in range(len(vector.body)):
        with pytest.raises(TruncatedError):
            read_summary(vector.body[:size])
    with pytest.raises(FormatError):
        read_summary(vector.body + b"\x00")


def test_one_that_is_larger_than_its_block_is_not_looked_at() -> None:
    fields = {"duration_us": 0, "tracks": [], "more": b""}
    more = MAX_SUMMARY - len(pack(fields | {"more": bytes(70_000)})) + 70_000
    assert read_summary(b"\x01" + pack(fields | {"more": bytes(more)})).duration_us == 0
    with pytest.raises(OversizeError):
        read_summary(b"\x01" + pack(fields | {"more": bytes(more + 1)}))


@given(st.lists(st.tuples(st.integers(0, MAX_TIME_US - 1), plain_events), max_size=10))
def test_events_are_found_by_their_kind(told: list[tuple[int, Event]]) -> None:
    lists: dict[str, EventList] = {
        track: EventList(count=9, events=tuple(one for one in told if track == one[1].TRACK))
        for track in {event.TRACK for _, event in told}
    }
    summary = Summary(duration_us=0, began_wall_us=None, tracks=(), events=lists, thumbnails=(), activity=Activity())
    for kind in (Line, Marker):
        assert summary.of(kind) == [one for one in told if isinstance(one[1], kind)]


def test_screens_are_the_tracks_of_that_kind() -> None:
    tracks = [
        TrackFacts(name=name, packets=1, size=1, first_us=0, last_us=0)
        for name in ("chat", "screen/agent", "pointer/agent", "screens")
    ]
    summary = Summary(
        duration_us=0, began_wall_us=None, tracks=tuple(tracks), events={}, thumbnails=(), activity=Activity()
    )
    assert summary.of(Line) == []
