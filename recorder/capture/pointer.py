"""Where the pointer is, what it looks like, which buttons are down: a track of its own, never pixels of a frame."""

from dataclasses import dataclass

from recorder.format.screen import Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class PointerSample:
    """Where the pointer was at a time.

    Units: time_us as in Frame; x_px and y_px count in the frame's pixels, and may lie outside of it, also below zero,
        when the pointer is where nothing is recorded.
    Shapes: bit n of buttons is set while button n + 1 is down: 0 left, 1 middle, 2 right, 3 to 6 the wheel's up, down,
        left, right.  shape is there only when it changed.
    """

    time_us: int
    x_px: int
    y_px: int
    buttons: int
    shape: Shape | None = None
