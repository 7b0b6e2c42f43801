"""Packets from outside: shown whole or not at all."""

import numpy as np
import pytest

from recorder.codec.decoder import TilesDecoder
from recorder.codec.encoder import TilesEncoder
from recorder.codec.grid import MAX_SIDE
from recorder.format.errors import FormatError, TruncatedError
from tests.recorder.codec.screens import Screen

SIZE = (150, 100)


def encoded_packets() -> list[tuple[bytes, bool]]:
    """Return packets with tiles of all kinds, copies and references; the fifth is a keyframe again."""
    screen, encoder = Screen(*SIZE), TilesEncoder(*SIZE)
    found = []
    for at, which in enumerate(("photograph", "write", "scroll", "noise", "drag", "photograph", "fill", "scroll")):
        screen.change((which, at))
        found.append((encoder.encode(screen.frame, [(0, 0, *SIZE)], keyframe=at in (0, 4)).payload, at in (0, 4)))
    return found


@pytest.mark.parametrize("size", [(0, 1), (1, 0), (-16, 16), (MAX_SIDE + 1, 1), (1, MAX_SIDE + 1)])
def test_a_size_that_the_law_does_not_allow_is_a_mistake(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="px"):
        TilesDecoder(*size)


def test_the_picture_is_opaque_and_as_large_as_it_is_said_to_be() -> None:
    decoder = TilesDecoder(*SIZE)
    for payload, keyframe in encoded_packets():
        decoder.feed(payload, keyframe=keyframe)
        assert decoder.pixels.shape == (100, 150, 4)
        assert (decoder.pixels[..., 3] == 255).all()


def test_after_a_packet_that_is_refused_only_a_keyframe_is_taken() -> None:
    packets = encoded_packets()
    for at, (payload, keyframe) in enumerate(packets):
        decoder = TilesDecoder(*SIZE)
        for before, is_key in packets[:at]:
            decoder.feed(before, keyframe=is_key)
        shown = decoder.pixels.copy()
        with pytest.raises(FormatError):
            decoder.feed(payload[:-1], keyframe=keyframe)
        assert np.array_equal(decoder.pixels, shown)
        for _ in range(2):
            with pytest.raises(FormatError):
                decoder.feed(packets[1][0], keyframe=False)
        assert np.array_equal(decoder.pixels, shown)
        whole = TilesDecoder(*SIZE)
        for again, is_key in packets[4:]:
            decoder.feed(again, keyframe=is_key)
            whole.feed(again, keyframe=is_key)
        assert np.array_equal(decoder.pixels, whole.pixels)


def test_what_a_packet_is_must_be_what_it_is_said_to_be() -> None:
    packets = encoded_packets()
    decoder = TilesDecoder(*SIZE)
    with pytest.raises(FormatError):
        decoder.feed(packets[0][0], keyframe=False)
    decoder.feed(packets[0][0], keyframe=True)
    with pytest.raises(FormatError):
        decoder.feed(packets[1][0], keyframe=True)


def test_every_beginning_of_a_packet_is_refused() -> None:
    packets = encoded_packets()
    for at in (0, 1, 4):
        payload, keyframe = packets[at]
        for size in range(0, len(payload), max(1, len(payload) // 60)):
            decoder = TilesDecoder(*SIZE)
            if not keyframe:
                decoder.feed(packets[0][0], keyframe=True)
            with pytest.raises(FormatError):
                decoder.feed(payload[:size], keyframe=keyframe)


def test_a_packet_without_a_byte_ends_too_early() -> None:
    for keyframe in (True, False):
        with pytest.raises(TruncatedError):
            TilesDecoder(*SIZE).feed(b"", keyframe=keyframe)
