"""Where screens lie on the picture of an export."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replay.errors import ExportError
from replay.export.layout import Layout

SIZES = st.tuples(st.integers(1, 999), st.integers(1, 999))


@given(st.lists(SIZES, min_size=1, max_size=4), st.data())
def test_each_screen_has_a_field_of_its_own_and_lies_in_its_middle(
    sizes: list[tuple[int, int]], data: st.DataObject
) -> None:
    named = {f"screen/{number}": size for number, size in enumerate(sizes)}
    layout = Layout.of(list(named), named)
    assert layout.width_px % 2 == layout.height_px % 2 == 0
    taken = list[range]()
    for track, (most_wide, most_high) in named.items():
        size = data.draw(st.tuples(st.integers(1, most_wide), st.integers(1, most_high)))
        left_px, top_px = layout.corner(track, size)
        field_px, wide_px = layout.fields[track]
        assert 0 <= left_px - field_px - (field_px + wide_px - left_px - size[0]) + 1 <= 2
        assert 0 <= top_px <= layout.height_px - size[1]
        taken.append(range(left_px, left_px + size[0]))
    assert all(one.stop <= other.start for one, other in pairwise(taken))


def test_what_no_video_can_be_is_told() -> None:
    with pytest.raises(ExportError, match="16384 × 4096 is too large; export one screen"):
        Layout.of(["screen/a"], {"screen/a": (16_384, 4_096)})
