"""Small video files, made by ffmpeg when they are wanted or changed as no ffmpeg does; and what they show."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
from av.codec.context import Flags

from recorder.bitstreams import parameter_sets
from recorder.format.screen import Configuration
from recorder.video_file import Picture
from tests.recorder.pictures import Pixels, decoder

Film = Callable[[str], Path]
Shown = list[tuple[int, Pixels]]  # time in µs, and BGR

TEST = "-f lavfi -i testsrc=size=160x120:rate=25:duration=1"
X264 = "-c:v libx264 -preset veryfast -g 10 -pix_fmt yuv420p"
B = f"{TEST} {X264} -bf 3 -x264-params b-adapt=0:scenecut=0:b-pyramid=1"
VP9 = "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 10"
VP8 = "-c:v libvpx -b:v 200k -auto-alt-ref 1 -lag-in-frames 16"
AV1 = "-c:v libaom-av1 -usage realtime -cpu-used 8 -g 10"
# What ffmpeg is told to make them, from each other at times.
FILMS = {
    "b.mp4": B,
    "b.mkv": "-i b.mp4 -c copy",
    "b.ts": "-i b.mp4 -c copy -output_ts_offset 1",
    "b.flv": "-i b.mp4 -c copy -output_ts_offset 1",
    "late.mp4": "-itsoffset 3 -i b.mp4 -c copy",
    "late.mkv": "-itsoffset 3 -i b.mp4 -c copy",
    "fragments.mp4": "-i b.mp4 -c copy -movflags frag_keyframe+empty_moov",
    "bare.asf": "-i bare.h264 -c copy",
    "setless.asf": "-i plain.h264 -c copy -bsf:v filter_units=remove_types=7-8",
    "vp9.webm": f"{TEST} {VP9}",
    "vp9-444.webm": f"{TEST} {VP9} -pix_fmt yuv444p",
    "vp9-10.webm": f"{TEST} {VP9} -pix_fmt yuv420p10le",
    "vp8.webm": f"{TEST} {VP8} -g 10 -auto-alt-ref 0",
    "av1.mp4": f"{TEST} {AV1}",
    "av1.mkv": "-i av1.mp4 -c copy",
    "svt.mp4": f"{TEST} -c:v libsvtav1 -preset 12 -g 10",
    "odd.mp4": f"-f lavfi -i testsrc=size=161x121:rate=25:duration=1 {X264} -pix_fmt yuv444p",
    "odd.webm": f"-f lavfi -i testsrc=size=161x121:rate=25:duration=1 {VP9}",
    "high10.mp4": f"{TEST} {X264} -pix_fmt yuv420p10le",
    "rates.mkv": f"{TEST} -vf select='not(mod(n\\,3)*mod(n\\,7))' -vsync vfr {X264}",
    "rates.mp4": "-i rates.mkv -c copy",
    "one.mp4": f"{TEST} -frames:v 1 {X264}",
    "two.mkv": f"{TEST} -f lavfi -i color=red:size=80x60:duration=1 -map 1 -map 0 {X264}",
    "h264.avi": "-i b.mp4 -c copy",
    "sound.mp4": f"{TEST} -f lavfi -i sine=duration=3 {X264} -c:a aac",
    "plain.h264": f"{TEST} {X264} -bf 0",
    "small.ts": f"-f lavfi -i testsrc=size=80x60:rate=25:duration=1 {X264} -output_ts_offset 2",
    "small.flv": f"-f lavfi -i testsrc=size=80x60:rate=25:duration=1 {X264} -output_ts_offset 2",
    "small.h264": f"-f lavfi -i testsrc=size=80x60:rate=25:duration=1 {X264} -bf 0",
    "changing.avi": "-i changing.h264 -c copy",
    "open.mp4": f"{B}:open-gop=1",
    "open.ts": "-i open.mp4 -c copy",
    "refresh.ts": f"{TEST} {X264} -x264-params intra-refresh=1",
    "turned.mp4": "-i b.mp4 -c copy -metadata:s:v rotate=90",
    "headless.ts": "-i b.ts -c copy -bsf:v noise=drop=not(n)",
    "later.mkv": "-i refresh.ts -c copy -bsf:v noise=drop=lt(n\\,10)",
    "vp8.ivf": "-i vp8.webm -c copy",
    "cover.mp4": "-i b.mp4 -i still.png -map 0 -map 1 -c copy -disposition:v:1 attached_pic",
    "upright.mkv": "-i turned.mp4 -c:v ffv1",
    "trimmed.mp4": "-ss 0.5 -i b.mp4 -c copy",
    "first.webm": f"{TEST} {VP8} -pass 1 -passlogfile first.webm",
    "hidden.webm": f"{TEST} {VP8} -pass 2 -passlogfile first.webm",
    "hevc.mp4": f"{TEST} -c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=10",
    "mpeg4.avi": f"{TEST} -c:v mpeg4 -bf 2 -q:v 2",
    "odd.gif": "-f lavfi -i testsrc=size=161x121:rate=25:duration=1",
    "still.mp4": "-f lavfi -i color=red:size=160x120:rate=25:duration=3 -c:v mpeg4",
    "slow.avi": "-f lavfi -i testsrc=size=160x120:rate=25:duration=60 -c:v mpeg4 -q:v 2",
    "long.mkv": f"-f lavfi -i testsrc=size=160x120:rate=25:duration=4 {X264}",
    "long.ts": "-i long.mkv -c copy",
    "long.mp4": "-i long.mkv -c copy -movflags faststart",
    "centuries.mkv": f"{TEST} -vf settb=1,setpts=N*4000000000 -vsync passthrough {X264}",
    "dated.mp4": "-i b.mp4 -c copy -metadata creation_time=2026-11-22T01:02:03Z",
    "undated.nut": "-i b.mp4 -c copy -metadata creation_time=\x1b[2J",
    "ancient.nut": "-i b.mp4 -c copy -metadata creation_time=1960-01-01T00:00:00",
    "song.m4a": "-f lavfi -i sine=duration=1 -f lavfi -i color=red:size=80x60 -frames:v 1 -c:v png"
    " -disposition:v attached_pic",
    "sound.m4a": "-f lavfi -i sine=duration=1",
    "hostile.mp4": "-i sound.mp4 -c copy -metadata title=\x1b[2J -metadata:s:v handler_name=\x1b]0;x\x07",
    "still.png": f"{TEST} -frames:v 1",
}
# What no ffmpeg makes.
BYTES: dict[str, Callable[[Film], bytes]] = {
    "bare.h264": lambda film: once(film("plain.h264").read_bytes()),
    "changing.ts": lambda film: film("b.ts").read_bytes() + film("small.ts").read_bytes(),
    "changing.h264": lambda film: film("plain.h264").read_bytes() + film("small.h264").read_bytes(),
    "changing.flv": lambda film: film("b.flv").read_bytes() + film("small.flv").read_bytes()[13:],
    "joined.ts": lambda film: film("long.ts").read_bytes() * 2,
    "hidden.ivf": lambda film: hiding(film("vp8.ivf").read_bytes()),
    "damaged.ts": lambda film: without(film("b.ts").read_bytes(), range(188 * 40, 188 * 41)),
    "cut.mkv": lambda film: film("long.mkv").read_bytes()[:20_000],
    "cut.mp4": lambda film: film("long.mp4").read_bytes()[:20_000],
    "headless.mp4": lambda film: film("b.mp4").read_bytes()[:5_000],
    "beginning.mkv": lambda film: film("long.mkv").read_bytes()[:800],
    "text.mp4": lambda _: b"this is a text\n" * 100,
    "empty.mp4": lambda _: b"",
    "b.m3u8": lambda _: b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nb.ts\n#EXT-X-ENDLIST\n",
    "b.ffconcat": lambda _: b"ffconcat version 1.0\nfile b.mp4\n",
    "concat.mp4": lambda _: b"ffconcat version 1.0\nfile b.mp4\n",
    "session.sdp": lambda _: b"v=0\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\na=rtpmap:96 VP8/90000\n",
}


def films(folder: Path) -> Film:
    """Return what makes a film of that name in the folder, once."""

    def film(name: str) -> Path:
        path = folder / name
        if name in BYTES:
            path.write_bytes(BYTES[name](film))
        elif not path.exists():
            told = FILMS[name].split()
            for one in set(told) & {*FILMS, *BYTES} - {name}:
                film(one)
            ffmpeg = ["ffmpeg", "-nostdin", "-v", "error", *told, name]
            subprocess.run(ffmpeg, cwd=folder, check=True, stderr=subprocess.DEVNULL)
        return path

    return film


def once(annex_b: bytes) -> bytes:
    """Return a stream with its parameter sets at the beginning only."""
    sets = parameter_sets(annex_b)
    first, _, rest = annex_b.partition(sets)
    return first + sets + rest.replace(sets, b"")


def hiding(ivf: bytes) -> bytes:
    """Return a VP8 stream whose second packet gives no picture."""
    begin = 32 + 12 + int.from_bytes(ivf[32:36], "little") + 12
    return ivf[:begin] + bytes([ivf[begin] & ~0x10]) + ivf[begin + 1 :]


def without(data: bytes, left_out: range) -> bytes:
    return data[: left_out.start] + data[left_out.stop :]


def original(path: Path) -> Shown:
    """Return what PyAV itself makes of a file."""
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    begun, base = frames[0].pts, frames[0].time_base
    assert begun is not None
    assert base is not None
    return [(round((one.pts - begun) * base * 1_000_000), turned(one)) for one in frames if one.pts is not None]


def turned(frame: av.VideoFrame) -> Pixels:
    pixels: Pixels = np.rot90(frame.to_ndarray(format="bgr24"), frame.rotation // 90)
    return pixels


def decoded(configuration: Configuration, packets: list[Picture]) -> Shown:
    """Return what a player makes of packets: pictures in order, none later than reorder says."""
    context = decoder(configuration)
    context.flags &= ~Flags.low_delay
    frames: list[av.VideoFrame] = []
    for number, packet in enumerate(packets):
        frames += context.decode(av.Packet(packet.payload))
        assert len(frames) >= number + 1 - configuration.reorder
    frames += context.decode(None)
    width_px, height_px = configuration.width_px, configuration.height_px
    return [(one.time_us, turned(frame)[:height_px, :width_px]) for one, frame in zip(packets, frames, strict=True)]


def same(one: Shown, other: Shown) -> bool:
    return [at_us for at_us, _ in one] == [at_us for at_us, _ in other] and all(
        np.array_equal(left, right) for (_, left), (_, right) in zip(one, other, strict=True)
    )
