"""The vectors of the screen codec that are refused: one fault each, in the last packet."""

from collections.abc import Iterator
from typing import Final

from tests.vectors.codec_bytes import (
    INDEXED,
    LOSSY,
    MALFORMED,
    RAW,
    REFERENCE,
    TRUNCATED,
    WINDOW_8_MIB,
    Case,
    Numbers,
    Packet,
    Shown,
    assembled,
    blocks,
    columns,
    flat,
    jpeg,
    packet,
    recorded,
    shorts,
)
from tests.vectors.codec_cases import BLUE, case, drawing, key, one_flat
from tests.vectors.codec_plain import SMOOTH_COUNT

_ONE: Final = (16, 16)
_FOUR: Final = (64, 16)
_MOST_SCAN: Final = 1_024 * SMOOTH_COUNT + 4_096


def refused_cases() -> Iterator[Case]:
    yield from _packets()
    yield from _streams()
    yield from _counts()
    yield from _copies()
    yield from _tiles()
    yield from _jpegs()


def refused(name: str, spec: str, note: str, payload: bytes, *, size: tuple[int, int], word: str = MALFORMED) -> Case:
    """Return a keyframe that is refused."""
    only = Packet(payload=payload, keyframe=True, expected=word)
    return case(name, spec, note, Shown(*size), [only])


def after(name: str, spec: str, note: str, payload: bytes, *, size: tuple[int, int], word: str = MALFORMED) -> Case:
    """Return a packet that is refused after a keyframe that is not."""
    shown = Shown(*size)
    return case(name, spec, note, shown, [drawing(shown), Packet(payload=payload, keyframe=False, expected=word)])


def _packets() -> Iterator[Case]:
    whole = packet(one_flat(BLUE), keyframe=True)
    yield refused("empty", "5", "no byte", b"", size=_ONE, word=TRUNCATED)
    yield refused("cut", "5", "half a packet", whole[: len(whole) // 2], size=_ONE, word=TRUNCATED)
    note = "a keyframe that says it goes on"
    yield refused("kind-goes-on", "4.1", note, b"\1" + whole[1:], size=_ONE)
    nothing = packet(columns(), keyframe=False)
    note = "a packet that is no keyframe and begins a stream, in all else as it should be"
    yield after("kind-begins", "4.1", note, b"\0" + nothing[1:], size=_ONE)
    yield after("kind-unknown", "4.1", "a third bit", b"\5" + nothing[1:], size=_ONE)
    shown = Shown(*_ONE)
    only = Packet(payload=nothing, keyframe=False, expected=MALFORMED)
    yield case("begins-in-the-middle", "5", "nothing before a packet that is no keyframe", shown, [only])
    head, scan = jpeg("smooth")
    lossy = packet(_lossy(head), keyframe=True, scan=scan)
    note = "the scan says it has a byte more than there are behind the size"
    size = (len(lossy) - 5 + 1).to_bytes(4, "little")
    yield refused("scan-larger", "4.1", note, lossy[:1] + size + lossy[5:], size=_FOUR, word=TRUNCATED)
    yield refused("scan-size-cut", "4.1", "the size of the scan ends early", lossy[:4], size=_FOUR, word=TRUNCATED)
    note = "bit 1, and no byte of a scan"
    yield refused("scan-empty", "4.1", note, packet(one_flat(BLUE), keyframe=True, scan=b""), size=_ONE)


def _streams() -> Iterator[Case]:
    plain = one_flat(BLUE)
    short = packet(plain[:-1], keyframe=True)
    yield refused("stream-short", "4.1", "a byte less is unpacked", short, size=_ONE, word=TRUNCATED)
    note = "a byte more is unpacked; a reader may also refuse the next packet instead"
    yield refused("stream-long", "4.1", note, packet(plain + b"\0", keyframe=True), size=_ONE)
    starts = {
        "window-16-mib": ("a window of 16 MiB", "28b52ffd 00 70"),
        "window-9-mib": ("a window of 9 MiB", "28b52ffd 00 69"),
        "stream-dictionary": ("a dictionary with number 7", "28b52ffd 01 68 07"),
    }
    for name, (note, start) in starts.items():
        payload = assembled(bytes.fromhex(start) + blocks(plain), keyframe=True)
        yield refused(name, "4.1", note, payload, size=_ONE)
    payload = assembled(WINDOW_8_MIB + blocks(plain)[:-4] + b"\6\0\0", keyframe=True)
    yield refused("stream-broken", "5", "a block of the kind that is none", payload, size=_ONE)
    (whole,) = recorded("whole")
    broken = whole[:-1] + bytes([whole[-1] ^ 1])
    yield refused("stream-checksum", "4.1", "another checksum", assembled(broken, keyframe=True), size=(64, 64))
    # All of it, with its size said and its end: libraries that have all at once look at no window.
    plain = one_flat(BLUE)
    raw = (1 | len(plain) << 3).to_bytes(3, "little") + plain
    payload = assembled(bytes.fromhex("28b52ffd 40 70") + (len(plain) - 256).to_bytes(2, "little") + raw, keyframe=True)
    yield refused("window-16-mib-whole", "4.1", "a window of 16 MiB of a frame that is whole", payload, size=_ONE)
    payload = assembled(whole + b"\0", keyframe=True)
    yield refused("stream-ended", "4.1", "a byte behind the end of the frame", payload, size=(64, 64))
    note = "the frame ended with the packet before"
    shown = Shown(64, 64)
    packets = [
        Packet(payload=assembled(whole, keyframe=True), keyframe=True, expected=drawing(shown).expected),
        Packet(payload=packet(columns(), keyframe=False), keyframe=False, expected=MALFORMED),
    ]
    yield case("stream-goes-on-ended", "4.1", note, shown, packets)


def _counts() -> Iterator[Case]:
    plain = columns(copies=[(0, 0, 8, 8, 8, 8)], runs=[(0, 1)], kinds=[RAW], pixels=bytes(768))
    yield refused("keyframe-copies", "4.2", "a keyframe that copies", packet(plain, keyframe=True), size=_ONE)
    plain = columns(order=2, runs=[(0, 1)], kinds=[RAW], pixels=bytes(768))
    yield refused("order-2", "4.2", "an order that is none", packet(plain, keyframe=True), size=_ONE)
    head, scan = jpeg("smooth")
    plain = columns(runs=[(0, 1)], kinds=[RAW], head=head, pixels=bytes(768))
    yield refused("head-alone", "4.2", "a head without a scan", packet(plain, keyframe=True), size=_ONE)
    plain = columns(runs=[(0, 4)], kinds=[LOSSY] * 4)
    yield refused("scan-alone", "4.2", "a scan without a head", packet(plain, keyframe=True, scan=scan), size=_FOUR)
    # Its first segment is made longer, which means nothing else.
    longer = 4_097 - len(head)
    size = int.from_bytes(head[4:6], "big") + longer
    large = head[:4] + size.to_bytes(2, "big") + head[6:20] + bytes(longer) + head[20:]
    payload = packet(_lossy(large), keyframe=True, scan=scan)
    yield refused("head-4097", "4.2", "a head of 4 097 bytes", payload, size=_FOUR)


def _copies() -> Iterator[Case]:
    width, height = size = (40, 24)
    whole: Numbers = (0, 0, width, height, 0, 0)
    wrong: dict[str, tuple[str, list[Numbers]]] = {
        "copy-outside": ("to one pixel right of the picture", [(width - 7, 0, 8, 8, 0, 0)]),
        "copy-outside-below": ("to one pixel below the picture, but in its tiles", [(0, height - 7, 8, 8, 0, 0)]),
        "copy-from-outside": ("from one pixel right of the picture", [(0, 0, 8, 8, width - 7, 0)]),
        "copy-empty": ("a rectangle without width", [(0, 0, 0, 8, 8, 8)]),
        "copies-much": ("four times the picture and a pixel", [*[whole] * 4, (0, 0, 1, 1, 1, 1)]),
    }
    for name, (note, copies) in wrong.items():
        yield after(name, "4.3", note, packet(columns(copies=copies), keyframe=False), size=size)


def _tiles() -> Iterator[Case]:
    raw = bytes(768)
    plain = columns(runs=[(0, 5)], kinds=[RAW] * 5, pixels=raw * 5)
    yield refused("run-outside", "4.4", "five tiles of four", packet(plain, keyframe=True), size=_FOUR)
    plain = columns(runs=[(5, 0)])
    yield after("skip-outside", "4.4", "a run of no tiles beyond the grid", packet(plain, keyframe=False), size=_FOUR)
    plain = columns(runs=[(0, 2), (1, 1)], kinds=[RAW] * 3, pixels=raw * 3)
    yield refused("keyframe-hole", "4.4", "three tiles of four", packet(plain, keyframe=True), size=_FOUR)
    plain = columns(runs=[(0, 1)], kinds=[4], pixels=raw)
    yield refused("kind-4", "4.4", "a kind that is none", packet(plain, keyframe=True), size=_ONE)
    plain = columns(runs=[(0, 2)], kinds=[RAW, REFERENCE], references=[1], pixels=raw)
    note = "a tile whose number would be the next"
    yield refused("reference-nowhere", "4.5", note, packet(plain, keyframe=True), size=(32, 16))
    shown = Shown(*_ONE)
    packets = [drawing(shown), drawing(shown)]
    plain = columns(runs=[(0, 1)], kinds=[REFERENCE], references=[1])
    last = Packet(payload=packet(plain, keyframe=False), keyframe=False, expected=MALFORMED)
    note = "the second tile, but a keyframe came between it and the first"
    yield case("reference-before-keyframe", "4.5", note, shown, [*packets, last])
    plain = columns(runs=[(0, 1)], kinds=[INDEXED], colours=bytes(3), pixels=shorts([0] * 255 + [1]))
    yield refused("index-nowhere", "4.7", "an index of one colour more", packet(plain, keyframe=True), size=_ONE)
    shown = Shown(*_ONE)
    plain = columns(runs=[(0, 1)], kinds=[INDEXED], colours=bytes(3 * 65_535), pixels=bytes(512))
    shown.tile(0, flat("000000"))
    last = Packet(payload=packet(columns(colours=bytes(6)), keyframe=False), keyframe=False, expected=MALFORMED)
    yield case("colours-65537", "4.7", "a colour more than there may be", shown, [key(shown, plain), last])


def _jpegs() -> Iterator[Case]:
    head, scan = jpeg("smooth")
    yield refused("lossy-alone", "4.4", "lossy tiles without a scan", packet(_lossy(b""), keyframe=True), size=_FOUR)
    plain = columns(runs=[(0, 4)], kinds=[RAW] * 4, head=head, pixels=bytes(768) * 4)
    payload = packet(plain, keyframe=True, scan=scan)
    yield refused("scan-for-nothing", "4.4", "a JPEG without a lossy tile", payload, size=_FOUR)
    plain = columns(runs=[(0, 4)], kinds=[LOSSY, LOSSY, LOSSY, RAW], head=head, pixels=bytes(768))
    note = "a JPEG of four tiles for three"
    yield refused("jpeg-size", "4.6", note, packet(plain, keyframe=True, scan=scan), size=_FOUR)
    huge = scan.ljust(_MOST_SCAN + 1, b"\0")
    payload = packet(_lossy(head), keyframe=True, scan=huge)
    yield refused("scan-huge", "4.6", "a scan with zeros behind its end, a byte too long", payload, size=_FOUR)
    others = {
        "jpeg-progressive": ("a JPEG that is not baseline", *jpeg("progressive")),
        "jpeg-grey": ("a JPEG of one component", *jpeg("grey")),
        "jpeg-comment": ("a JPEG with a comment", *jpeg("comment")),
        "jpeg-no-jfif": ("a JPEG that does not begin with JFIF's segment", head[:2] + head[20:], scan),
        "jpeg-scans": ("the first scan of a JPEG has one of its components", head[:-14] + _ONE_COMPONENT, scan),
        "jpeg-tables-16-bits": ("quantizers of 16 bits, which a baseline JPEG has not", *_wide_tables(head), scan),
        "jpeg-no-codes": ("a JPEG without its Huffman codes", _without(head, 0xC4), scan),
        "jpeg-some-frequencies": ("a scan that says it has some of the frequencies", head[:-3] + b"\0\0\0", scan),
        "jpeg-short-jfif": (
            "a first segment that is too short for JFIF",
            head[:4] + b"\0\x0b" + head[6:15] + head[20:],
            scan,
        ),
        "jpeg-scan-goes-on": ("a byte behind the end of the scan", head, scan + b"\0"),
        "jpeg-scan-marker": ("a marker of a restart in the scan", head, b"\xff\xd0" + scan),
        "jpeg-scan-no-end": ("a scan without its end", head, scan[:-2]),
        "jpeg-head-longer": ("a byte of the scan in the head", head + scan[:1], scan[1:]),
        "jpeg-head-shorter": ("a byte of the head in the scan", head[:-1], head[-1:] + scan),
    }
    for name, (note, its_head, its_scan) in others.items():
        payload = packet(_lossy(its_head), keyframe=True, scan=its_scan)
        yield refused(name, "4.6", note, payload, size=_FOUR)


# A header of a scan (ITU-T T.81 §B.2.3).
_ONE_COMPONENT: Final = bytes.fromhex("ffda 0008 01 0100 00 3f 00")


def _segments(head: bytes) -> list[bytes]:
    """Return what follows the first two bytes of a head, cut into its segments."""
    found, at = list[bytes](), 2
    while at < len(head):
        end = at + 2 + int.from_bytes(head[at + 2 : at + 4], "big")
        found.append(head[at:end])
        at = end
    return found


def _without(head: bytes, marker: int) -> bytes:
    return head[:2] + b"".join(one for one in _segments(head) if one[1] != marker)


def _wide_tables(head: bytes) -> tuple[bytes]:
    def wide(segment: bytes) -> bytes:
        if segment[1] != 0xDB:
            return segment
        tables = [segment[at : at + 65] for at in range(4, len(segment), 65)]
        body = b"".join(bytes([0x10 | one[0]]) + b"".join(bytes((0, each)) for each in one[1:]) for one in tables)
        return segment[:2] + (2 + len(body)).to_bytes(2, "big") + body

    return (head[:2] + b"".join(map(wide, _segments(head))),)


def _lossy(head: bytes) -> bytes:
    return columns(runs=[(0, 4)], kinds=[LOSSY] * 4, head=head)
