"""Where screens lie on the picture of an export.  Pure.  SPEC.md §4.3.  Units: px."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

from replay.errors import ExportError

MAX_PIXELS: Final = 8192 * 4352  # what H.264 has, level 6.2


@dataclass(frozen=True, slots=True)
class Layout:
    """A picture, and on it a field for each screen, left and width; all are as high as the picture."""

    width_px: int
    height_px: int
    fields: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, tracks: Sequence[str], sizes: Mapping[str, tuple[int, int]]) -> Self:
        """Return the layout of screens side by side, each with the largest size it has.

        Errors: ExportError when that is larger than a video can be.
        """
        fields, left_px = dict[str, tuple[int, int]](), 0
        for track in tracks:
            width_px = sizes[track][0]
            fields[track] = left_px, width_px
            left_px += width_px
        height_px = max(sizes[track][1] for track in tracks)
        made = cls(_even(left_px), _even(height_px), fields)
        if made.width_px * made.height_px > MAX_PIXELS:
            raise ExportError(
                f"a video of {made.width_px} × {made.height_px} is too large", advice="export one screen: --track"
            )
        return made

    def corner(self, track: str, size: tuple[int, int]) -> tuple[int, int]:
        """Return where the upper left of a screen of that size lies: in the middle of its field."""
        left_px, width_px = self.fields[track]
        return left_px + (width_px - size[0]) // 2, (self.height_px - size[1]) // 2


def _even(side_px: int) -> int:
    return side_px + side_px % 2
