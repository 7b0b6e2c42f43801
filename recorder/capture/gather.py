"""Few regions out of many: what is fetched at once.  Pure."""

from collections.abc import Iterable
from typing import Final

from recorder.capture.frame import Region
from recorder.capture.wanted import bounds

# A fetch costs about 60 µs of CPU and a pixel about 0.8 ns, but 5 ns more in a video encoder (two cores, 2025-11): so
# two regions are fetched as one when that takes no more than these pixels on top.
_WORTH_PX: Final = 16_384
_MOST: Final = 32
# More than these are not looked at one by one: the work grows with their number.
_TOO_MANY: Final = 1_000


def gathered(regions: Iterable[Region]) -> list[Region]:
    """Return at most 32 regions that together cover all of these, and little else."""
    wanted = [region for region in regions if region.area]
    if len(wanted) > _TOO_MANY:
        return [bounds(wanted)]
    groups: list[Region] = []
    for region in wanted:
        grown = region
        # What has grown may now be worth joining with another one.
        while groups:
            nearest = min(groups, key=lambda group: _wasted_px(group, grown))
            if _wasted_px(nearest, grown) > _WORTH_PX and len(groups) < _MOST:
                break
            groups.remove(nearest)
            grown = bounds((nearest, grown))
        groups.append(grown)
    return groups


def _wasted_px(one: Region, other: Region) -> int:
    return bounds((one, other)).area - one.area - other.area
