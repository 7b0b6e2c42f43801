"""Every vector of the screen codec, read by the program; the law and the vectors name each other."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from recorder.codec.decoder import TilesDecoder
from recorder.format.errors import RecordingError, TruncatedError
from tests.vectors import make_vectors
from tests.vectors.law import assert_stored, example, has_section_of, names
from tests.vectors.vector import FOLDER, Vector, vectors

LAW = Path(__file__).parents[3] / "recorder" / "codec" / "SPEC.md"
HERE = FOLDER / "codec"
ALL = list(vectors("codec", "tiles"))
REFUSED = ("truncated", "malformed")


def packets(vector: Vector) -> Iterator[tuple[bool, bytes, str]]:
    """Give every packet: whether it is a keyframe, its bytes, and what is expected."""
    for line in vector.all("packet"):
        keyframe, offset, length, expected = line.split()
        yield keyframe == "yes", vector.body[int(offset) : int(offset) + int(length)], expected


def decoder_of(vector: Vector) -> TilesDecoder:
    return TilesDecoder(int(vector["width"]), int(vector["height"]))


def rgb(decoder: TilesDecoder) -> npt.NDArray[np.uint8]:
    assert (decoder.pixels[..., 3] == 255).all()
    return decoder.pixels[..., 2::-1]


def look(shown: npt.NDArray[np.uint8], points: Any) -> None:  # noqa: ANN401 - as JSON has it
    for x, y, colour, near in points:
        differs = shown[int(y), int(x)].astype(int) - list(bytes.fromhex(colour))
        assert abs(differs).max() <= int(near), (x, y)


@pytest.mark.parametrize("vector", ALL, ids=lambda vector: vector.name)
def test_packets_are_shown_or_refused_as_their_vector_says(vector: Vector) -> None:
    decoder = decoder_of(vector)
    for at, (keyframe, payload, expected) in enumerate(packets(vector)):
        if expected in REFUSED:
            before = decoder.pixels.copy()
            with pytest.raises(RecordingError) as raised:
                decoder.feed(payload, keyframe=keyframe)
            assert isinstance(raised.value, TruncatedError) == (expected == "truncated"), raised.value
            assert np.array_equal(decoder.pixels, before)
            return
        decoder.feed(payload, keyframe=keyframe)
        shown = rgb(decoder)
        if expected == "lossy":
            look(shown, json.loads((HERE / f"{vector.name}.json").read_text())["points"][str(at)])
        else:
            assert hashlib.sha256(shown.tobytes()).hexdigest() == expected, at


@pytest.mark.parametrize("vector", ALL, ids=lambda vector: vector.name)
def test_a_vector_has_its_bytes_in_a_row_and_one_fault_at_its_end(vector: Vector) -> None:
    expected = [one for *_, one in packets(vector)]
    assert b"".join(payload for _, payload, _ in packets(vector)) == vector.body
    assert not set(expected[:-1]) & set(REFUSED)


def test_the_same_vectors_are_made_again() -> None:
    assert_stored(make_vectors.make_codec(), HERE)


def test_the_law_names_every_vector_and_every_vector_a_section_of_it() -> None:
    law = LAW.read_text()
    assert names(law) == {vector.name for vector in ALL}
    for vector in ALL:
        assert has_section_of(law, vector), vector.name


def test_the_example_in_the_law_is_its_vector() -> None:
    (found,) = re.findall(r"(?ms)`\[([a-z0-9-]+)\]`[^\n]*\n\n```\n(.*?)```", LAW.read_text())
    (body,) = (vector.body for vector in ALL if vector.name == found[0])
    assert re.fullmatch(example(found[1]), body, re.DOTALL)
