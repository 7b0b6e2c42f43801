"""Video files as ffmpeg makes them: what is copied decodes to the same pictures at the same times."""

import os
import socket
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recorder.bitstreams import beginning, obu_types, parameter_sets
from recorder.errors import ImportVideoError
from recorder.format.screen import MAX_REORDER, Configuration
from recorder.video_file import Picture, VideoFile, ordered
from tests.recorder.films import Film, decoded, films, original, same
from tests.recorder.pictures import psnr
from vault.errors import BlobNotFoundError, StoreUnavailableError

COPIED = [
    "b.mp4", "b.mkv", "b.ts", "b.flv", "late.mp4", "late.mkv", "fragments.mp4", "bare.asf", "setless.asf", "vp9.webm",
    "vp9-444.webm", "vp9-10.webm", "vp8.webm", "av1.mp4", "av1.mkv", "svt.mp4", "odd.mp4", "odd.webm", "high10.mp4",
    "rates.mkv", "rates.mp4", "one.mp4", "two.mkv", "sound.mp4",
]  # fmt: skip
# Groups of pictures that lean on each other, sizes that change, pictures to be turned or left out, other codecs.
ANEW = [
    "open.mp4", "open.ts", "refresh.ts", "later.mkv", "headless.ts", "changing.ts", "changing.flv", "changing.avi",
    "turned.mp4", "trimmed.mp4", "hidden.webm", "hidden.ivf", "hevc.mp4", "mpeg4.avi", "odd.gif",
]  # fmt: skip


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Film:
    return films(tmp_path_factory.mktemp("films"))


def copy(path: Path) -> tuple[Configuration, list[Picture]]:
    with VideoFile(path) as video:
        order = video.order()
        assert order
        assert video.codec
        width_px, height_px = video.size
        reorder = order.reorder
        configuration = Configuration(codec=video.codec, width_px=width_px, height_px=height_px, reorder=reorder)
        return configuration, list(video.copied(order))


def groups(packets: list[Picture]) -> list[tuple[int, int]]:
    begins = [number for number, packet in enumerate(packets) if packet.keyframe]
    return list(pairwise([*begins, len(packets)]))


@pytest.mark.parametrize("name", COPIED)
def test_what_is_copied_has_the_laws_form_and_decodes_to_the_same_from_every_keyframe(film: Film, name: str) -> None:
    configuration, packets = copy(film(name))
    truth = original(film(name))
    assert same(decoded(configuration, packets), truth)
    found = groups(packets)
    assert found[0][0] == 0
    assert len(found) > 1 or len(packets) < 12
    for begin, end in found:
        assert same(decoded(configuration, packets[begin:end]), truth[begin:end])
    for packet in packets:
        if configuration.codec == "h264":
            assert packet.payload.startswith(b"\x00\x00\x00\x01")
            sets = parameter_sets(packet.payload).split(b"\x00\x00\x00\x01")[1:]
            assert not packet.keyframe or {one[0] & 31 for one in sets} == {7, 8}
        elif configuration.codec == "av1":
            assert packet.keyframe == (1 in obu_types(packet.payload))


@pytest.mark.parametrize("name", [*COPIED[:10], "vp8.webm", "av1.mkv", "odd.webm"])
def test_keyframes_tell_their_size_and_others_nothing(film: Film, name: str) -> None:
    configuration, packets = copy(film(name))
    told = {beginning(configuration.codec, one.payload) for one in packets if one.keyframe}
    assert {beginning(configuration.codec, one.payload) for one in packets if not one.keyframe} == {b""}
    width_px, height_px = configuration.width_px, configuration.height_px
    match configuration.codec:
        case "vp9":
            assert told == {(width_px - 1).to_bytes(2) + (height_px - 1).to_bytes(2)}
        case "vp8":
            assert told == {width_px.to_bytes(2, "little") + height_px.to_bytes(2, "little")}
        case _:
            assert len(told) == 1
            assert len(next(iter(told))) > 4


@pytest.mark.parametrize("name", [*ANEW, *COPIED[:3]])
def test_what_cannot_be_copied_is_decoded_as_it_is_shown(film: Film, name: str) -> None:
    with VideoFile(film(name)) as video:
        assert name in COPIED or video.order() is None
        shown = [(at_us, pixels[..., :3]) for at_us, pixels in video.pictures()]
        assert all(pixels.flags.c_contiguous and pixels.shape[2] == 4 for _, pixels in video.pictures())
    assert same(shown, original(film(name)))


@pytest.mark.parametrize("name", sorted({*COPIED, *ANEW} - {"changing.ts"}))  # FFmpeg sees damage where it is joined
def test_nothing_is_missed_in_a_whole_file(film: Film, name: str) -> None:
    with VideoFile(film(name)) as video:
        order = video.order()
        times = [one.time_us for one in video.copied(order)] if order else [at_us for at_us, _ in video.pictures()]
        assert list(video.troubles) == []
        assert times[-1] <= video.length_us < times[-1] + 200_000


def test_times_that_a_container_shuffles_come_in_order(film: Film) -> None:
    shown, truth = decoded(*copy(film("h264.avi"))), original(film("b.mp4"))
    for (at_us, pixels), (right_us, right) in zip(shown, truth, strict=True):
        assert abs(at_us - right_us) <= 20_000
        assert np.array_equal(pixels, right)


def test_pictures_are_turned_as_others_turn_them(film: Film) -> None:
    with VideoFile(film("turned.mp4")) as video:
        shown = [pixels[..., :3] for _, pixels in video.pictures()]
    truth = [pixels for _, pixels in original(film("upright.mkv"))]
    assert all(psnr(one, other) > 30 for one, other in zip(shown, truth, strict=True))


def test_files_that_were_joined_follow_each_other(film: Film) -> None:
    once, again = original(film("long.ts")), 4_000_000
    with VideoFile(film("joined.ts")) as video:
        assert video.order() is None
        shown = [(at_us, pixels[..., :3]) for at_us, pixels in video.pictures()]
        assert video.length_us == 2 * again
    assert same(shown, [*once, *((at_us + again, pixels) for at_us, pixels in once)])


def test_what_is_left_out_is_told(film: Film) -> None:
    told = {name: [*VideoFile(film(name)).left_out] for name in ("b.mp4", "cover.mp4", "sound.mp4", "two.mkv")}
    assert [len(one) for one in told.values()] == [0, 0, 1, 1]
    assert "sound" in told["sound.mp4"][0]
    assert "first of 2" in told["two.mkv"][0]


@pytest.mark.parametrize("name", ["cut.mkv", "cut.mp4"])
def test_of_a_cut_file_what_is_there_is_taken_and_the_rest_told(film: Film, name: str) -> None:
    truth = original(film("long.mkv"))
    shown = decoded(*copy(film(name)))
    assert 10 < len(shown) < 80
    assert same(shown, truth[: len(shown)])
    with VideoFile(film(name)) as video:
        assert len(list(video.pictures())) == len(shown)
        missing_s = (4_000_000 - video.length_us) // 1_000_000
        assert f"the video ends {missing_s} s before it should" in list(video.troubles)


def test_a_hole_is_told_and_never_copied(film: Film) -> None:
    with VideoFile(film("damaged.ts")) as video:
        assert video.order() is None
        assert len(list(video.pictures())) >= 20
        assert any("damaged" in one for one in video.troubles)


def test_it_tells_when_it_was_made(film: Film) -> None:
    with VideoFile(film("dated.mp4")) as video:
        assert video.began_wall_us == 1_795_309_323_000_000
    for name in ("undated.nut", "ancient.nut", "b.mkv"):
        os.utime(film(name), (1_790_000_000, 1_790_000_000))
        with VideoFile(film(name)) as video:
            assert video.began_wall_us == 1_790_000_000_000_000


@pytest.mark.parametrize(
    "name", ["headless.mp4", "beginning.mkv", "text.mp4", "empty.mp4", "sound.m4a", "song.m4a", "still.png"]
)
def test_what_is_no_video_is_refused(film: Film, name: str) -> None:
    with pytest.raises(ImportVideoError) as caught:
        VideoFile(film(name))
    assert caught.value.what == str(film(name))


def test_times_that_no_recording_holds_are_refused(film: Film) -> None:
    with VideoFile(film("centuries.mkv")) as video:
        with pytest.raises(ImportVideoError):
            video.order()
        with pytest.raises(ImportVideoError):
            list(video.pictures())


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(StoreUnavailableError):
            VideoFile(path)
    with pytest.raises(BlobNotFoundError):
        VideoFile(tmp_path / "none.mp4")


@pytest.mark.parametrize("name", ["b.m3u8", "b.ffconcat", "concat.mp4", "session.sdp"])
def test_a_file_that_names_others_is_refused(film: Film, name: str) -> None:
    for other in ("b.ts", "b.mp4"):
        film(other)
    if name != "session.sdp":  # which would be waited for
        with av.open(str(film(name))) as container:
            assert container.streams.video  # FFmpeg by itself follows it
    with pytest.raises(ImportVideoError):
        VideoFile(film(name))


def test_nobody_is_called(film: Film) -> None:
    playlist = film("b.m3u8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}/b.ts"
        playlist.write_bytes(playlist.read_bytes().replace(b"b.ts", address.encode()))
        with pytest.raises(ImportVideoError):
            VideoFile(playlist)
        with pytest.raises(BlobNotFoundError):
            VideoFile(Path(address))
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()


@pytest.mark.parametrize("name", ["concat:b.mp4", "http:b.mp4", "b%03d.mp4", "-", "file:b.mp4", "subfile,,start,0,,:b"])
def test_a_name_is_only_a_name(film: Film, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(film("b.mp4").parent)
    with pytest.raises(BlobNotFoundError):
        VideoFile(Path(name))
    Path(name).write_bytes(film("b.mp4").read_bytes())
    with VideoFile(Path(name)) as video:
        assert video.order()
    Path(name).unlink()


@given(st.lists(st.integers(1, 12).flatmap(lambda size: st.permutations(range(1, size))), min_size=1, max_size=5))
def test_every_picture_has_its_turn_and_is_there_by_then(closed: list[list[int]]) -> None:
    begins: list[int] = []
    stamps: list[int] = []
    for group in closed:
        begins.append(len(stamps))
        first = len(stamps) * 40
        stamps += [first, *(first + 40 * turn for turn in group)]
    order = ordered(np.array(stamps), begins)
    late = max(stamps.index(turn * 40) - turn for turn in range(len(stamps)))
    assert (late > MAX_REORDER) == (order is None)
    if order:
        assert order.times.tolist() == sorted(stamps)
        assert order.reorder == late


@pytest.mark.parametrize(
    ("stamps", "begins"),
    [
        ([0, 80, 40, 120, 100, 160], [0, 3]),  # shown before its keyframe
        ([0, 80, 40, 60, 100], [0, 3]),  # a keyframe that is shown before the group before ends
        ([0, 40, 40], [0]),
        ([0, *range(800, 0, -40)], [0]),  # one has to wait too long
    ],
)
def test_groups_that_are_not_closed_have_no_order(stamps: list[int], begins: list[int]) -> None:
    assert ordered(np.array(stamps), begins) is None
