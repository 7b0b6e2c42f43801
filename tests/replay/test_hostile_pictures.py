"""Pictures of a hostile recording: rubbish for the decoders, and sizes that nobody would make."""

import numpy as np
import pytest

from recorder.format.packet import Flag, Piece
from recorder.format.screen import Configuration
from replay.decoders import UNDECODABLE
from replay.pictures import ScreenDecoder
from replay.previews import HEIGHT_PX, small
from replay.scene import Picture
from replay.timeline import Gap
from tests.recorder.writing import SCREEN
from tests.replay.hostile import session


@pytest.mark.parametrize(("size", "expected"), [((1, 16_384), (1, 4)), ((300, 9_000), (160, HEIGHT_PX))])
def test_a_preview_of_a_tower_is_small(size: tuple[int, int], expected: tuple[int, int]) -> None:
    picture = Picture(time_us=0, pixels=np.zeros((size[1], size[0], 4), np.uint8))
    assert small(picture).size == expected


@pytest.mark.parametrize("codec", ["h264", "vp8", "vp9", "av1", "tiles"])
@pytest.mark.parametrize("description", [b"", b"\x01" + b"\xff" * 99], ids=["none", "rubbish"])
def test_rubbish_is_no_picture_and_nothing_else(codec: str, description: bytes) -> None:
    chance = np.random.default_rng(7)
    decoder = ScreenDecoder()
    session_us = 0
    for number in range(60):
        configuration = Configuration(
            codec=codec, width_px=16_384, height_px=4_096, description=description or None, reorder=number % 17
        )
        rubbish = chance.bytes(int(chance.integers(0, 400)))
        for flags, payload in (
            (Flag.CONFIGURATION, configuration.to_payload()),
            (Flag.KEYFRAME, rubbish),
            (0, rubbish),
        ):
            opened = session([(session_us, [Piece(SCREEN, session_us, flags, payload)])])
            (found,) = [one.packet for one in opened.packets() if not isinstance(one, Gap)]  # type: ignore[union-attr]  # none
            decoder.feed(found)
            session_us += 1000
        assert decoder.at(session_us) is None
        assert "installed" not in (decoder.why or "")
    assert decoder.why == UNDECODABLE or decoder.why
