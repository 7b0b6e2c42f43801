"""Frames to packets of the screen codec, and of a video codec for as long as a film plays.

What is photographic and new ten times a second is dear as tiles and made for a video codec; everything else is the
other way round.  So a track changes hands, each time with a keyframe.
"""

import secrets

from recorder.capture.frame import Frame, Region
from recorder.codec.encoder import TilesEncoder
from recorder.codec.grid import MAX_SIDE, Grid
from recorder.encode import Encoded, Encoder, Preset, open_film_encoder
from recorder.errors import EncodeError
from recorder.film import CALM_US, FilmWatch
from recorder.format.screen import TILES


def open_screen_encoder(width_px: int, height_px: int, *, preset: Preset = Preset.BALANCED) -> Encoder:
    """Return an encoder for a screen of that size.  Errors: EncodeError when there is none for it."""
    if not (1 <= width_px <= MAX_SIDE and 1 <= height_px <= MAX_SIDE):
        raise EncodeError(why=f"a picture has at most {MAX_SIDE} px to a side, not {width_px} × {height_px}")
    return ScreenEncoder(width_px, height_px, preset=preset)


class ScreenEncoder:
    """Tiles, or a film.  It owns both encoders."""

    def __init__(self, width_px: int, height_px: int, *, preset: Preset) -> None:
        self.width_px, self.height_px = width_px, height_px
        self.codec = TILES
        self._preset = preset
        # Nobody who paints on the screen shall know two tiles with one name.
        self._seed = secrets.randbits(64)
        self._tiles: TilesEncoder | None = None  # it takes memory that a film does not need
        self._watch = FilmWatch(Grid(width_px, height_px))
        self._film: Encoder | None = None
        self._films = True  # whether there is an encoder for them
        self._moved_us = 0

    @property
    def settled(self) -> bool:
        """Whether the last frame was not a film's that lost something, and nothing in it as coarse as what passes."""
        return self._preset is Preset.EXACT or (self.codec == TILES and not (self._tiles and self._tiles.coarse))

    def encode(self, frame: Frame, *, keyframe: bool) -> Encoded:
        """Return the packet of the next frame.  Errors: EncodeError."""
        if self._film and not self._watch.over(frame.pixels, time_us=frame.time_us):
            try:
                encoded = self._film.encode(frame, keyframe=keyframe)
            except EncodeError:
                self._films = False
            else:
                self.codec = self._film.codec
                return encoded
        self.close()
        self.codec = TILES
        if self._tiles is None:
            lossy, keyframe = self._preset is Preset.BALANCED, True
            self._tiles = TilesEncoder(self.width_px, self.height_px, lossy=lossy, seed=self._seed)
        changed = [_rectangle(one) for one in frame.changed]
        calm = frame.time_us - self._moved_us > CALM_US
        coded = self._tiles.encode(frame.pixels, changed, keyframe=keyframe, calm=calm)
        if coded.moved:
            self._moved_us = frame.time_us
        if not coded.moved and not keyframe and self._watch.begins(coded.dear, frame.pixels, time_us=frame.time_us):
            self._begin_film()
        return Encoded(payload=coded.payload, keyframe=keyframe, decode_us=coded.decode_us)

    def _begin_film(self) -> None:
        """Let a video codec go on from the next frame; without one, films are tiles, too."""
        if self._films:
            try:
                self._film = open_film_encoder(self.width_px, self.height_px, preset=self._preset)
            except EncodeError:
                self._films = False
            else:
                self._tiles = None

    def close(self) -> None:
        """Give the film's encoder back."""
        if self._film:
            self._film.close()
            self._film = None


def _rectangle(region: Region) -> tuple[int, int, int, int]:
    return region.left_px, region.top_px, region.right_px, region.bottom_px
