import pytest

from recorder.format.keyframes import LEAST_DECODING_US, LEAST_SIZE, MOST_DECODING_US, MOST_PACKETS, KeyframeRule


def rule_after(keyframe_size: int, *packets: tuple[int, int]) -> KeyframeRule:
    rule = KeyframeRule()
    rule.keyframe(keyframe_size)
    for size, decode_us in packets:
        rule.packet(size, decode_us)
    return rule


def test_the_first_picture_is_a_keyframe() -> None:
    rule = KeyframeRule()
    assert rule.due
    rule.packet(10)
    assert rule.due
    rule.keyframe(0)
    assert not rule.due


@pytest.mark.parametrize(
    ("keyframe_size", "packets", "due"),
    [
        (10, [(LEAST_SIZE, 0)], False),
        (10, [(LEAST_SIZE, 0), (1, 0)], True),
        (LEAST_SIZE * 3, [(LEAST_SIZE * 3, 0)], False),
        (LEAST_SIZE * 3, [(LEAST_SIZE * 3, 0), (1, 0)], True),
        (10, [(1, 0)] * MOST_PACKETS, False),
        (10, [(1, 0)] * (MOST_PACKETS + 1), True),
        (10, [(1, MOST_DECODING_US // 2)] * 2, False),
        (10, [(1, MOST_DECODING_US // 2)] * 2 + [(1, 1)], True),
    ],
)
def test_one_is_due_by_bytes_packets_or_decoding(
    keyframe_size: int,
    packets: list[tuple[int, int]],
    due: bool,  # noqa: FBT001 - of a table
) -> None:
    rule = rule_after(keyframe_size, *packets)
    assert rule.due is due
    rule.keyframe(keyframe_size)
    assert not rule.due


@pytest.mark.parametrize(
    ("keyframe_us", "left_us"),
    [(0, MOST_DECODING_US), (20_000, MOST_DECODING_US - 20_000), (MOST_DECODING_US, LEAST_DECODING_US)],
)
def test_decoding_a_keyframe_counts_too_but_leaves_something(keyframe_us: int, left_us: int) -> None:
    rule = KeyframeRule()
    rule.keyframe(10, keyframe_us)
    rule.packet(1, left_us)
    assert not rule.due
    rule.packet(1, 1)
    assert rule.due
