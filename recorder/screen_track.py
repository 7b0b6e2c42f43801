"""Frames in, pictures of one screen track out: opens encoders as sizes change, asks for keyframes when they are due."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from recorder.capture.frame import Frame
from recorder.encode import Encoder
from recorder.film import CALM_US
from recorder.format.screen import Configuration


class Pictures(Protocol):
    """Where the pictures of screen tracks go: into a recording, or to those who watch."""

    def keyframe_due(self, track: str) -> bool:
        """Say whether the next picture of this track should be a keyframe."""
        ...

    def put_picture(
        self, track: str, payload: bytes, *, time_us: int, configuration: Configuration | None, decode_us: int = 0
    ) -> None:
        """Take a picture; one with a configuration is a keyframe."""
        ...


class ScreenTrack:
    """One screen track.  It owns its encoder.  Errors: EncodeError, and those of where its pictures go."""

    def __init__(
        self,
        writer: Pictures,
        name: str,
        *,
        open_encoder: Callable[[int, int], Encoder],
        title: str | None = None,
    ) -> None:
        self.name = name
        self.pictures = 0
        self._writer = writer
        self._open_encoder = open_encoder
        self._title = title
        self._encoder: Encoder | None = None
        self._last: Frame | None = None

    def put(self, frame: Frame, *, time_us: int) -> bool:
        """Encode a frame into the recording; return whether it became a keyframe."""
        encoder, due = self._encoder_for(frame.size)
        self._last = frame
        encoded = encoder.encode(frame, keyframe=due or self._writer.keyframe_due(self.name))
        configuration = None
        if encoded.keyframe:
            width_px, height_px = frame.size
            configuration = Configuration(
                codec=encoder.codec, width_px=width_px, height_px=height_px, title=self._title
            )
        self._writer.put_picture(
            self.name, encoded.payload, time_us=time_us, configuration=configuration, decode_us=encoded.decode_us
        )
        self.pictures += 1
        return encoded.keyframe

    def settle(self, *, monotonic_us: int, time_us: int) -> bool:
        """Show the last frame better, where that is possible now that nothing changes; return as put() does.

        Units: monotonic_us is the source's clock, time_us the session's.  The frame's buffer is still as it was.
        """
        if self._last is None or self._encoder is None or self._encoder.settled:
            return False
        if monotonic_us - self._last.time_us <= CALM_US:
            return False
        return self.put(replace(self._last, time_us=monotonic_us, changed=()), time_us=time_us)

    def close(self) -> None:
        """Let go of the encoder."""
        if self._encoder:
            self._encoder.close()
            self._encoder = None

    def _encoder_for(self, size: tuple[int, int]) -> tuple[Encoder, bool]:
        encoder = self._encoder
        if encoder and (encoder.width_px, encoder.height_px) == size:
            return encoder, False
        self.close()
        self._encoder = self._open_encoder(*size)
        return self._encoder, True
