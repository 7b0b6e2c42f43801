"""A door to python-xlib: what of the screen was painted, and what the pointer does, told by the X server unasked.

Painting is told by DAMAGE, once until it is collected, however much is painted.  The pointer is told by RECORD, which
sees every motion and click with its place, whoever has grabbed the pointer; it is asked for nothing else, keys never
come here.  The other door is x_windows.py.
"""

import contextlib
import socket
import struct
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from Xlib import X, display, error
from Xlib.ext import damage, record, xfixes
from Xlib.protocol import rq, structs

from recorder.capture.frame import Region
from recorder.errors import CaptureError
from recorder.format.screen import MAX_SHAPE_SIDE, Shape

# The pointer's events, in the order of their numbers; none lies between.
PRESSED: Final[int] = X.ButtonPress
RELEASED: Final[int] = X.ButtonRelease
MOVED: Final[int] = X.MotionNotify


def _request(opcode: int, *fields: rq.Field, reply: Iterable[rq.Field] | None = None) -> type:
    """Make a request that python-xlib lacks, as its own extension modules do."""
    body = {"_request": rq.Struct(rq.Card8("opcode"), rq.Opcode(opcode), rq.RequestLength(), *fields)}
    if reply is None:
        return type("Request", (rq.Request,), body)
    head = (rq.ReplyCode(), rq.Pad(1), rq.Card16("sequence_number"), rq.ReplyLength())
    return type("ReplyRequest", (rq.ReplyRequest,), body | {"_reply": rq.Struct(*head, *reply)})


# XFIXES protocol §11.
_CreateRegion = _request(5, rq.Card32("region"), rq.List("rectangles", structs.Rectangle))
_FetchRegion = _request(
    19,
    rq.Card32("region"),
    reply=(rq.Object("extents", structs.Rectangle), rq.Pad(16), rq.List("rectangles", structs.Rectangle)),
)


@contextlib.contextmanager
def while_it_lasts() -> Iterator[None]:
    """Turn the end of a connection into CaptureError."""
    try:
        yield
    except (error.ConnectionClosedError, OSError) as closed:
        raise CaptureError(why="the display went away") from closed


def _connect(name: str) -> display.Display:
    try:
        connected = display.Display(name)
    except (error.DisplayError, error.XauthError, error.XNoAuthError, OSError) as refused:
        raise CaptureError(why=f"the display {name} cannot be opened: {refused}") from refused
    # What is asked of a window that has just been closed is answered by an error, which is no news.
    connected.set_error_handler(lambda *_: None)
    return connected


class XDisplay:
    """A connection to an X server.  Owns it; not for several threads.

    Every method raises CaptureError when the server has gone.
    """

    def __init__(self, name: str) -> None:
        """Open it.  Errors: CaptureError."""
        self.connection = _connect(name)
        self._name = name
        self.root = self.connection.screen().root
        # Whether it has what watch() needs, and what watch_cursor() needs.
        self.tells_cursor = bool(self.connection.has_extension("XFIXES"))
        self.tells_damage = self.tells_cursor and bool(self.connection.has_extension("DAMAGE"))
        self.resized = False
        self.damaged = False
        self.cursor: int | None = None

    @property
    def xwayland(self) -> bool:
        """Whether a Wayland compositor stands behind it, which shows it no other program's pixels."""
        with while_it_lasts():
            return bool(self.connection.query_extension("XWAYLAND"))

    def watch_cursor(self) -> None:
        """Ask to be told of the cursor's shape."""
        with while_it_lasts():
            self.connection.xfixes_query_version()
            self.connection.xfixes_select_cursor_input(self.root, xfixes.XFixesDisplayCursorNotifyMask)

    def watch(self, *, windows: bool) -> None:
        """Ask to be told of painting and of the screen's size, if wanted also of windows."""
        with while_it_lasts():
            self.connection.xfixes_query_version()
            self.connection.damage_query_version()
            # RANDR tells of every change of the monitors by a ConfigureNotify of the root, too.
            told = X.StructureNotifyMask | (X.SubstructureNotifyMask if windows else 0)
            self.root.change_attributes(event_mask=told)
            self._damage = self.root.damage_create(damage.DamageReportNonEmpty)
            self._collected = self.connection.display.allocate_resource_id()
            self._xfixes(_CreateRegion, region=self._collected, rectangles=[])
        self.sync()

    @property
    def descriptor(self) -> int:
        """What to wait for."""
        with while_it_lasts():
            return int(self.connection.fileno())

    def events(self) -> list[rq.Event]:
        """Take in what was told, without waiting; return what is about windows.

        Painting, sizes and the cursor end in `damaged`, `resized` and `cursor`, its serial number.
        """
        windows: list[rq.Event] = []
        codes = self.connection.extension_event
        with while_it_lasts():
            for _ in range(self.connection.pending_events()):
                event = self.connection.next_event()
                if self.tells_damage and event.type == codes.DamageNotify:
                    self.damaged = True
                # Such events have a code and a second one.
                elif self.tells_cursor and event.type == codes.DisplayCursorNotify[0]:
                    self.cursor = event.cursor_serial
                elif event.type == X.ConfigureNotify and event.window == self.root:
                    self.resized = True
                else:
                    windows.append(event)
        return windows

    def collect(self) -> list[Region]:
        """Return where something was painted since the last time.

        Units: px of the whole screen.  What is painted from now on will be told anew, so grab after this.
        """
        self.damaged = False
        with while_it_lasts():
            self.connection.damage_subtract(self._damage, X.NONE, self._collected)
            found = self._xfixes(_FetchRegion, region=self._collected)
        return [Region(each.x, each.y, each.x + each.width, each.y + each.height) for each in found.rectangles]

    def sync(self) -> None:
        """Wait until all that happened before can be taken in."""
        with while_it_lasts():
            self.connection.get_input_focus()

    def look(self) -> tuple[int, int, int]:
        """Return where the pointer is, in px of the whole screen, and its buttons, as in PointerSample."""
        with while_it_lasts():
            found = self.root.query_pointer()
        # The modifier keys come first (X11 protocol, SETofKEYBUTMASK).
        return found.root_x, found.root_y, found.mask >> 8 & 0x1F

    def shape(self) -> tuple[int, Shape]:
        """Return the cursor's serial number and its shape."""
        with while_it_lasts():
            found = self.connection.xfixes_get_cursor_image(self.root)
        if max(found.width, found.height) > MAX_SHAPE_SIDE:  # nobody can have that put into a recording
            return found.cursor_serial, Shape(hot_x_px=0, hot_y_px=0, width_px=0, height_px=0, rgba=b"")
        shape = Shape(
            width_px=found.width,
            height_px=found.height,
            hot_x_px=found.xhot,
            hot_y_px=found.yhot,
            rgba=straight_alpha(found.cursor_image),
        )
        return found.cursor_serial, shape

    def tap_pointer(self) -> socket.socket | None:
        """Return a socket that gives replies with the pointer's events, without waiting; None without RECORD.

        Source: RECORD protocol §4; only PRESSED to MOVED are asked for.
        """
        if not self.connection.has_extension("RECORD"):
            return None
        wanted: dict[str, object] = {"device_events": (PRESSED, MOVED), "client_started": False, "client_died": False}
        wanted |= dict.fromkeys(("core_requests", "core_replies", "delivered_events", "errors"), (0, 0))
        wanted |= dict.fromkeys(("ext_requests", "ext_replies"), (0, 0, 0, 0))
        second = _connect(self._name)
        with while_it_lasts():
            context = second.record_create_context(0, [record.AllClients], [wanted])
            second.sync()
            # From here on the server only sends.  python-xlib would keep every reply, and make objects of each.
            tap: socket.socket = second.display.socket
            tap.sendall(struct.pack("=BBHI", second.display.get_extension_major("RECORD"), 5, 2, context))
            tap.settimeout(0)
        return tap

    def _xfixes(self, request: type, **fields: object) -> rq.ReplyRequest:
        major = self.connection.display.get_extension_major("XFIXES")
        return request(self.connection.display, opcode=major, **fields)

    def close(self) -> None:
        """Close it; one that has gone is closed already."""
        with contextlib.suppress(CaptureError), while_it_lasts():
            self.connection.close()


def straight_alpha(pixels: Iterable[int]) -> bytes:
    """Return red, green, blue, alpha of each pixel, which X keeps as one number, its colours multiplied by alpha."""
    bgra = np.array(pixels, np.uint32).view(np.uint8).reshape(-1, 4)
    alpha = bgra[:, 3:]
    colours = bgra[:, 2::-1].astype(np.uint16) * 255 // np.maximum(alpha, 1)
    return np.hstack((np.minimum(colours, 255).astype(np.uint8), alpha)).tobytes()
