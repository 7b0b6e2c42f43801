import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault import block
from vault.block import Head, open_block, padded_size, plaintext_size, read_head, seal_into
from vault.primitives import BadTagError

GOOD = Head(1, 288, 7)


def head(**fields: object) -> bytes:
    values = {"magic": b"SEG1", "type": 1, "zeros": bytes(3), "length": 288, "number": 1} | fields
    return block.HEAD.pack(*values.values())


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (head(), Head(1, 288, 1)),
        (head(type=0), Head(0, 288, 1)),
        (head(type=255, length=16_777_248, number=2**32 - 1), Head(255, 16_777_248, 2**32 - 1)),
        (head(type=4, length=912), Head(4, 912, 1)),
        (head(type=4), None),
        (head(magic=b"SEG2"), None),
        (head(zeros=b"\0\0\1"), None),
        (head(length=287), None),
        (head(length=16_777_249), None),
        (head(number=0), None),
        (head()[:15], None),
        (b"", None),
    ],
)
def test_heads_are_well_formed_or_none(data: bytes, expected: Head | None) -> None:
    assert read_head(data) == expected
    assert expected is None or expected.to_bytes() == data


@given(st.integers(1, block.MAX_PLAINTEXT))
def test_padding_is_that_of_the_law(size: int) -> None:
    padded = padded_size(size)
    if size <= 2048:
        expected = math.ceil(size / 256) * 256
    else:
        exponent = int(math.log2(size)) if size & (size - 1) else size.bit_length() - 1
        spare = exponent - (int(math.log2(exponent)) + 1)
        expected = math.ceil(size / 2**spare) * 2**spare
    assert padded == expected
    assert size <= padded <= block.MAX_PLAINTEXT
    assert padded_size(padded) == padded


def test_a_payload_larger_than_a_block_is_our_mistake() -> None:
    assert plaintext_size(1, block.MAX_PAYLOAD) == block.MAX_PLAINTEXT
    with pytest.raises(ValueError, match="at most"):
        plaintext_size(1, block.MAX_PAYLOAD + 1)


def sealed(plaintext: bytes) -> bytearray:
    buffer = bytearray(GOOD.size)
    seal_into(memoryview(buffer), plaintext, head=GOOD, file_key=bytes(32), recording_id=bytes(16), salt=bytes(16))
    return buffer


@pytest.mark.parametrize(
    ("plaintext", "payload"),
    [
        (b"\3\0\0\0abc" + bytes(249), b"abc"),
        (bytes(256), b""),
        (b"\xfc\0\0\0" + b"x" * 252, b"x" * 252),
        (b"\xfd\0\0\0" + b"x" * 252, None),
        (b"\xff\xff\xff\xff" + bytes(252), None),
        (b"\3\0\0\0abc" + bytes(248) + b"\1", None),
    ],
)
def test_a_plaintext_opens_only_with_a_right_length_and_zero_padding(plaintext: bytes, payload: bytes | None) -> None:
    view = memoryview(sealed(plaintext))
    if payload is None:
        with pytest.raises(BadTagError):
            open_block(view, file_key=bytes(32), recording_id=bytes(16))
    else:
        assert open_block(view, file_key=bytes(32), recording_id=bytes(16)) == payload


@pytest.mark.parametrize("other", [{"file_key": b"\1" * 32}, {"recording_id": b"\1" * 16}])
def test_a_block_opens_only_in_its_own_recording(other: dict[str, bytes]) -> None:
    given_keys = {"file_key": bytes(32), "recording_id": bytes(16)} | other
    with pytest.raises(BadTagError):
        open_block(memoryview(sealed(bytes(256))), **given_keys)
