"""The other door to python-xlib: which windows are private, and everywhere they were since one asked last.

A window is seen with its frame, as the child of the root that holds it, and hidden whole, covered by others or not.
The server tells of each move before it happens, so no place is missed.  A private window stays private until it is
closed, whatever its title becomes.  With it are hidden the windows that name it as the one they belong to, and the
menus and other popups of its program.  On the safe side a window is private too for its first second on the screen
while it has neither title nor class, and while it is closed before it can be asked.  A window whose title says
only later what it shows was not private before.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from Xlib import X, Xatom, error
from Xlib.protocol import rq

from recorder.capture.frame import Region
from recorder.capture.mask import By, PrivateWindow, WindowTold
from recorder.capture.x_display import XDisplay, while_it_lasts
from recorder.errors import CaptureError

# Programs set titles before they show a window, or within milliseconds.
_NAMELESS_US: Final = 1_000_000
# How deep a program's window lies in frames of a window manager.
_DEEP: Final = 3
# Longer titles are cut.
_TITLE_WORDS: Final = 16_384
_TEXT_BITS: Final = 8
_WINDOW_BITS: Final = 32


@dataclass(slots=True)
class _Top:
    """A child of the root."""

    region: Region
    popup: bool
    mapped: bool = False
    mapped_us: int = 0
    private: bool = False
    places: list[Region] = field(default_factory=list)


class XWindows:
    """All windows of a screen, as far as privacy goes.  Not for several threads.  Errors: CaptureError everywhere."""

    def __init__(self, screen: XDisplay, private: Sequence[PrivateWindow], *, now_us: int) -> None:
        """Look at all windows.  Errors: CaptureError, also when one that is named by its id is not there."""
        self._screen = screen
        self._private = private
        self._tops: dict[int, _Top] = {}
        self._homes: dict[int, int] = {}
        self._told: dict[int, WindowTold | None] = {}
        self._marked: set[int] = set()
        self._ghosts: list[Region] = []
        self.stirred = True
        self.due_us: int | None = None
        connection = screen.connection.display
        self._own_bits = connection.info.resource_id_mask
        names = ("_NET_WM_NAME", "WM_STATE")
        self._net_name, self._state = (screen.connection.intern_atom(name) for name in names)
        self._telling = {Xatom.WM_NAME, Xatom.WM_CLASS, Xatom.WM_TRANSIENT_FOR, self._net_name}
        with while_it_lasts():
            for child in screen.root.query_tree().children:
                self._adopt(child.id, now_us)
            for each in private:
                if each.by is By.ID:
                    self._adopt_by_id(int(each.text, 0))

    def take(self, event: rq.Event, now_us: int) -> None:
        """Take in an event of XDisplay.events()."""
        self.stirred = True
        root = self._screen.root
        with while_it_lasts():
            match event.type:
                case X.CreateNotify if not _input_only(event.window):
                    self._tops[event.window.id] = _Top(_rectangle(event), bool(event.override))
                    self._watch(event.window)
                case X.DestroyNotify:
                    self._forget(event.window.id)
                case X.ReparentNotify if event.parent == root:
                    self._adopt(event.window.id, now_us)
                case X.ReparentNotify:
                    self._move_in(event.window.id, event.parent.id)
                case X.PropertyNotify if event.atom in self._telling:
                    self._told.pop(event.window.id, None)
                # What a window manager makes up for a client is not about the root.
                case X.MapNotify | X.UnmapNotify | X.ConfigureNotify if event.event == root and not event.send_event:
                    self._show(event, now_us)
                case _:
                    pass

    def _show(self, event: rq.Event, now_us: int) -> None:
        if not (top := self._tops.get(event.window.id)):
            return
        match event.type:
            case X.MapNotify:
                top.mapped, top.mapped_us, top.popup = True, now_us, bool(event.override)
            case X.UnmapNotify:
                top.mapped = False
            case X.ConfigureNotify:
                top.region = _rectangle(event)
        if top.mapped:
            top.places.append(top.region)

    def places(self, now_us: int) -> set[Region]:
        """Return where private windows are, and were since settle().  Units: px of the whole screen."""
        private = self._judge(now_us)
        return set(self._ghosts).union(*(self._tops[top].places for top in private))

    def settle(self) -> None:
        """Forget where windows were."""
        self._ghosts.clear()
        self.stirred = False
        for top in self._tops.values():
            top.places = [top.region] if top.mapped else []

    def _judge(self, now_us: int) -> list[int]:
        clients: dict[int, list[int]] = {top: [] for top in self._tops}
        for client, home in self._homes.items():
            if home in clients:
                clients[home].append(client)
        for top, held in clients.items():
            held.append(top)
            for client in held:
                if client not in self._told:
                    self._told[client] = self._ask(client)
        self._mark()
        owners = {client & ~self._own_bits for client in self._marked}
        self.due_us = None
        private = []
        for top, held in clients.items():
            seen = self._tops[top]
            seen.private |= not self._marked.isdisjoint(held)
            # Frames of window managers are popups by their kind, but what they hold is not.
            popup = seen.popup and held == [top]
            if (popup or self._for_all(held)) and any(each & ~self._own_bits in owners for each in held):
                seen.private = True
            if seen.private or (not popup and self._nameless(seen, held, now_us)):
                private.append(top)
        return private

    def _mark(self) -> None:
        told = [each for each in self._told.values() if each]
        self._marked |= {each.id for each in told if any(private.fits(each) for private in self._private)}
        before = -1
        while before != len(self._marked):
            before = len(self._marked)
            hidden = self._marked | {self._homes.get(client, client) for client in self._marked}
            self._marked |= {each.id for each in told if each.transient_for in hidden}

    def _for_all(self, held: list[int]) -> bool:
        told = (self._told[client] for client in held)
        return any(each.transient_for == self._screen.root.id for each in told if each)

    def _nameless(self, top: _Top, held: list[int], now_us: int) -> bool:
        told = [self._told[client] for client in held]
        if not all(told):
            return True
        if not top.mapped or any(each and (each.titles or each.classes) for each in told):
            return False
        until_us = top.mapped_us + _NAMELESS_US
        if until_us <= now_us:
            return False
        self.due_us = min(until_us, self.due_us or until_us)
        return True

    def _adopt(self, top_id: int, now_us: int) -> None:
        window = self._window(top_id)
        self._watch(window)
        try:
            place, attributes = window.get_geometry(), window.get_attributes()
            clients = list(self._clients(window, _DEEP))
        except error.XError:
            return
        self._homes.pop(top_id, None)
        if attributes.win_class == X.InputOnly:
            return
        mapped = attributes.map_state != X.IsUnmapped
        before = self._tops.get(top_id)
        top = _Top(
            _rectangle(place), bool(attributes.override_redirect), mapped, now_us, bool(before and before.private)
        )
        top.places = [*(before.places if before else ()), *([top.region] if mapped else ())]
        self._tops[top_id] = top
        for client in clients:
            self._homes[client] = top_id
            self._watch(self._window(client))

    def _adopt_by_id(self, window_id: int) -> None:
        home = self._home(window_id)
        if home is None:
            raise CaptureError(why=f"there is no window {window_id:#x} to be masked")
        if home != window_id:
            self._homes[window_id] = home
            self._watch(self._window(window_id))

    def _clients(self, window: rq.Window, deep: int) -> Iterator[int]:
        for child in window.query_tree().children if deep else ():
            # A window manager puts WM_STATE on what it manages (ICCCM §4.1.3.1).
            if child.get_property(self._state, X.AnyPropertyType, 0, 1):
                yield child.id
            else:
                yield from self._clients(child, deep - 1)

    def _home(self, window_id: int) -> int | None:
        try:
            while (parent := self._window(window_id).query_tree().parent) != self._screen.root:
                if not parent:
                    return None
                window_id = parent.id
        except error.XError:
            return None
        return window_id

    def _move_in(self, window_id: int, parent_id: int) -> None:
        self._leave(window_id)
        home = self._home(parent_id)
        moved = [client for client, before in self._homes.items() if before == window_id]
        for client in (window_id, *moved):
            self._homes.pop(client, None)
            if home is not None:
                self._homes[client] = home

    def _leave(self, top_id: int) -> None:
        if not (top := self._tops.pop(top_id, None)):
            return
        held = [top_id, *(client for client, home in self._homes.items() if home == top_id)]
        # What was never asked may have been private.
        if top.private or not all(self._told.get(client) for client in held):
            self._ghosts += top.places

    def _forget(self, window_id: int) -> None:
        self._leave(window_id)
        home = self._tops.get(self._homes.pop(window_id, 0))
        if home and window_id in self._marked:
            home.private = True
        self._told.pop(window_id, None)
        self._marked.discard(window_id)

    def _ask(self, window_id: int) -> WindowTold | None:
        window = self._window(window_id)
        try:
            name, net_name, classes, owner = (
                window.get_property(atom, X.AnyPropertyType, 0, _TITLE_WORDS)
                for atom in (Xatom.WM_NAME, self._net_name, Xatom.WM_CLASS, Xatom.WM_TRANSIENT_FOR)
            )
        except error.XError:
            return None
        return WindowTold(
            id=window_id,
            titles=tuple(text for told in (name, net_name) for text in _texts(told)),
            classes=tuple(_texts(classes)),
            transient_for=int(owner.value[0]) if owner and owner.format == _WINDOW_BITS and len(owner.value) else 0,
        )

    def _watch(self, window: rq.Window) -> None:
        window.change_attributes(event_mask=X.StructureNotifyMask | X.PropertyChangeMask)

    def _window(self, window_id: int) -> rq.Window:
        return self._screen.connection.create_resource_object("window", window_id)


def _input_only(window: rq.Window) -> bool:
    """Say whether a window shows nothing, and only takes clicks."""
    try:
        return bool(window.get_attributes().win_class == X.InputOnly)
    except error.XError:
        return False


def _texts(told: rq.Struct | None) -> list[str]:
    """Return every way to read a text: whatever a program wrote there, one of them fits what people see."""
    if not told or told.format != _TEXT_BITS:
        return []
    readings = [told.value.decode(errors="replace"), told.value.decode("latin-1")]
    parts = [part for text in readings for part in (*text.split("\0"), text.replace("\0", ""))]
    return [part for part in dict.fromkeys(parts) if part]


def _rectangle(place: rq.Struct) -> Region:
    """Where a window is on the root, with its border."""
    wide_px, high_px = place.width + 2 * place.border_width, place.height + 2 * place.border_width
    return Region(place.x, place.y, place.x + wide_px, place.y + high_px)
