import resource
import tracemalloc
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recorder.capture.frame import Frame, Region
from recorder.encode import open_encoder
from recorder.format.packet import Packet
from recorder.format.screen import Configuration
from replay.decoders import MAX_PIXELS, UNDECODABLE
from replay.pictures import ScreenDecoder
from replay.recording import Placed
from replay.scene import DAMAGED, NOTHING_YET
from tests.memory import MemoryGrowing
from tests.recorder.films import films
from tests.recorder.writing import SCREEN
from tests.replay.sessions import Made, Maker, made, recording_of

STEP_US = 100_000
FILMS = {codec: made(range(0, 30 * STEP_US, STEP_US), every=10, codec=codec) for codec in ("h264", "vp9")}
H264 = FILMS["h264"]


def packets(film: Made = H264) -> list[Packet]:
    found = [one.packet for one in recording_of(film.data).packets() if isinstance(one, Placed)]
    return [one for one in found if one.track == SCREEN]


def keyframes(film: Made = H264) -> list[int]:
    return [at for at, one in enumerate(packets(film)) if one.keyframe]


def decoder(fed: Sequence[Packet]) -> ScreenDecoder:
    made = ScreenDecoder()
    for packet in fed:
        made.feed(packet)
    return made


def right(made: ScreenDecoder, film: Made, time_us: int) -> bool:
    found, expected = made.at(time_us), film.truth.at(SCREEN, time_us)
    assert expected
    return found is not None and found.time_us == expected[0] and (found.pixels[..., :3] == expected[1]).all()


@pytest.mark.parametrize("film", FILMS.values(), ids=list(FILMS))
def test_every_picture_comes_out_bit_for_bit_at_once(film: Made) -> None:
    made = ScreenDecoder()
    for packet in packets(film):
        made.feed(packet)
        assert made.complete(packet.time_us)
        if not packet.configuration:
            assert right(made, film, packet.time_us + 1)
            assert not made.at(packet.time_us + 1).pixels.flags.writeable  # type: ignore[union-attr] # right() saw it


@pytest.mark.parametrize("film", FILMS.values(), ids=list(FILMS))
def test_it_begins_at_any_keyframe(film: Made) -> None:
    for at in keyframes(film):
        fed = packets(film)[at - 1 :]
        assert right(decoder(fed), film, fed[-1].time_us)


def test_before_anything_was_fed_nothing_is_shown() -> None:
    made = ScreenDecoder()
    assert (made.at(0), made.why, made.complete(0)) == (None, NOTHING_YET, True)
    assert (decoder(packets()[:1]).at(9), made.since_us) == (None, None)


def test_where_something_is_missing_nothing_is_shown_up_to_the_next_keyframe() -> None:
    one, two, *_ = keyframes()
    fed = packets()
    made = decoder(fed[: one + 4])
    lost_us = fed[one + 3].time_us + 7
    made.lose(DAMAGED, time_us=lost_us)
    for packet in fed[one + 6 :]:
        made.feed(packet)
    assert right(made, H264, lost_us - 1)
    assert (made.at(lost_us), made.why, made.since_us) == (None, DAMAGED, lost_us)
    assert made.at(fed[two].time_us - 1) is None
    assert right(made, H264, fed[two].time_us)
    assert made.why is None


def test_a_picture_without_the_keyframe_it_builds_on_is_not_shown() -> None:
    made = decoder([packets()[0], *packets()[2:5]])
    assert (made.at(STEP_US * 9), made.why) == (None, DAMAGED)
    once_more = decoder([*packets()[:5], packets()[0], packets()[5]])  # a configuration, and then no keyframe
    assert (once_more.at(STEP_US * 9), once_more.why) == (None, DAMAGED)


CONFIGURATION = Configuration(codec="h264", width_px=64, height_px=48)


def configured(configuration: Configuration, payload: bytes = b"", *, rest: Sequence[bytes] = ()) -> ScreenDecoder:
    first = Packet(SCREEN, 0, configuration.to_payload(), configuration=True)
    key = Packet(SCREEN, 0, payload or packets()[1].payload, keyframe=True)
    return decoder([first, key, *(Packet(SCREEN, at, one) for at, one in enumerate(rest, 1))])


@pytest.mark.parametrize(
    ("configuration", "why"),
    [
        (Configuration(codec="vvc", width_px=64, height_px=48), "does not know the codec 'vvc'"),
        (Configuration(codec="\x1b[2J", width_px=64, height_px=48), r"codec '\x1b[2J'"),
        (Configuration(codec="h264", width_px=16_384, height_px=16_384), "16384 × 16384 is too large"),
        (Configuration(codec="h264", width_px=8_193, height_px=8_192), "too large"),
        (Configuration(codec="h264", width_px=65, height_px=48), UNDECODABLE),
        (Configuration(codec="h264", width_px=64, height_px=49), UNDECODABLE),
        (Configuration(codec="h264", width_px=8_192, height_px=8_192), UNDECODABLE),
        (Configuration(codec="vp9", width_px=64, height_px=48), UNDECODABLE),
        (Configuration(codec="vp8", width_px=64, height_px=48), UNDECODABLE),
        (Configuration(codec="av1", width_px=64, height_px=48), UNDECODABLE),
    ],
)
def test_what_cannot_be_shown_says_why(configuration: Configuration, why: str) -> None:
    made = configured(configuration)
    made.finish()
    assert made.at(9) is None
    assert made.why
    assert why in made.why or (configuration.codec != "h264" and made.why in (UNDECODABLE, NOTHING_YET))


def test_a_picture_may_be_larger_than_its_configuration_says_by_a_little() -> None:
    small = configured(Configuration(codec="h264", width_px=60, height_px=40)).at(0)
    assert small is not None
    assert small.size == (60, 40)
    assert (small.pixels[..., :3] == H264.truth.shown[SCREEN][0][1][:40, :60]).all()


def test_a_stream_much_larger_than_it_says_is_not_decoded() -> None:
    film = made([0], every=1)
    large = Configuration(codec="h264", width_px=1, height_px=1)
    assert configured(large, packets(film)[1].payload).at(0) is not None  # 64 px more are in the law
    payload = hollow()
    tracemalloc.start()
    huge = configured(CONFIGURATION, payload)
    found, (_, peak) = huge.at(0), tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (found, huge.why) == (None, UNDECODABLE)
    assert peak < 1024 * 1024


def hollow() -> bytes:
    """Return a keyframe of 3 840 × 2 160 px."""
    pixels = np.zeros((2160, 3840, 4), np.uint8)
    encoder = open_encoder(3840, 2160)
    payload = encoder.encode(
        Frame(time_us=0, pixels=pixels, changed=(Region(0, 0, 3840, 2160),)), keyframe=True
    ).payload
    encoder.close()
    return payload


def test_the_largest_picture_that_is_claimed_costs_nothing_until_it_comes() -> None:
    before_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(20):
        configured(Configuration(codec="h264", width_px=8_192, height_px=MAX_PIXELS // 8_192)).at(0)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_kib < 100 * 1024


RUBBISH = [b"\0", b"\xff" * 100, b"\0\0\1" * 50, b"\0\0\0\1\x67" + bytes(20), b"\0\0\0\1\x65" + b"\x88" * 500]


@pytest.mark.parametrize("codec", ["h264", "vp9", "vp8", "av1"])
@pytest.mark.parametrize("payload", [*RUBBISH, packets()[1].payload[:60]], ids=range(len(RUBBISH) + 1))
def test_rubbish_is_left_out_and_a_keyframe_helps(codec: str, payload: bytes) -> None:
    made = configured(Configuration(codec=codec, width_px=64, height_px=48), payload, rest=[payload, b"", payload])
    made.at(2)
    for packet in packets():
        made.feed(Packet(SCREEN, packet.time_us + 9, packet.payload, packet.keyframe, packet.configuration))
    assert made.complete(30 * STEP_US)
    last, expected = made.at(30 * STEP_US), H264.truth.shown[SCREEN][-1][1]
    assert last is not None
    assert (last.pixels[..., :3] == expected).all()


def test_rubbish_between_good_pictures_never_brings_wrong_ones_later_than_the_next_keyframe() -> None:
    fed = packets()
    _, two, *_ = keyframes()
    made = decoder(fed[:5])
    made.feed(Packet(SCREEN, fed[4].time_us + 1, b"\xff" * 99))
    made.feed(Packet(SCREEN, fed[4].time_us + 2, b""))
    for packet in fed[5:]:
        made.feed(packet)
    assert made.complete(30 * STEP_US)
    assert right(made, H264, fed[two].time_us)
    assert right(made, H264, fed[-1].time_us)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 10_000), st.integers(0, 7)), max_size=6))
def test_changed_bits_break_nothing(changes: list[tuple[int, int, int]]) -> None:
    made = ScreenDecoder()
    for number, packet in enumerate(packets()):
        payload = bytearray(packet.payload)
        for at, place, bit in changes:
            if at == number and not packet.configuration:
                payload[place % len(payload)] ^= 1 << bit
        made.feed(Packet(SCREEN, packet.time_us, bytes(payload), packet.keyframe, packet.configuration))
        found = made.at(packet.time_us)
        assert found is None or found.size == (64, 48)
        assert len(made._waiting) == 0


def test_a_configuration_that_breaks_the_law_says_so() -> None:
    fed = packets()[:3]
    made = decoder([*fed, Packet(SCREEN, fed[2].time_us + 9, b"\x80", configuration=True)])
    assert right(made, H264, fed[2].time_us + 8)
    assert made.at(fed[2].time_us + 9) is None
    assert made.why
    assert "configuration" in made.why


def test_reordered_pictures_come_in_the_order_of_their_times(tmp_path_factory: pytest.TempPathFactory) -> None:
    growing = MemoryGrowing()
    maker = Maker(growing)
    maker.film(films(tmp_path_factory.mktemp("films"))("b.mp4"))
    maker.finish()
    film = Made(data=bytes(growing.data), truth=maker.truth)
    fed = packets(film)
    reorder = Configuration.read(fed[0].payload).reorder
    assert reorder > 0
    made = ScreenDecoder()
    for packet in fed:
        made.feed(packet)
        assert len(made._waiting) <= reorder
    assert not made.complete(fed[-1].time_us)
    made.finish()
    assert made.complete(fed[-1].time_us)
    for time_us, _ in film.truth.shown[SCREEN]:
        assert right(made, film, time_us)
    lost = decoder(fed[:8])
    waits_us = lost._waiting[0]
    lost.lose(DAMAGED, time_us=fed[7].time_us + 1)
    assert right(lost, film, waits_us - 1)
    assert lost.at(waits_us) is None


def test_what_is_passed_by_is_not_kept() -> None:
    made = ScreenDecoder()
    for packet in packets():
        made.feed(packet)
        made.pass_by(packet.time_us)
        assert len(made._decoded) <= 1
    assert right(made, H264, packets()[-1].time_us)
