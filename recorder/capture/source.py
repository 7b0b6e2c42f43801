"""The seam between a screen and whoever records it."""

from typing import Protocol

from recorder.capture.frame import Frame
from recorder.capture.pointer import PointerSample


class FrameSource(Protocol):
    """A screen that is watched, what is private on it painted over.

    One thread uses it, save wake().  Every method but wake() and close() may raise CaptureError: it is final.
    """

    def wait(self, patience_us: int, *, rest_us: int = 0) -> bool:
        """Sleep until the screen or the pointer may have changed, or so long; return whether it may have.

        With rest_us it sleeps that long first, whatever changes, and still notes clicks when they happen: so a caller
        keeps to its rate.  wake() ends either sleep.
        """
        ...

    def frame(self, *, whole: bool = False) -> Frame | None:
        """Return what is shown now; None when nothing differs from the frame before.

        The first frame, one of a new size, and one that is asked for whole list all of it as changed.
        """
        ...

    def pointer(self) -> list[PointerSample]:
        """Return what the pointer did since the last time, oldest first: every click, motion up to its newest place.

        The first time where it is, and its shape.
        """
        ...

    def wake(self) -> None:
        """End a wait, now or the next one; for other threads and signal handlers."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...
