import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recorder.capture.frame import Region
from recorder.capture.gather import gathered

REGIONS = st.builds(
    lambda left, top, width, height: Region(left, top, left + width, top + height),
    st.integers(0, 600),
    st.integers(0, 600),
    st.integers(0, 300),
    st.integers(0, 300),
)


@given(st.lists(REGIONS, max_size=60))
def test_all_that_was_asked_for_is_covered_by_few_regions(regions: list[Region]) -> None:
    groups = gathered(regions)
    missing = np.zeros((900, 900), bool)
    for region in regions:
        missing[region.top_px : region.bottom_px, region.left_px : region.right_px] = True
    for group in groups:
        missing[group.top_px : group.bottom_px, group.left_px : group.right_px] = False
    assert not missing.any()
    assert len(groups) <= 32


def test_two_corners_are_not_fetched_as_the_whole_screen() -> None:
    corners = [Region(0, 0, 40, 40), Region(1880, 1040, 1920, 1080)]
    assert gathered(corners) == corners


def test_letters_of_a_line_are_fetched_at_once() -> None:
    assert gathered(Region(10 * n, 100, 10 * n + 6, 113) for n in range(80)) == [Region(0, 100, 796, 113)]


def test_thousands_of_dots_are_not_looked_at_one_by_one() -> None:
    dots = (Region(20 * n % 1920, 20 * n // 1920, 20 * n % 1920 + 1, 20 * n // 1920 + 1) for n in range(5_000))
    assert gathered(dots) == [Region(0, 0, 1901, 53)]


def test_nothing_gives_nothing() -> None:
    assert gathered([Region(5, 5, 5, 9)]) == []
