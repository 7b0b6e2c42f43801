from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given

from recorder.format.errors import TruncatedError
from recorder.format.screen import Configuration, Pointer
from tests.recorder.format.arbitrary import configurations, pointers
from tests.vectors.vector import Vector, vectors

GOOD = [
    vector
    for kind in ("configuration", "pointer")
    for vector in vectors("recorder", kind)
    if vector["open"] == "ok" and len(vector.body) < 1000
]


@given(configurations)
def test_a_configuration_that_is_written_is_read(configuration: Configuration) -> None:
    assert Configuration.read(configuration.to_payload()) == configuration


@given(pointers)
def test_a_pointer_that_is_written_is_read(pointer: Pointer) -> None:
    payload = pointer.to_payload()
    assert Pointer.read(payload, keyframe=pointer.shape is not None) == pointer
    # Of a keyframe that is taken for a move the place still counts.
    assert Pointer.read(payload, keyframe=False) == replace(pointer, shape=None)


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector.name)
def test_cut_anywhere_it_ends_too_early(vector: Vector) -> None:
    read: Callable[[bytes], object] = Configuration.read
    if vector["format"] == "pointer":
        read = partial(Pointer.read, keyframe=vector["keyframe"] == "yes")
    for size in range(len(vector.body)):
        with pytest.raises(TruncatedError):
            read(vector.body[:size])
