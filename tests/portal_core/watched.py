"""What sharers send of a screen, coded as they do, and a page that watches it."""

import base64
import json
import os
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from numpy.typing import NDArray
from playwright.sync_api import Page

from portal_core.live.frames import Kind, ScreenPacket
from portal_core.live.messages import CUSTOMER_SCREEN, Track
from recorder.codec.encoder import TilesEncoder
from tests.waiting import until

WIDTH, HEIGHT = 320, 240
# What swscale makes of RGB, as a browser's capture does.
COLOUR: Final = {"primaries": "smpte170m", "transfer": "smpte170m", "matrix": "smpte170m", "fullRange": False}
GROUNDS: Final = ((250, 250, 250), (40, 90, 160), (200, 60, 40), (30, 160, 80), (120, 30, 140), (230, 190, 40))

Codec = Literal["vp8", "vp9", "h264", "av1", "tiles"]
Picture = NDArray[np.uint8]

WATCH: Final = """
async (tracks) => {
  const { Screens } = await import("/static/js/screens.js");
  window.asked = [];
  window.shown = {};
  window.screens?.close();
  document.body.replaceChildren();
  window.screens = new Screens((saying) => asked.push(saying));
  window.views = {};
  for (const track of tracks) {
    const view = screens.view(track, `The ${track}`);
    shown[track] = 0;
    const delayed = view.delayed.bind(view);
    view.delayed = (ms) => { shown[track]++; delayed(ms); };
    views[track] = view;
    document.body.append(view.element);
    screens.shared(track, true);
  }
}
"""
FEED: Final = """
(packets) => {
  for (const one of packets) {
    screens.pictures.postMessage(Uint8Array.from(atob(one), (letter) => letter.charCodeAt(0)).buffer);
  }
}
"""
LOOK: Final = """
(track) => {
  const { canvas } = views[track];
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const page = copy.getContext("2d");
  page.drawImage(canvas, 0, 0);
  const { data } = page.getImageData(0, 0, canvas.width, canvas.height);
  let text = "";
  for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
  return [canvas.width, canvas.height, btoa(text)];
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A picture as its codec has it."""

    payload: bytes
    keyframe: bool


def pictures(count: int, *, width: int = WIDTH, height: int = HEIGHT) -> list[Picture]:
    """Return a window that moves over a desk, and in whose corner another colour stands each time."""
    made = []
    for number in range(count):
        one = np.full((height, width, 3), (60, 64, 72), np.uint8)
        left = 16 + 8 * number
        one[48 : height - 32, left : left + 160] = (236, 236, 240)
        one[64:80, left + 16 : left + 120] = (20, 60, 160)
        one[:32, :32] = GROUNDS[number % len(GROUNDS)]
        made.append(one)
    return made


def tiles(shown: list[Picture]) -> list[Coded]:
    """Return them as the recorder's encoder has them, the first a keyframe."""
    height, width, _ = shown[0].shape
    encoder = TilesEncoder(width, height)
    made = []
    for at, one in enumerate(shown):
        bgrx = np.dstack([one[:, :, ::-1], np.zeros((height, width, 1), np.uint8)])
        packet = encoder.encode(np.ascontiguousarray(bgrx), [(0, 0, width, height)], keyframe=at == 0)
        made.append(Coded(payload=packet.payload, keyframe=at == 0))
    return made


ENCODERS: Final[dict[str, tuple[str, dict[str, str]]]] = {
    "vp8": ("libvpx", {"deadline": "realtime", "lag-in-frames": "0", "crf": "4", "b": "4M"}),
    "vp9": ("libvpx-vp9", {"deadline": "realtime", "lag-in-frames": "0", "crf": "10", "b": "0"}),
    "h264": ("libx264", {"tune": "zerolatency", "crf": "10", "profile": "main"}),
    "av1": ("libsvtav1", {"crf": "10", "preset": "10", "svtav1-params": "pred-struct=1:scm=1"}),
}


def video(codec: Codec, shown: list[Picture]) -> list[Coded]:
    """Return them as FFmpeg has them, the first a keyframe."""
    name, options = ENCODERS[codec]
    encoder = av.CodecContext.create(name, "w")
    assert isinstance(encoder, VideoCodecContext)
    encoder.height, encoder.width, _ = shown[0].shape
    encoder.pix_fmt, encoder.time_base, encoder.framerate = "yuv420p", Fraction(1, 30), Fraction(30)
    encoder.gop_size, encoder.options = 1000, options
    packets = []
    try:
        for at, one in enumerate(shown):
            frame = av.VideoFrame.from_ndarray(one, format="rgb24").reformat(format="yuv420p")
            frame.pts = at
            packets += encoder.encode(frame)
        packets += encoder.encode(None)
    finally:
        # As root SVT-AV1 gives its caller, and so all that this starts, a priority before which nothing else runs.
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    return [Coded(payload=bytes(one), keyframe=one.is_keyframe) for one in packets if one.size]


def coded(codec: Codec, shown: list[Picture]) -> list[Coded]:
    return tiles(shown) if codec == "tiles" else video(codec, shown)


class Sharer:
    """What the server sends of somebody's screen.  It owns the number of the next packet."""

    def __init__(self, track: Track = CUSTOMER_SCREEN) -> None:
        self.track = track
        self.seq = 0

    def configuration(self, codec: str, picture: Picture, **more: object) -> bytes:
        height, width, _ = picture.shape
        fields = {"codec": codec, "width": width, "height": height, **more}
        return self._packet(Kind.CONFIGURATION, json.dumps(fields).encode())

    def picture(self, one: Coded) -> bytes:
        return self._packet(Kind.PICTURE, one.payload, keyframe=one.keyframe)

    def all(self, codec: Codec, shown: list[Picture]) -> list[bytes]:
        more = {} if codec == "tiles" else {"colour": COLOUR}
        return [self.configuration(codec, shown[0], **more), *map(self.picture, coded(codec, shown))]

    def _packet(self, kind: Kind, payload: bytes, *, keyframe: bool = False) -> bytes:
        seq, self.seq = self.seq, self.seq + 1
        packet = ScreenPacket(
            kind=kind, keyframe=keyframe, track=self.track, seq=seq, at_us=1_000_000 + 33_000 * seq, payload=payload
        )
        return packet.to_bytes()


class Watcher:
    """A page that watches screens."""

    def __init__(self, page: Page, *tracks: Track) -> None:
        self.page = page
        self.tracks = tracks or (CUSTOMER_SCREEN,)
        page.evaluate(WATCH, list(self.tracks))

    def feed(self, packets: list[bytes]) -> None:
        self.page.evaluate(FEED, [base64.b64encode(one).decode() for one in packets])

    def wait_for_pictures(self, count: int, track: Track = CUSTOMER_SCREEN) -> None:
        """Wait until so many were shown."""
        self.page.wait_for_function("([track, count]) => shown[track] >= count", arg=[track, count])

    def wait_for_wishes(self, count: int) -> None:
        """Wait until so many keyframes were asked for."""
        self.page.wait_for_function("(count) => asked.length >= count", arg=count)

    def wait_for_word(self, text: str) -> None:
        self.page.locator(".screen-word", has_text=text).first.wait_for()

    def shown(self, track: Track = CUSTOMER_SCREEN) -> int:
        return int(self.page.evaluate("(track) => shown[track]", track))

    def wishes(self) -> list[dict[str, str]]:
        wishes: list[dict[str, str]] = self.page.evaluate("asked")
        return wishes

    def wait_for(self, picture: Picture, most: float = 0, track: Track = CUSTOMER_SCREEN) -> None:
        """Wait until it is on the canvas, or one that is not more unlike: a page has it some time after the worker."""
        until(lambda: unlike(self.picture(track), picture) <= most)

    def picture(self, track: Track = CUSTOMER_SCREEN) -> Picture:
        width, height, data = self.page.evaluate(LOOK, track)
        rgba = np.frombuffer(base64.b64decode(data), np.uint8).reshape(height, width, 4)
        return rgba[:, :, :3]


def unlike(one: Picture, other: Picture) -> float:
    """Return the mean difference of two pictures, of 255; all of it when they have different sizes."""
    return float(np.abs(one.astype(int) - other).mean()) if one.shape == other.shape else 255
