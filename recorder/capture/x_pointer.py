"""The pointer of an X server as samples: clicks one by one, motion up to its newest place, shapes when they change."""

import struct
from dataclasses import replace
from typing import Final

from recorder.capture.frame import Region
from recorder.capture.pointer import PointerSample
from recorder.capture.x_display import MOVED, PRESSED, RELEASED, XDisplay
from recorder.errors import CaptureError
from recorder.format.screen import Shape

# How a reply and a pointer's event begin: kind, detail, then the reply's length in words after the first 32 bytes; or
# the event's place on the root (X11 protocol, Appendix B).
_REPLY: Final = struct.Struct("=BB2xI24x")
_EVENT: Final = struct.Struct("=BB18xhh8x")
_SIZE: Final = 32
_IS_REPLY: Final = 1
# An animated cursor has as many shapes as steps; more than these are asked for again.
_SHAPES_KEPT: Final = 64


class XPointer:
    """The pointer's track.  Owns the socket that tells of it; not for several threads."""

    def __init__(self, screen: XDisplay) -> None:
        """Begin to watch.  Errors: CaptureError."""
        self._screen = screen
        self._x_px, self._y_px, self._buttons = screen.look()
        self._samples: list[PointerSample] = []
        self._shapes: dict[int, Shape] = {}
        self._shape: Shape | None = None
        self._shown: int | None = None
        self._moved_us: int | None = 0
        if screen.tells_cursor:
            screen.watch_cursor()
        self._unread = b""
        self._tap = screen.tap_pointer()

    @property
    def descriptors(self) -> list[int]:
        """What to wait for."""
        return [] if self._tap is None else [self._tap.fileno()]

    @property
    def stirred(self) -> bool:
        """Whether there is something to tell."""
        shape_changed = self._screen.cursor is not None and self._screen.cursor != self._shown
        return bool(self._samples) or self._moved_us is not None or shape_changed

    def read(self, now_us: int) -> None:
        """Take in what the pointer did, without waiting.  Errors: CaptureError."""
        if self._tap is None:
            return
        while True:
            try:
                data = self._tap.recv(65_536)
            except BlockingIOError:
                return
            except OSError as error:
                raise CaptureError(why="the display went away") from error
            if not data:
                raise CaptureError(why="the display went away")
            self._feed(self._unread + data, now_us)

    def _feed(self, data: bytes, now_us: int) -> None:
        at = 0
        while at + _SIZE <= len(data):
            kind, _, words = _REPLY.unpack_from(data, at)
            # Between the replies there are events of the connection itself, such as of a changed keyboard.
            size = 4 * words if kind == _IS_REPLY else 0
            if at + _SIZE + size > len(data):
                break
            for event in range(at + _SIZE, at + _SIZE + size, _SIZE):
                self._take(*_EVENT.unpack_from(data, event), now_us=now_us)
            at += _SIZE + size
        self._unread = data[at:]

    def _take(self, kind: int, button: int, x_px: int, y_px: int, *, now_us: int) -> None:
        if not PRESSED <= kind <= MOVED:
            return
        self._x_px, self._y_px = x_px, y_px
        if kind == PRESSED:
            self._buttons |= 1 << button - 1
        elif kind == RELEASED:
            self._buttons &= ~(1 << button - 1)
        else:
            self._moved_us = now_us
            return
        self._samples.append(self._sample(now_us))
        self._moved_us = None

    def _sample(self, time_us: int) -> PointerSample:
        return PointerSample(time_us=time_us, x_px=self._x_px, y_px=self._y_px, buttons=self._buttons)

    def samples(self, area: Region, now_us: int) -> list[PointerSample]:
        """Return what happened since the last time, oldest first.  Errors: CaptureError.

        Units: area is where the frames lie on the whole screen; the samples count from its left and top.
        """
        if self._tap is None and self._screen.look() != (self._x_px, self._y_px, self._buttons):
            self._x_px, self._y_px, self._buttons = self._screen.look()
            self._moved_us = now_us
        if self._moved_us is not None:
            self._samples.append(self._sample(self._moved_us or now_us))
        if shape := self._new_shape():
            last = self._samples.pop() if self._samples else self._sample(now_us)
            self._samples.append(replace(last, shape=shape))
        taken = [
            replace(sample, x_px=sample.x_px - area.left_px, y_px=sample.y_px - area.top_px) for sample in self._samples
        ]
        self._samples.clear()
        self._moved_us = None
        return taken

    def _new_shape(self) -> Shape | None:
        serial = self._screen.cursor
        if not self._screen.tells_cursor or (self._shape is not None and serial in {None, self._shown}):
            return None
        if serial is None or serial not in self._shapes:
            if len(self._shapes) >= _SHAPES_KEPT:
                self._shapes.clear()
            serial, shape = self._screen.shape()
            self._shapes[serial] = shape
        self._shown = serial
        if self._shapes[serial] == self._shape:
            return None
        self._shape = self._shapes[serial]
        return self._shape

    def close(self) -> None:
        """Give the socket back."""
        if self._tap is not None:
            self._tap.close()
