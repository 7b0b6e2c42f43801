"""The vectors of the screen codec that are shown; codec_rarer.py has more, codec_refused.py those that are refused."""

from collections.abc import Iterable, Iterator
from typing import Final

from tests.vectors.codec_bytes import (
    INDEXED,
    RAW,
    REFERENCE,
    Case,
    Numbers,
    Packet,
    Rgb,
    Shown,
    columns,
    drawn,
    flat,
    packet,
    shorts,
    upright,
)

BLUE: Final = "2040c0"
FALLING: Final = ("ffff00", "20c040", "0000ff")


def shown_cases() -> Iterator[Case]:
    yield from _sizes()
    yield from _changes()
    yield from _copies()
    yield from _colours()


def key(shown: Shown, plain: bytes) -> Packet:
    return Packet(payload=packet(plain, keyframe=True), keyframe=True, expected=shown.rgb)


def further(shown: Shown, plain: bytes) -> Packet:
    return Packet(payload=packet(plain, keyframe=False), keyframe=False, expected=shown.rgb)


def drawing(shown: Shown) -> Packet:
    """Return a keyframe in which every tile is another."""
    tiles = [drawn(place) for place in range(shown.count)]
    for place, tile in enumerate(tiles):
        shown.tile(place, tile)
    return key(
        shown, columns(runs=[(0, shown.count)], kinds=[RAW] * shown.count, pixels=b"".join(map(Rgb.tobytes, tiles)))
    )


def case(name: str, spec: str, note: str, shown: Shown, packets: Iterable[Packet]) -> Case:
    return Case(name=name, spec=f"§{spec}", note=note, size=(shown.width, shown.height), packets=list(packets))


def one_flat(colour: str) -> bytes:
    """Return what a packet says of one tile of one colour, which is new."""
    return columns(runs=[(0, 1)], kinds=[INDEXED], colours=bytes.fromhex(colour), pixels=bytes(512))


def _sizes() -> Iterator[Case]:
    shown = Shown(16, 16)
    shown.tile(0, flat(BLUE))
    yield case("one-blue-tile", "1", "a keyframe of one tile", shown, [key(shown, one_flat(BLUE))])
    shown = Shown(1, 1)
    yield case("one-pixel", "2", "the smallest picture: of its tile, one pixel is shown", shown, [drawing(shown)])
    shown = Shown(33, 17)
    first = drawing(shown)
    shown.tile(0, drawn(5))
    note = "three by two tiles; then the last one, of which one pixel was shown, whole at the first place"
    moved = columns(runs=[(0, 1)], kinds=[REFERENCE], references=[5])
    yield case("odd-size", "2", note, shown, [first, further(shown, moved)])


def _changes() -> Iterator[Case]:
    shown = Shown(64, 64)
    first = drawing(shown)
    nothing = further(shown, columns())
    yield case("nothing-changed", "4.2", "a packet that says nothing", shown, [first, nothing])
    shown = Shown(64, 64)
    first = drawing(shown)
    for place in (2, 3, 7, 15):
        shown.tile(place, flat(BLUE))
    runs = [(0, 0), (2, 1), (0, 0), (0, 1), (3, 1), (7, 0), (0, 1), (0, 0)]
    plain = columns(
        runs=runs, kinds=[INDEXED, *[REFERENCE] * 3], references=[16] * 3, colours=bytes.fromhex(BLUE),
        pixels=bytes(512),
    )  # fmt: skip
    yield case(
        "run-empty", "4.4", "runs that skip nothing, that hold nothing, and both", shown, [first, further(shown, plain)]
    )
    yield _far_run()
    yield _by_columns()


def _far_run() -> Case:
    shown = Shown(16_384, 1_040)
    kinds = [INDEXED, *[REFERENCE] * (shown.count - 1)]
    plain = columns(
        runs=[(0, 65_535), (0, shown.count - 65_535)], kinds=kinds, references=[0] * (shown.count - 1),
        colours=bytes(3), pixels=bytes(512),
    )  # fmt: skip
    first = key(shown, plain)
    place = 66_000
    shown.tile(place, flat(BLUE))
    runs = [(65_535, 0), (place - 65_535, 1)]
    plain = columns(runs=runs, kinds=[INDEXED], colours=bytes.fromhex(BLUE), pixels=shorts([1] * 256))
    return case("run-far", "4.4", "a run that begins beyond 65 535 tiles", shown, [first, further(shown, plain)])


def _by_columns() -> Case:
    shown = Shown(33, 17)
    stripes, tiles = _stripes(), [drawn(place) for place in range(5)]
    for place, tile in enumerate([stripes, *tiles]):
        shown.tile(place, tile)
    pixels = shorts(at // 16 for at in range(256)) + b"".join(map(upright, tiles))
    colours = b"".join(stripes[0, column].tobytes() for column in range(16))
    plain = columns(order=1, runs=[(0, 6)], kinds=[INDEXED, *[RAW] * 5], colours=colours, pixels=pixels)
    first = key(shown, plain)
    shown.tile(3, stripes.transpose(1, 0, 2))
    by_rows = columns(runs=[(3, 1)], kinds=[INDEXED], pixels=shorts(at // 16 for at in range(256)))
    note = "pixels by columns in one packet, by rows in the next, indexed ones and raw ones"
    return case("by-columns", "4.7", note, shown, [first, further(shown, by_rows)])


def _stripes() -> Rgb:
    """Return a tile of sixteen upright stripes."""
    tile = flat("000000").copy()
    tile[:, :, 0] = range(0, 256, 16)
    tile[:, :, 2] = 7
    return tile


def _copies() -> Iterator[Case]:
    steps = {
        "down": (0, 7), "up": (0, -7), "right": (5, 0), "left": (-5, 0),
        "down and right": (1, 2), "up and right": (3, -40), "down and left": (-17, 3), "up and left": (-1, -1),
    }  # fmt: skip
    shown = Shown(99, 83)
    packets = [drawing(shown)]
    for right, down in steps.values():
        from_left, from_top = max(0, -right) + 2, max(0, -down) + 1
        size = 90 - abs(right), 80 - abs(down)
        way = from_left + right, from_top + down, *size, from_left, from_top
        shown.copy(way)
        packets.append(further(shown, columns(copies=[way])))
    note = f"rectangles over themselves: {', '.join(steps)}"
    yield case("copy-overlaps", "4.3", note, shown, packets)
    shown = Shown(99, 83)
    first = drawing(shown)
    ones: list[Numbers] = [(0, 0, 40, 40, 30, 20), (59, 43, 40, 40, 0, 0), (98, 0, 1, 83, 0, 0), (0, 82, 99, 1, 0, 3)]
    for one in ones:
        shown.copy(one)
    shown.tile(0, flat(BLUE))
    plain = columns(copies=ones, runs=[(0, 1)], kinds=[INDEXED], colours=bytes.fromhex(BLUE), pixels=bytes(512))
    note = "four copies, each of what those before left, then a tile over them"
    yield case("copies-in-order", "4.3", note, shown, [first, further(shown, plain)])
    shown = Shown(20, 20)
    first = drawing(shown)
    much = further(shown, columns(copies=[(0, 0, 20, 20, 0, 0)] * 4))
    yield case("copies-most", "4.3", "four times the pixels of the picture", shown, [first, much])


def _colours() -> Iterator[Case]:
    shown = Shown(32, 16)
    packets = []
    for turn in range(4):
        tile = flat("000000").copy()
        tile[:, :8], tile[:, 8:] = (flat(f"{16 * one:02x}40c0")[:, :8] for one in (turn, turn // 2))
        shown.tile(0, tile)
        indexes = shorts([turn] * 8 + [turn // 2] * 8) * 16
        new = bytes((16 * turn, 0x40, 0xC0))
        if turn == 0:
            shown.tile(1, tile)
            plain = columns(runs=[(0, 2)], kinds=[INDEXED, REFERENCE], references=[0], colours=new, pixels=indexes)
            packets.append(key(shown, plain))
        else:
            plain = columns(runs=[(0, 1)], kinds=[INDEXED], colours=new, pixels=indexes)
            packets.append(further(shown, plain))
    yield case("colours-grow", "4.7", "a colour more in each packet, and older ones", shown, packets)
    shown = Shown(32, 16)
    for place, colour in enumerate((FALLING[1], FALLING[2])):
        shown.tile(place, flat(colour))
    pixels = shorts([1] * 256 + [2] * 256)
    plain = columns(runs=[(0, 2)], kinds=[INDEXED] * 2, colours=bytes.fromhex("".join(FALLING)), pixels=pixels)
    yield case("colours-differ", "4.7", "each of three colours is less than the one before", shown, [key(shown, plain)])
    shown = Shown(16, 16)
    first = key(shown, columns(runs=[(0, 1)], kinds=[INDEXED], colours=bytes(3 * 65_535), pixels=bytes(512)))
    shown.tile(0, flat(BLUE))
    plain = columns(runs=[(0, 1)], kinds=[INDEXED], colours=bytes.fromhex(BLUE), pixels=b"\xff" * 512)
    yield case("colours-65536", "4.7", "as many colours as there may be", shown, [first, further(shown, plain)])
    shown = Shown(16, 16)
    shown.tile(0, flat("c0a020"))
    packets = [key(shown, one_flat("c0a020"))]
    shown.tile(0, flat(BLUE))
    packets.append(key(shown, one_flat(BLUE)))
    plain = columns(runs=[(0, 1)], kinds=[REFERENCE], references=[0])
    note = "a second keyframe, whose first colour and tile are others"
    yield case("keyframe-again", "5", note, shown, [*packets, further(shown, plain)])
