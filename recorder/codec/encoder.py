"""Pictures in, packets out.  SPEC.md.

A picture is compared with what a reader shows by now, within what is said to have changed.  What moved is copied, what
was seen before is referred to; the rest is new: exact, or lossy where it is photographic and that is allowed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from recorder.codec.colours import Colours
from recorder.codec.grid import PIXELS, TILE, Flags, Grid, Numbers, Pixels, Rectangle, move, some
from recorder.codec.moves import Shift, copy, dragged, scrolled
from recorder.codec.packet import Packet
from recorder.codec.photographic import photographic
from recorder.codec.photos import as_many_as_fit, compress
from recorder.codec.seen import COARSE, EXACT, FINE, Losses, SeenTiles
from recorder.codec.stream import StreamWriter, packs_better_by_columns
from recorder.codec.wire import INDEXED, LOSSY, RAW, REFERENCE, Columns, Copy

_COLOUR: Final = np.uint32(0xFFFFFF)
# Of the scripted desktops (docs/benchmarks.md) these take fewest bytes for the time they cost.
_MOVED: Final = 24  # tiles that changed, from which on it is looked whether something moved
_MOST_COPIES: Final = 4
_WORTH: Final = 3  # a part of what differed before: if no more differs now, no other move is looked for
# Decoding by recorder.codec.decoder, one packet after the other: a packet, a copied pixel, a tile of each kind (least
# squares over the packets of three desktops; Intel Xeon with AVX-512, 22 November 2026).
_PACKET_NS: Final = 65_000
_COPIED_NS: Final = 0.55
_COSTS_NS: Final = np.array((500, 1_300, 1_300, 2_600))
_MOST_VAIN: Final = 15  # pictures: a drag is seen after a second and a half at most
_MOST_CHANGES: Final = 65_000  # between tiles that changed and others; half of them begin runs, whose count has 16 bits
_BAND: Final = 4 * TILE  # px; twice and half as many took longer


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A picture as a packet.

    Units: decode_us is what decoding it may cost.  Shapes: dear (n,) places in the grid where tiles are new and
        photographic, or have too many colours to be listed.
    """

    payload: bytes = field(repr=False)
    decode_us: int
    dear: Numbers
    moved: bool  # something was


class TilesEncoder:
    """One screen track.  It owns what a reader shows by now, and what was said since the last keyframe."""

    def __init__(self, width_px: int, height_px: int, *, lossy: bool = True, seed: int = 0) -> None:
        self.grid = Grid(width_px, height_px)
        self._lossy = lossy
        self._now = self.grid.canvas()
        self._shown = self.grid.canvas()
        self._losses = self.grid.canvas().astype(np.uint8)  # what the pixels lost that a reader shows
        self._coarse = False
        self._seen = SeenTiles(self.grid, seed=seed)
        self._colours = Colours()
        self._stream = StreamWriter()
        self._by_columns = False
        self._vain = self._rest = 0  # times that it was looked for a drag in vain, and pictures until the next time

    @property
    def coarse(self) -> bool:
        """Whether a reader may show something as coarse as what passes."""
        return self._coarse

    def encode(
        self, pixels: npt.NDArray[np.uint8], changed: Iterable[Rectangle], *, keyframe: bool, calm: bool = False
    ) -> Coded:
        """Return the packet of the next picture; when it is calm, what is coarse becomes finer.

        Shapes: pixels (height, width, 4) uint8: blue, green, red, and what means nothing.
        Units: changed are rectangles, px, outside which nothing differs from the picture before.
        """
        if keyframe:
            changed = [(0, 0, self.grid.width_px, self.grid.height_px)]
        dirty = self._look(pixels, changed)
        copies = list[Copy]()
        if keyframe:
            self._begin()
            dirty[:] = True
        else:
            copies = self._copies(dirty)
        if calm and self._coarse and not copies:
            dirty |= self._refined()
        if np.count_nonzero(np.diff(dirty.ravel())) > _MOST_CHANGES:
            dirty[:] = True
        places = np.flatnonzero(dirty)
        tiles = self.grid.tiles(self._now)[np.divmod(places, self.grid.columns)]
        self.grid.tiles(self._shown)[np.divmod(places, self.grid.columns)] = tiles
        return self._coded(places, tiles, copies, keyframe=keyframe)

    def _look(self, pixels: npt.NDArray[np.uint8], changed: Iterable[Rectangle]) -> Flags:
        """Take over what changed; return which tiles are not shown as they are now."""
        seen = pixels.view(np.uint32)[..., 0]
        dirty = np.zeros((self.grid.rows, self.grid.columns), bool)
        for left, top, right, bottom in changed:
            # So many rows at a time stay in a processor's cache until they were compared.
            for first in range(top // TILE * TILE, bottom, _BAND):
                band = left, max(first, top), right, min(first + _BAND, bottom)
                part = np.s_[band[1] : band[3], left:right]
                np.bitwise_and(seen[part], _COLOUR, out=self._now[part])
                around = self.grid.around(band)
                dirty[around] |= self._compared(around)
        return dirty

    def _begin(self) -> None:
        self._colours.forget()
        self._stream = StreamWriter()
        self._seen.forget()
        self._coarse = False

    def _refined(self) -> Flags:
        """Return where something coarse is shown, and let no tile refer to it any more."""
        self._seen.forget_coarse()
        self._coarse = False
        return some(self._losses == COARSE)

    def _compared(self, around: tuple[slice, slice]) -> Flags:
        """Return which of these tiles are not shown as they are now."""
        part = self.grid.pixels(around)
        return some(self._now[part] != self._shown[part])

    def _copies(self, dirty: Flags) -> list[Copy]:
        """Move what moved, as long as less differs afterwards."""
        copies, least = list[Copy](), _MOVED
        while (count := int(np.count_nonzero(dirty))) >= least and len(copies) < _MOST_COPIES:
            done = next((one for one in self._moves(dirty, drags=not copies) if self._moved(one, dirty)), None)
            if done is None:
                break
            copies.append(done)
            least = max(_MOVED, count // _WORTH)
        if copies and self._lossy:
            dirty |= self._smeared(copies, dirty)
        return copies

    def _smeared(self, copies: list[Copy], dirty: Flags) -> Flags:
        """Return tiles that look as if they were right, but into which something lossy was moved and may not be."""
        smeared = np.zeros_like(dirty)
        for one in copies:
            around = self.grid.around((one.left, one.top, one.left + one.width, one.top + one.height))
            smeared[around] |= some(self._losses[self.grid.pixels(around)] != EXACT)
        smeared &= ~dirty
        rows, columns = np.nonzero(smeared)
        smeared[rows, columns] = ~photographic(self.grid.tiles(self._now)[rows, columns])
        return smeared

    def _moves(self, dirty: Flags, *, drags: bool) -> Iterator[Copy]:
        """Yield what may have moved within what differs, the likelier and cheaper first."""
        rows, columns = np.flatnonzero(dirty.any(axis=1)), np.flatnonzero(dirty.any(axis=0))
        top, bottom = int(rows[0]) * TILE, min((int(rows[-1]) + 1) * TILE, self.grid.height_px)
        left, right = int(columns[0]) * TILE, min((int(columns[-1]) + 1) * TILE, self.grid.width_px)
        old, new = self._shown[top:bottom, left:right], self._now[top:bottom, left:right]
        for look in (scrolled, self._dragged) if drags else (scrolled,):
            shift = look(old, new)
            if shift and (one := copy(old, new, shift)):
                yield Copy(
                    one.left + left, one.top + top, one.width, one.height, one.from_left + left, one.from_top + top
                )

    def _dragged(self, old: Pixels, new: Pixels) -> Shift | None:
        """Look for what was dragged, but for a while no more where it was looked for in vain, as in a film."""
        self._rest = max(0, self._rest - 1)
        if self._rest:
            return None
        shift = dragged(old, new)
        self._vain = 0 if shift else min(2 * self._vain + 1, _MOST_VAIN)
        self._rest = self._vain
        return shift

    def _moved(self, one: Copy, dirty: Flags) -> bool:
        """Make a copy, and note what differs now, unless that is no less than before."""
        around = self.grid.around((one.left, one.top, one.left + one.width, one.top + one.height))
        part = rows, columns = self.grid.pixels(around)
        differs = self._now[part] != self._shown[part]
        top, left = one.top - rows.start, one.left - columns.start
        to = np.s_[one.top : one.top + one.height, one.left : one.left + one.width]
        origin = np.s_[one.from_top : one.from_top + one.height, one.from_left : one.from_left + one.width]
        np.not_equal(self._now[to], self._shown[origin], out=differs[top : top + one.height, left : left + one.width])
        after = some(differs)
        if np.count_nonzero(after) >= np.count_nonzero(dirty[around]):
            return False
        way = (one.left, one.top), (one.from_left, one.from_top), (one.width, one.height)
        move(self._shown, *way)
        if self._lossy:
            move(self._losses, *way)
        dirty[around] = after
        return True

    def _coded(self, places: Numbers, tiles: Pixels, copies: list[Copy], *, keyframe: bool) -> Coded:
        is_new, references = self._seen.find(tiles, places)
        new = tiles[is_new]
        found = photographic(new)
        lossy = as_many_as_fit(found) if self._lossy else np.zeros(len(new), bool)
        head = scan = b""
        if lossy.any():
            photographs = self.grid.filled(new[lossy], places[is_new][lossy])
            head, scan = compress(photographs, passing=bool(copies))
        exact = new[~lossy]
        if keyframe:
            self._by_columns = packs_better_by_columns(exact)
        if self._by_columns:
            exact = exact.transpose(0, 2, 1)
        exact = exact.reshape(-1, PIXELS)
        colours, indexed, raw = self._colours.number(exact)
        dear = found.copy()
        dear[~lossy] |= raw
        new_kinds = np.full(len(new), LOSSY, np.uint8)
        new_kinds[~lossy] = np.where(raw, RAW, INDEXED)
        kinds = np.full(len(tiles), REFERENCE, np.uint8)
        kinds[is_new] = new_kinds
        if self._lossy:
            self._note_losses(places, is_new, lossy * (COARSE if copies else FINE), references)
        columns = Columns(
            by_columns=self._by_columns, copies=tuple(copies), places=places, kinds=kinds, references=references,
            head=head, colours=colours, indexed=indexed, raw=exact[raw],
        )  # fmt: skip
        packet = Packet(keyframe=keyframe, stream=self._stream.pack(columns.to_bytes()), scan=scan)
        return Coded(
            payload=packet.to_bytes(),
            decode_us=_decode_us(columns),
            dear=places[is_new][dear],
            moved=bool(copies),
        )

    def _note_losses(self, places: Numbers, is_new: Flags, new: Losses, references: Numbers) -> None:
        self._seen.note(new)
        losses = np.empty(len(places), np.uint8)
        losses[is_new], losses[~is_new] = new, self._seen.losses_of(references)
        self._coarse = self._coarse or bool((losses == COARSE).any())
        rows, columns = np.divmod(places, self.grid.columns)
        self.grid.tiles(self._losses)[rows, columns] = losses[:, None, None]


def _decode_us(columns: Columns) -> int:
    copied = sum(one.width * one.height for one in columns.copies)
    cost = _COSTS_NS @ np.bincount(columns.kinds, minlength=LOSSY + 1)
    return int(_PACKET_NS + _COPIED_NS * copied + cost) // 1000
