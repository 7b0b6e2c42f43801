"""The vectors of the screen codec that are shown, further ones: references, lossy tiles, streams."""

from collections.abc import Iterator, Sequence
from typing import Final

from tests.vectors.codec_bytes import (
    INDEXED,
    LOSSY,
    RAW,
    REFERENCE,
    WINDOW_8_MIB,
    Case,
    Packet,
    Point,
    Rgb,
    Shown,
    assembled,
    blocks,
    columns,
    drawn,
    flat,
    jpeg,
    packet,
    recorded,
    shorts,
)
from tests.vectors.codec_cases import BLUE, case, drawing, further, key, one_flat
from tests.vectors.codec_plain import (
    FAR_COUNT,
    FAR_PLACE,
    GREY,
    MATCHES_AGAIN,
    ROWS,
    ROWS_COUNT,
    SMOOTH_COUNT,
    noise,
    smooth,
)

_KEPT: Final = 65_536
_NEAR: Final = 12  # levels: decoders round otherwise and draw colours of half the resolution otherwise


def rarer_cases() -> Iterator[Case]:
    yield from _references()
    yield from _lossy()
    yield from _streams()


def _references() -> Iterator[Case]:
    shown = Shown(64, 16)
    for place, number in enumerate((1, 2, 1, 1)):
        shown.tile(place, drawn(number))
    kinds = [RAW, RAW, REFERENCE, REFERENCE]
    first = key(
        shown,
        columns(runs=[(0, 4)], kinds=kinds, references=[0, 0], pixels=drawn(1).tobytes() + drawn(2).tobytes()),
    )
    for place, number in enumerate((3, 2, 3, 1)):
        shown.tile(place, drawn(number))
    plain = columns(
        runs=[(0, 4)], kinds=[REFERENCE, REFERENCE, RAW, REFERENCE], references=[2, 1, 0], pixels=drawn(3).tobytes()
    )
    note = "tiles that come with the packet itself, also after the reference, and again and back"
    yield case("reference-in-packet", "4.5", note, shown, [first, further(shown, plain)])
    yield _wrapping()
    shown = Shown(16_384, 1_040)
    first_tiles = {0: "800000", 1: "008000", 1_023: "000080", _KEPT: "808000", _KEPT + 1: "008080"}
    indexes = [0] * shown.count
    for at, place in enumerate(first_tiles):
        indexes[place] = at + 1
    pixels = b"".join(shorts([index] * 256) if index else bytes(512) for index in indexes)
    colours = bytes.fromhex(GREY + "".join(first_tiles.values()))
    shown.everywhere(GREY)
    for place, colour in first_tiles.items():
        shown.tile(place, flat(colour))
    runs = [(0, 65_535), (0, shown.count - 65_535)]
    first = key(shown, columns(runs=runs, kinds=[INDEXED] * shown.count, colours=colours, pixels=pixels))
    # Numbers 0 and 1 are no longer kept, 1 023 still ends so in its 16 bits: it is 66 559, the last.
    for place, colour in enumerate(("808000", "008080", GREY)):
        shown.tile(place, flat(colour))
    plain = columns(runs=[(0, 3)], kinds=[REFERENCE] * 3, references=[0, 1, 1_023])
    note = "one packet brings more than 65 536 new tiles; the first of them are no longer kept"
    yield case("new-tiles-many", "4.5", note, shown, [first, further(shown, plain)])


def _wrapping() -> Case:
    """Return 65 536 new tiles in sixteen packets; then tiles whose numbers begin anew."""
    shown = Shown(1_024, 1_024)
    packets = []
    known = {0: "800000", 1: "008000", 2: "000080", _KEPT - 1: "808080"}
    for first in range(0, _KEPT, shown.count):
        here = {number - first: colour for number, colour in known.items() if first <= number < first + shown.count}
        tiles = [bytes(768)] * shown.count
        shown.everywhere("000000")
        for place, colour in here.items():
            shown.tile(place, flat(colour))
            tiles[place] = flat(colour).tobytes()
        plain = columns(runs=[(0, shown.count)], kinds=[RAW] * shown.count, pixels=b"".join(tiles))
        packets.append(further(shown, plain) if first else key(shown, plain))
    for place, colour in enumerate(("c0c000", "808080", "000080", "00c0c0", "c0c000")):
        shown.tile(place, flat(colour))
    # New are numbers 65 536 and 65 537; 65 535 and 2 are still kept, 0 and 1 are these two now.
    plain = columns(
        runs=[(0, 5)], kinds=[RAW, REFERENCE, REFERENCE, RAW, REFERENCE], references=[_KEPT - 1, 2, 0],
        pixels=flat("c0c000").tobytes() + flat("00c0c0").tobytes(),
    )  # fmt: skip
    packets.append(further(shown, plain))
    shown.tile(5, flat("00c0c0"))
    packets.append(further(shown, columns(runs=[(5, 1)], kinds=[REFERENCE], references=[1])))
    return case("reference-wraps", "4.5", "numbers of tiles beyond 16 bits", shown, packets)


def _lossy() -> Iterator[Case]:
    head, scan = jpeg("smooth")
    shown = Shown(48, 32)
    places = (0, 2, 3, 5)
    for number, place in enumerate(places):
        shown.tile(place, smooth()[:, 16 * number : 16 * number + 16])
    for place in (1, 4):
        shown.tile(place, drawn(place))
    kinds = [LOSSY, RAW, LOSSY, LOSSY, RAW, LOSSY]
    plain = columns(runs=[(0, 6)], kinds=kinds, head=head, pixels=drawn(1).tobytes() + drawn(4).tobytes())
    lossy = set(places)
    first = Packet(payload=packet(plain, keyframe=True, scan=scan), keyframe=True, expected=_points(shown, lossy))
    shown.tile(4, smooth()[:, 16:32])
    one = (0, 16, 10, 16, 32, 0)
    shown.copy(one)
    again = columns(copies=[one], runs=[(4, 1)], kinds=[REFERENCE], references=[2])
    second = Packet(payload=packet(again, keyframe=False), keyframe=False, expected=_points(shown, lossy | {4}))
    note = "four tiles of six are lossy; then one is copied in part, and one referred to"
    assert len(places) == SMOOTH_COUNT
    yield case("lossy", "4.6", note, shown, [first, second])
    head, scan = jpeg("rows")
    shown = Shown(112, 592)
    shown.everywhere(GREY)
    for place, colour in ROWS.items():
        shown.tile(place, flat(colour))
    plain = columns(runs=[(0, ROWS_COUNT)], kinds=[LOSSY] * ROWS_COUNT, head=head)
    points = [_point(shown, place, 8, 8, _NEAR) for place in (*ROWS, 150, 257)]
    only = Packet(payload=packet(plain, keyframe=True, scan=scan), keyframe=True, expected=points)
    yield case("lossy-rows", "4.6", "so many lossy tiles that their JPEG has two rows", shown, [only])


def _points(shown: Shown, lossy: set[int]) -> list[Point]:
    inside = ((0, 0), (15, 0), (7, 8), (9, 3), (0, 15), (15, 15))
    return [
        _point(shown, place, right, down, _NEAR if place in lossy else 0)
        for place in range(shown.count)
        for right, down in inside
    ]


def _point(shown: Shown, place: int, right: int, down: int, near: int) -> Point:
    row, column = divmod(place, shown.columns)
    x, y = 16 * column + right, 16 * row + down
    return x, y, shown.rgb[y, x].tobytes().hex(), near


def _streams() -> Iterator[Case]:
    shown = Shown(64, 64)
    first = drawing(shown)
    tiles: Sequence[Rgb] = [drawn(number) for number in MATCHES_AGAIN]
    begins, following = recorded("matches")
    packets = [Packet(payload=assembled(begins, keyframe=True), keyframe=True, expected=shown.rgb)]
    for place, tile in enumerate(tiles, 4):
        shown.tile(place, tile)
    packets.append(Packet(payload=assembled(following, keyframe=False), keyframe=False, expected=shown.rgb))
    note = "as an encoder packed it: the second packet is said by what the first one said"
    yield case("stream-matches", "4.1", note, shown, packets)
    (whole,) = recorded("whole")
    note = "a Zstandard frame that says its size, has a checksum, and ends with its packet"
    yield case(
        "stream-whole", "4.1", note, shown,
        [Packet(payload=assembled(whole, keyframe=True), keyframe=True, expected=first.expected)],
    )  # fmt: skip
    shown = Shown(1_024, 1_024)
    packets = []
    for stream, noisy in zip(recorded("far"), (0, None, FAR_PLACE), strict=True):
        for place in (0, FAR_PLACE):
            shown.tile(place, noise() if place == noisy else flat("000000"))
        keyframe = not packets
        packets.append(Packet(payload=assembled(stream, keyframe=keyframe), keyframe=keyframe, expected=shown.rgb))
    assert shown.count == FAR_COUNT
    yield case("stream-far", "4.1", "an encoder found what it said nearly 8 MiB before", shown, packets)
    shown = Shown(16, 16)
    shown.tile(0, flat(BLUE))
    stream = WINDOW_8_MIB + b"".join(blocks(bytes([one])) for one in one_flat(BLUE)) + bytes(3)
    parts = Packet(payload=assembled(stream, keyframe=True), keyframe=True, expected=shown.rgb)
    yield case("stream-in-pieces", "4.1", "a block for each byte, and an empty one", shown, [parts])
