import tracemalloc
from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.format.events import Clock, Event, Line, Marker, Outcome, Taken, Trouble, to_payload
from recorder.format.pack import MAX_TIME_US, pack
from recorder.format.packet import Packet
from recorder.format.screen import MAX_CODEC, Configuration
from recorder.format.segment import MAX_TRACKS
from recorder.format.snapshot import Snapshot
from recorder.format.summary import ACTIVE, MAX_STEPS, MAX_SUMMARY, STEP_US, Summary, read_summary
from recorder.format.summing import MAX_THUMBNAILS, SummaryBuilder
from tests.recorder.format.arbitrary import TRACKS, events, snapshots, streams, values

SCREEN = "screen/customer"


def builder_of(packets: Iterable[Packet]) -> SummaryBuilder:
    builder = SummaryBuilder()
    for packet in packets:
        builder.add(packet, offset=1444)
    return builder


def summed(packets: Iterable[Packet]) -> Summary:
    return read_summary(builder_of(packets).to_bytes())


def packet_of(event: Event, time_us: int = 0) -> Packet:
    return Packet(event.TRACK, time_us, to_payload(event))


@given(streams())
def test_tracks_are_counted(packets: list[Packet]) -> None:
    summary = summed(packets)
    assert summary.duration_us == max((one.time_us for one in packets), default=0)
    assert [one.name for one in summary.tracks] == sorted({one.track for one in packets})
    for track in summary.tracks:
        own = [one for one in packets if one.track == track.name]
        assert (track.packets, track.size) == (
            sum(not one.configuration for one in own),
            sum(len(one.payload) for one in own),
        )
        assert (track.first_us, track.last_us) == (own[0].time_us, own[-1].time_us)
        if track.name.startswith("screen/"):
            assert track.keyframes == sum(one.keyframe for one in own)
            last = [Configuration.read(one.payload) for one in own if one.configuration][-1]
            assert (track.codec, track.width_px, track.height_px) == (last.codec, last.width_px, last.height_px)
        else:
            assert (track.codec, track.keyframes) == (None, None)


@given(st.lists(st.tuples(st.integers(0, 2**40), events), max_size=20))
def test_events_are_listed_in_order_without_clocks_and_categories(told: list[tuple[int, Event]]) -> None:
    summary = summed(packet_of(event, time_us) for time_us, event in told)
    for track, listed in summary.events.items():
        own = [(at, event) for at, event in told if track == event.TRACK and not isinstance(event, Clock)]
        assert listed.count == len(own)
        assert listed.events is not None
        assert [(at, _without_categories(event)) for at, event in own] == list(listed.events)
    clocks = [max(0, event.wall_us - at) for at, event in told if isinstance(event, Clock)]
    assert summary.began_wall_us == (clocks[0] if clocks else None)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from(TRACKS), st.integers(0, MAX_TIME_US - 1) | st.integers(0, 2**37), st.integers(0, 9))
    )
)
def test_activity_is_the_bytes_of_each_step_and_a_longer_part_has_longer_steps(
    told: list[tuple[str, int, int]],
) -> None:
    activity = summed(Packet(track, at, b"x" * 3**size) for track, at, size in told).activity
    active = [(track.partition("/")[0], at, 3**size) for track, at, size in told]
    active = [one for one in active if one[0] in ACTIVE]
    last_us = max((at for _, at, _ in active), default=0)
    step_us = STEP_US
    while last_us // step_us >= MAX_STEPS:
        step_us *= 2
    assert activity.step_us == step_us
    assert set(activity.levels) == {of for of, _, _ in active}
    for of, levels in activity.levels.items():
        sizes: dict[int, int] = {}
        for _, at, size in (one for one in active if one[0] == of):
            sizes[at // step_us] = sizes.get(at // step_us, 0) + size
        assert len(levels) == max(sizes) + 1 <= MAX_STEPS
        assert {step: level for step, level in enumerate(levels) if level} == {
            step: size.bit_length() for step, size in sizes.items()
        }


def test_configurations_are_no_activity() -> None:
    payload = Configuration(codec="vp9", width_px=1, height_px=1).to_payload()
    assert summed([Packet(SCREEN, 0, payload, configuration=True)]).activity.levels == {}


def test_a_list_that_is_too_long_is_missing_and_takes_no_memory() -> None:
    line = Line(by=1, text="a" * 60_000)
    builder = builder_of([packet_of(Marker(name="here"), 7)])
    tracemalloc.start()
    for number in range(2000):
        builder.add(packet_of(line, number), offset=0)
    taken, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert taken < MAX_SUMMARY
    assert peak < 3 * MAX_SUMMARY
    summary = read_summary(builder.to_bytes())
    assert (summary.events["chat"].count, summary.events["chat"].events) == (2000, None)
    assert summary.of(Marker) == [(7, Marker(name="here"))]
    assert summary.of(Line) == []


def test_of_several_long_lists_the_longest_go_first() -> None:
    told: list[Event] = [Line(by=1, text="a" * 60_000)] * 9
    told += [Marker(name="b" * 60_000)] * 8
    told += [Trouble(what="c" * 60_000)] * 7
    summary = summed(packet_of(event) for event in told)
    assert summary.events["chat"].events is None
    assert len(summary.of(Marker)) == 8
    assert len(summary.of(Trouble)) == 7
    assert [summary.events[track].count for track in ("chat", "markers", "recording")] == [9, 8, 7]


def test_a_list_of_exactly_960_kib_fits_and_a_byte_more_does_not() -> None:
    room = 983_040
    text = "a" * 60_000
    one = len(pack((0, {"kind": "line", "by": 1, "text": text, "audience": "all"})))
    rest = room - 16 * one - (one - len(text))
    told = [Line(by=1, text=text)] * 16
    for more, fits in ((rest, True), (rest + 1, False)):
        summary = summed(packet_of(event) for event in [*told, Line(by=1, text="a" * more)])
        assert (summary.events["chat"].events is not None) == fits


def test_what_a_hostile_part_holds_fits_too() -> None:
    builder = SummaryBuilder()
    for number in range(MAX_TRACKS + 5):
        name = f"screen/{number:057}"
        configuration = Configuration(codec="x" * MAX_CODEC, width_px=16_384, height_px=16_384)
        builder.add(
            Packet(name, MAX_TIME_US - 1, configuration.to_payload(), configuration=True), offset=MAX_TIME_US - 1
        )
    for number in range(MAX_STEPS):
        for track in ("screen/" + "0" * 57, "pointer/a", "chat"):
            builder.add(Packet(track, number * STEP_US, b"x" * (number * 7919 % 5000)), offset=0)
    for number in range(2 * MAX_THUMBNAILS):
        builder.add(Packet("thumbnails", MAX_TIME_US - 1, b""), offset=MAX_TIME_US - 1 - number)
    for event in (
        Outcome(outcome="a" * 60_000, note="b" * 60_000), Marker(name="c" * 60_000), Line(by=1, text="d" * 60_000),
    ):  # fmt: skip
        for _ in range(16):
            builder.add(packet_of(event), offset=0)
    raw = builder.to_bytes()
    assert len(raw) <= MAX_SUMMARY
    summary = read_summary(raw)
    assert len(summary.tracks) == MAX_TRACKS
    assert len(summary.thumbnails) <= MAX_THUMBNAILS


@given(st.lists(st.tuples(st.sampled_from(TRACKS), st.booleans(), values | st.dictionaries(
    st.sampled_from(["kind", "text", "by", "audience", "wall_us", "name", "codec", "width", "height"]),
    st.sampled_from(["line", "clock", "marker", 1, 2**53, -1, None, "all", True, 1.5, [[]]]),
)), max_size=10))  # fmt: skip
def test_whatever_is_in_the_packets_the_summary_can_be_read(told: list[tuple[str, bool, object]]) -> None:
    packets = [Packet(track, 5, pack(value), configuration=flag) for track, flag, value in told]
    assert len(summed(packets).tracks) == len({one.track for one in packets})


def test_fields_that_are_not_known_are_left_out_however_deep_they_are() -> None:
    deep = b"\x91" * 900 + b"\x01"
    known = pack({"kind": "marker", "name": "here"})
    summary = summed([Packet("markers", 1, b"\x83" + known[1:] + pack("deep") + deep)])
    assert summary.of(Marker) == [(1, Marker(name="here"))]


@given(snapshots)
def test_a_snapshot_is_listed_though_its_categories_are_not(snapshot: Snapshot) -> None:
    summary = summed([packet_of(Taken(of=1, snapshot=snapshot), 3)])
    ((time_us, event),) = summary.of(Taken)
    assert (time_us, event) == (3, _without_categories(Taken(of=1, snapshot=snapshot)))


def test_thumbnails_are_thinned_and_keep_their_first() -> None:
    builder = SummaryBuilder()
    for number in range(1000):
        builder.add(Packet("thumbnails", number, b""), offset=2000 + number)
    thumbnails = read_summary(builder.to_bytes()).thumbnails
    assert MAX_THUMBNAILS // 2 <= len(thumbnails) <= MAX_THUMBNAILS
    assert thumbnails[0] == (0, 2000)
    assert thumbnails == tuple(sorted(thumbnails))


def _without_categories(event: Event) -> Event:
    return replace(event, snapshot=replace(event.snapshot, categories=())) if isinstance(event, Taken) else event
