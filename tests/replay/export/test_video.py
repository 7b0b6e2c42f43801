"""Videos, looked at by ffmpeg: what was recorded is what it decodes, at its times, with chat and markers."""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from recorder.format.events import Joined, Line, Marker
from recorder.format.transcript import Missing, Transcript, transcript
from replay.errors import ExportError
from replay.export.cut import cut
from replay.export.redacted import redacted_transcript
from replay.export.redaction import Redaction, Region
from replay.export.video import Wanted, write_video
from replay.scene import Pixels
from replay.session import Session
from replay.timeline import Span
from tests.memory import MemoryGrowing
from tests.recorder.writing import SCREEN
from tests.replay.sessions import AGENT, Maker, S, Truth, made, session_of

HOSTILE = "<b>bold</b> --> {\\an8} & 日本 😀"


def told(session: Session) -> Transcript:
    timeline = session.timeline
    events = [(one.time_us, one.event) for one in timeline.happenings]
    missing = [Missing(why="paused", from_us=gap.span.from_us, until_us=gap.span.until_us) for gap in timeline.gaps]
    return transcript("ab" * 16, events, duration_us=timeline.duration_us, missing=missing)


def export(
    path: Path,
    session: Session,
    *,
    tracks: Iterable[str] | None = None,
    redaction: Redaction | None = None,
    **within: Any,  # noqa: ANN401 - of cut,
) -> list[str]:
    wanted = Wanted(
        kind=path.suffix[1:],
        cut=cut(session.timeline, **within),
        tracks=tuple(tracks or session.timeline.screens),
        transcript=told(session),
        redaction=redaction,
    )
    return write_video(path, session, wanted)


def probed(path: Path) -> dict[str, Any]:
    shown = "stream=codec_name,codec_type,width,height,pix_fmt,profile:format=duration:format_tags:stream_tags"
    command = ["ffprobe", "-v", "error", "-show_entries", shown, "-show_chapters", "-of", "json", str(path)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout)
    assert isinstance(found, dict)
    return found


def streams(path: Path, kind: str) -> list[dict[str, Any]]:
    return [one for one in probed(path)["streams"] if one["codec_type"] == kind]


def times_us(path: Path) -> list[int]:
    command = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "frame=pts_time", "-of", "csv=p=0"]
    lines = subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=60, text=True).stdout.split()
    return [round(float(line.strip(",")) * S) for line in lines]


def pictures(path: Path) -> list[tuple[int, Pixels]]:
    """Return what ffmpeg decodes, every picture: blue, green, red, with its time."""
    (video, *_) = streams(path, "video")
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-i",
        str(path),
        "-map",
        "0:v:0",
        "-fps_mode",
        "passthrough",
        "-enc_time_base",
        "1:1000",
    ]
    command += ["-f", "rawvideo", "-pix_fmt", "bgr24", "-"]
    done = subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert not done.stderr
    shown = np.frombuffer(done.stdout, np.uint8).reshape(-1, video["height"], video["width"], 3)
    return list(zip(times_us(path), shown, strict=True))


def at(found: list[tuple[int, Pixels]], time_us: int) -> Pixels:
    return [pixels for began_us, pixels in found if began_us <= time_us][-1]


def alike(one: Pixels, other: Pixels) -> bool:
    return bool(np.abs(one.astype(int) - other).mean() < 4)


def subtitles(path: Path) -> str:
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:s:0", "-f", "webvtt", "-"]
    return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout.decode()


def spoken(*, codec: str = "h264") -> tuple[bytes, Truth]:
    growing = MemoryGrowing()
    maker = Maker(growing)
    maker.writer.put_event(Joined(id=1, role="customer", name="Grace"), time_us=0)
    for second in range(10):
        maker.picture(second * S, codec=codec, keyframe=second % 4 == 0)
        if second == 3:
            maker.writer.put_event(Line(by=1, text=HOSTILE), time_us=3 * S)
            maker.writer.put_event(Marker(name="the error"), time_us=3 * S)
    maker.finish()
    return bytes(growing.data), maker.truth


@pytest.mark.parametrize("codec", ["h264", "vp9"])
@pytest.mark.parametrize("kind", ["mkv", "webm"])
def test_what_can_be_copied_is_what_was_recorded(tmp_path: Path, kind: str, codec: str) -> None:
    data, truth = spoken(codec=codec)
    path = tmp_path / f"x.{kind}"
    said = export(path, session_of(data))
    found = pictures(path)
    copied = kind == "mkv" or codec == "vp9"
    assert ("copied" in said[-1]) == copied
    assert ("encoded anew" in said[0]) != copied
    assert [one["codec_name"] for one in streams(path, "video")] == [codec if copied else "vp9"]
    for second in range(10):
        recorded = truth.at(SCREEN, second * S)
        assert recorded
        shown = at(found, second * S)
        assert np.array_equal(shown, recorded[1]) if copied else alike(shown, recorded[1])
    assert abs(float(probed(path)["format"]["duration"]) - 9) < 0.1


@pytest.mark.parametrize(("kind", "name"), [("mkv", "Matroska"), ("webm", "WebM")])
def test_what_the_native_recorder_made_is_encoded_anew_and_it_says_so(tmp_path: Path, kind: str, name: str) -> None:
    data, truth = spoken(codec="tiles")
    path = tmp_path / f"x.{kind}"
    assert export(path, session_of(data)) == [f"encoded anew: {name} cannot hold this recording's pictures"]
    recorded = truth.at(SCREEN, 5 * S)
    assert recorded
    assert alike(at(pictures(path), 5 * S), recorded[1])


@pytest.mark.parametrize("kind", ["mp4", "mkv", "webm"])
def test_chat_is_a_subtitle_and_markers_are_chapters(tmp_path: Path, kind: str) -> None:
    data, _ = spoken()
    path = tmp_path / f"x.{kind}"
    export(path, session_of(data))
    shown = subtitles(path)
    assert "00:03.000 -->" in shown
    assert "Grace" in shown
    assert "日本 😀" in shown
    assert "bold" in shown
    chapters = probed(path)["chapters"]
    assert [one["tags"]["title"] for one in chapters] == ["Grace", "the error"]
    assert [round(float(one["start_time"])) for one in chapters] == [0, 3]
    assert "Sealcast" in json.dumps(probed(path)["format"]["tags"])


def test_an_mp4_plays_everywhere_and_begins_and_ends_exactly(tmp_path: Path) -> None:
    data, truth = spoken()
    path = tmp_path / "x.mp4"
    export(path, session_of(data), from_us=2 * S + S // 2, until_us=6 * S)
    (video,) = streams(path, "video")
    assert (video["codec_name"], video["pix_fmt"], video["profile"]) == ("h264", "yuv420p", "High")
    raw = path.read_bytes()
    assert raw.index(b"moov") < raw.index(b"mdat")
    found = pictures(path)
    assert abs(float(probed(path)["format"]["duration"]) - 3.5) < 0.01
    for time_us in (0, S // 2, 3 * S):
        recorded = truth.at(SCREEN, time_us + 2 * S + S // 2)
        assert recorded
        assert alike(at(found, time_us), recorded[1])
    assert found[0][0] == 0


def test_a_copy_begins_where_a_picture_stands_alone(tmp_path: Path) -> None:
    data, truth = spoken()
    path = tmp_path / "x.mkv"
    for from_s, copied in ((4, True), (6, False)):
        path = tmp_path / f"{from_s}.mkv"
        said = export(path, session_of(data), from_us=from_s * S)
        assert ("encoded anew: it begins where no picture stands alone" in said) != copied
        for later_us in (0, 2 * S):
            recorded = truth.at(SCREEN, from_s * S + later_us)
            assert recorded
            assert alike(at(pictures(path), later_us), recorded[1])


def test_rests_are_left_out(tmp_path: Path) -> None:
    growing = MemoryGrowing()
    maker = Maker(growing)
    times = [0, S, 2 * S, 60 * S, 61 * S]
    for time_us in times:
        maker.picture(time_us)
        maker.writer.put_event(Line(by=0, text="so"), time_us=time_us)  # such small pictures are no activity
    maker.finish()
    session = session_of(growing.data)
    whole = cut(session.timeline, skip_idle=True)
    for kind in ("mp4", "mkv"):
        path = tmp_path / f"x.{kind}"
        export(path, session, skip_idle=True)
        assert float(probed(path)["format"]["duration"]) < 8
        found = pictures(path)
        for time_us, truth in maker.truth.shown[SCREEN]:
            assert alike(at(found, whole.export_us(time_us)), truth), time_us


def test_a_size_that_changes_is_letterboxed(tmp_path: Path) -> None:
    growing = MemoryGrowing()
    maker = Maker(growing)
    maker.picture(0, size=(64, 48))
    maker.picture(2 * S, size=(32, 96))
    maker.finish()
    for kind in ("mp4", "mkv"):
        path = tmp_path / f"x.{kind}"
        said = export(path, session_of(growing.data))
        assert kind == "mp4" or "changes its size" in said[0]
        found = pictures(path)
        first, later = at(found, S), at(found, 2 * S)
        assert first.shape == (96, 64, 3)
        shown = [pixels for _, pixels in maker.truth.shown[SCREEN]]
        assert alike(first[24:72], shown[0])
        assert alike(later[:, 16:48], shown[1])
        assert later[:, :12].max() < 24
        assert first[:20].max() < 24


def test_two_screens_stand_side_by_side(tmp_path: Path) -> None:
    recorded = made([number * S for number in range(6)], (SCREEN, AGENT))
    path = tmp_path / "x.mp4"
    export(path, recorded.session())
    shown = at(pictures(path), 4 * S)
    assert shown.shape == (48, 128, 3)
    for left, track in ((0, SCREEN), (64, AGENT)):
        truth = recorded.truth.at(track, 4 * S)
        assert truth
        assert alike(shown[:, left : left + 64], truth[1])
    one = tmp_path / "one.mkv"
    export(one, recorded.session(), tracks=[AGENT])
    assert pictures(one)[0][1].shape == (48, 64, 3)


def test_what_is_painted_over_is_in_no_pixel_and_no_byte(tmp_path: Path) -> None:
    data, truth = spoken()
    redaction = Redaction(regions=[Region(area=(8, 8, 17, 13))], words=["日本"])
    for kind in ("mp4", "mkv", "webm"):
        path = tmp_path / f"x.{kind}"
        session = session_of(data)
        wanted = Wanted(
            kind=kind, cut=cut(session.timeline), tracks=session.timeline.screens,
            transcript=redacted_transcript(told(session), redaction), redaction=redaction,
        )  # fmt: skip
        assert ("encoded anew: something is painted over" in write_video(path, session, wanted)) == (kind != "mp4")
        assert "日本".encode() not in path.read_bytes()
        assert "Redacted: 1 region, words" in json.dumps(probed(path)["format"]["tags"])
        for time_us, pixels in pictures(path):
            assert pixels[10:19, 10:23].max() < 24
            recorded = truth.at(SCREEN, time_us)
            assert recorded
            assert alike(pixels[30:], recorded[1][30:])


@pytest.mark.parametrize(
    ("region", "why"),
    [
        (Region(area=(60, 0, 10, 10)), "not inside the picture"),
        (Region(area=(0, 40, 10, 10), span=Span(0, S)), "not inside the picture"),
        (Region(track="screen/other"), "no screen screen/other"),
    ],
)
def test_a_region_outside_is_told(tmp_path: Path, region: Region, why: str) -> None:
    data, _ = spoken()
    with pytest.raises(ExportError, match=why):
        export(tmp_path / "x.mp4", session_of(data), redaction=Redaction(regions=[region]))


def test_of_a_chat_only_there_is_no_video(tmp_path: Path) -> None:
    growing = MemoryGrowing()
    maker = Maker(growing)
    maker.writer.put_event(Line(by=0, text="hello"), time_us=S)
    maker.finish()
    with pytest.raises(ExportError, match="no screen was recorded"):
        export(tmp_path / "x.mp4", session_of(growing.data))
