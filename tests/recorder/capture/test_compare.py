import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recorder.capture.compare import differences
from recorder.capture.frame import Region

OLD = np.zeros((200, 90, 4), np.uint8)
PLACES = st.tuples(st.integers(0, 199), st.integers(0, 89), st.integers(0, 3))


@given(st.lists(PLACES, max_size=8))
def test_every_difference_lies_in_a_region_and_every_region_has_one_at_each_edge(
    places: list[tuple[int, int, int]],
) -> None:
    new = OLD.copy()
    for place in places:
        new[place] = 7
    found = list(differences(OLD, new))
    differing = (new != OLD).any(axis=2)
    for region in found:
        part = differing[region.top_px : region.bottom_px, region.left_px : region.right_px]
        assert all(edge.any() for edge in (part[0], part[-1], part[:, 0], part[:, -1]))
        part[:] = False
    assert not differing.any()


def test_a_part_of_a_larger_picture_can_be_compared() -> None:
    new = OLD.copy()
    new[70, 33] = 1
    assert list(differences(OLD[64:80, 30:40], new[64:80, 30:40])) == [Region(3, 6, 4, 7)]
