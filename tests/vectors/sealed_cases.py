"""The vectors of the sealed file, one fault each, with what a reader must say.

Offsets: header 0 to 1444; DATA 1, 2, 3 of 400 bytes; leaf INDEX 4, root INDEX 5, SUMMARY 6 of 400; FINAL 7 of 1 024.
"""

import struct
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from tests.vectors.fixed import Fixed, portal, seed, signer
from tests.vectors.sealed_files import (
    BROKEN,
    COMPLETE,
    PAYLOADS,
    Expected,
    Made,
    about,
    flip,
    reseal,
    resign,
    resign_header,
    write,
)
from tests.vectors.sealed_rarer import rarer_cases
from vault.header import PreviousPart, Role
from vault.index import Entry, Leaf, leaf_payload, root_payload

Case = tuple[str, bytes, Expected]
HEADER: Final = 1444
END: Final = 4868
UNFINISHED: Final[dict[str, Any]] = {"state": "interrupted", "finished": False}


def cases(fixed: Fixed) -> Iterator[Case]:
    made = write(fixed, "complete")
    assert len(made.data) == END
    yield "complete", made.data, COMPLETE
    yield from _whole(fixed, made)
    yield from _headers(fixed, made)
    yield from _flips(made)
    yield from _order(fixed, made)
    yield from _ends(made)
    yield from _signed_faults(made)
    yield from _evidence(fixed, made)
    yield from rarer_cases(fixed, made)


def _whole(fixed: Fixed, made: Made) -> Iterator[Case]:
    empty = write(fixed, "empty", (), summary=None)
    yield (
        "empty",
        empty.data,
        replace(COMPLETE, note="finished with nothing in it and no summary", good=2, last=2, payloads=()),
    )
    many = tuple(bytes([number]) * number for number in range(130))
    blocks = 130 + 2 + 1 + 1 + 1 + 1
    yield (
        "many-blocks",
        write(fixed, "many-blocks", many).data,
        replace(COMPLETE, spec="§4.5", note="130 blocks, three leaves", good=blocks, last=blocks, payloads=many),
    )
    yield (
        "large-blocks",
        write(fixed, "large-blocks", (bytes(5000), bytes(70_000))).data,
        replace(COMPLETE, spec="§4.3", note="padding by Padmé", good=6, last=6, payloads=(bytes(5000), bytes(70_000))),
    )
    two = [(Role.PORTAL, portal().public), (Role.PERSON, portal("person").public)]
    yield (
        "two-recipients",
        write(fixed, "two-recipients", recipients=two).data,
        replace(COMPLETE, spec="§4.2", note="opened by the second recipient", seeds=[seed("person")]),
    )
    key = made.header.about.recording_id.hex() + " " + made.file_key.hex()
    yield (
        "opened-by-file-key",
        made.data,
        replace(COMPLETE, spec="§4.9", note="opened by its file key", seeds=(), inputs=[("file-key", key)]),
    )
    yield (
        "not-for-these-keys",
        made.data,
        replace(
            COMPLETE,
            spec="§5.2",
            note="opened with another portal's key",
            seeds=[seed("another")],
            open="not for these keys",
            with_keys="complete",
            payloads=(),
        ),
    )
    changed = list(made.blocks)
    changed[0] = changed[0][:4] + b"\x09" + changed[0][5:]
    changed[0] = reseal(replace(made, blocks=tuple(changed)), 0, _padded(b"later"))
    yield (
        "type-unknown",
        resign(made, changed, signer()),
        replace(COMPLETE, spec="§4.3", note="block 1 is of type 9", payloads=PAYLOADS[1:]),
    )


def _headers(fixed: Fixed, made: Made) -> Iterator[Case]:
    raw, rest = made.header.raw, b"".join(made.blocks)
    own = signer()
    nothing = replace(COMPLETE, spec="§5.2", **BROKEN)
    foreign = replace(nothing, state="not a recording", open="not a recording")
    newer = replace(nothing, state="unsupported version", open="unsupported version")
    damaged = replace(nothing, state="damaged")
    yield "not-a-recording", flip(made.data, 3), replace(foreign, note="one bit of the magic is flipped")
    for name, at, value in (("version-2", 8, 2), ("suite-2", 9, 2), ("reserved-header", 150, 1)):
        changed = raw[:at] + bytes([value]) + raw[at + 1 :]
        yield name, resign_header(changed, own) + rest, replace(newer, note=f"byte {at} is {value}, rightly signed")
    recipient = resign_header(flip(raw, 162), own)
    yield "reserved-recipient", recipient + rest, replace(newer, note="a reserved byte of a recipient is not 0")
    yield "flip-header-signature", flip(raw, -1) + rest, replace(damaged, note="one bit of the header's signature")
    yield "flip-header-wrapped", flip(raw, 400) + rest, replace(damaged, note="one bit of the wrapped key")
    yield "header-count", flip(raw, 10, 2) + rest, replace(damaged, note="n says 3")
    late = raw[:56] + struct.pack("<Q", 2**53) + raw[64:]
    yield "header-created", resign_header(late, own) + rest, replace(damaged, note="created is 2^53, rightly signed")
    tagged = replace(COMPLETE, spec="§5.2", open="header forged", with_keys="forged", payloads=())
    # The blocks after a header that was signed anew link to another header hash, so that they are signed anew too.
    for name, at in (("header-hmac", HEADER - 96), ("header-wrapped", 400)):
        start = replace(made.header, raw=resign_header(flip(raw, at), own))
        note = f"byte {at} of the header is changed, and all is rightly signed"
        yield name, resign(made, made.blocks, own, start=start), replace(tagged, note=note)
    yield "foreign-signer", write(fixed, "foreign-signer", signer=signer("foreign")).data, replace(
        COMPLETE, spec="§5.4", note="complete, but its signer is on no list"
    )  # fmt: skip


def _flips(made: Made) -> Iterator[Case]:
    lost = replace(COMPLETE, spec="§5.4", state="damaged", good=6, payloads=(PAYLOADS[0], PAYLOADS[2]))
    lost = replace(lost, gaps=[(1844, 2244)], missing=[(2, 2)])
    second = 1844
    yield "flip-data-signature", flip(made.data, 2243), replace(lost, note="last byte of block 2's signature")
    yield "flip-data-ciphertext", flip(made.data, second + 100), replace(lost, note="one bit of block 2's ciphertext")
    yield "flip-data-number", flip(made.data, second + 12), replace(lost, note="block 2 says it is block 3")
    yield "flip-data-reserved", flip(made.data, second + 5), replace(lost, note="a reserved byte of block 2's head")
    yield "flip-data-length", flip(made.data, second + 9), replace(lost, note="block 2's length is wrong")
    first = replace(lost, payloads=PAYLOADS[1:], gaps=[(1444, 1844)], missing=[(1, 1)])
    yield "flip-first-block", flip(made.data, 1444), replace(first, note="block 1 has lost its magic")


def _order(fixed: Fixed, made: Made) -> Iterator[Case]:
    one, two, three, *end = made.blocks
    damaged = replace(COMPLETE, spec="§5.4", state="damaged")
    raw, tail = made.header.raw, b"".join(end)
    dropped = replace(damaged, note="block 2 is left out", good=6, missing=[(2, 2)], payloads=PAYLOADS[::2])
    yield "dropped", raw + one + three + tail, dropped
    swapped = replace(dropped, note="blocks 2 and 3 changed places", gaps=[(2244, 2644)])
    yield "swapped", raw + one + three + two + tail, swapped
    doubled = replace(damaged, note="block 2 stands there twice", gaps=[(2244, 2644)], payloads=PAYLOADS)
    yield "doubled", raw + one + two + two + three + tail, doubled
    other = write(fixed, "another recording", about=about(bytes(16)))
    inserted = replace(damaged, gaps=[(1844, 2244)], payloads=PAYLOADS)
    yield "inserted", raw + one + other.blocks[1] + two + three + tail, replace(
        inserted, note="a block of another recording by the same signer stands between 1 and 2"
    )  # fmt: skip
    yield "swapped-header", other.header.raw + b"".join(made.blocks), replace(
        COMPLETE, spec="§5.4", note="header of another recording", good=0, last=0, torn=END - HEADER, payloads=(),
        **UNFINISHED,
    )  # fmt: skip


def _ends(made: Made) -> Iterator[Case]:
    data = made.data
    yield "behind-final", data + b"\0", replace(
        COMPLETE, spec="§5.4", note="one byte more", state="damaged", torn=1, finished=False, final_at=3844,
        payloads=PAYLOADS,
    )  # fmt: skip
    cut = replace(COMPLETE, spec="§5.4", **UNFINISHED)
    yield "interrupted", data[:2644], replace(cut, note="it ends behind block 3", good=3, last=3)
    torn = replace(cut, note="it ends inside block 3", good=2, last=2, torn=100, payloads=PAYLOADS[:2])
    yield "torn", data[:2344], torn
    yield "final-damaged", flip(data, END - 100), replace(cut, note="FINAL is damaged", good=6, last=6, torn=1024)
    inside = replace(cut, good=0, last=0, open="header incomplete", payloads=())
    yield "cut-in-header", data[:1000], replace(inside, spec="§5.2", note="it ends inside the header", torn=1000)
    yield "cut-in-magic", data[:5], replace(inside, spec="§5.2", note="it ends inside the magic", torn=5)
    yield "empty-file", b"", replace(inside, spec="§5.2", note="no byte at all")


def _signed_faults(made: Made) -> Iterator[Case]:
    blocks = list(made.blocks)
    own = signer()

    def with_second(block: bytes) -> bytes:
        return resign(made, [blocks[0], block, *blocks[2:]], own)

    forged = replace(COMPLETE, spec="§4.3", with_keys="forged", payloads=PAYLOADS[::2])
    too_long = (253).to_bytes(4, "little") + bytes(252)
    yield (
        "plaintext-length",
        with_second(reseal(made, 1, too_long)),
        replace(forged, note="length beyond the plaintext"),
    )
    padded = (1).to_bytes(4, "little") + b"x" + bytes(250) + b"\1"
    yield "plaintext-padding", with_second(reseal(made, 1, padded)), replace(forged, note="padding that is not zero")
    note = "block 2's ciphertext was changed and rightly signed"
    yield "forged-tag", with_second(flip(blocks[1], 100)), replace(forged, spec="§5.4", note=note)
    early, late = resign(made, blocks[:2], own), resign(made, [flip(blocks[0], 200), *blocks[1:]], own)
    yield "relinked", early[:1844] + late[1844:], replace(
        COMPLETE, spec="§5.4", note="block 2 links to another block 1, all rightly signed", state="forged",
        with_keys="forged", payloads=PAYLOADS,
    )  # fmt: skip
    leaf = Leaf(first_number=1, entries=[Entry(1444 + 8, 400, 1)] * 3)
    root = [Entry(1000, 400, 2)]
    blocks[3] = reseal(made, 3, _padded(leaf_payload(leaf)))
    blocks[4] = reseal(made, 4, _padded(root_payload(root)))
    yield "index-wrong", resign(made, blocks, own), replace(
        COMPLETE, spec="§4.5", note="the index leads to places where no blocks are", payloads=PAYLOADS
    )  # fmt: skip


def _padded(payload: bytes) -> bytes:
    return (len(payload).to_bytes(4, "little") + payload).ljust(256, b"\0")


def _evidence(fixed: Fixed, made: Made) -> Iterator[Case]:
    data, spec = made.data, "§5.4"
    forged = replace(COMPLETE, spec=spec, state="forged", with_keys="forged")

    def anchored(**changes: object) -> list[tuple[str, str]]:
        return [("anchor", replace(made.anchor(2), **changes).to_line())]  # type: ignore[arg-type] # any field

    yield "anchored", data, replace(COMPLETE, spec=spec, note="anchors agree", inputs=anchored())
    other_hash = anchored(hash=bytes(32))
    yield "anchor-contradicts", data, replace(forged, note="block 2 is not the anchored one", inputs=other_hash)
    other_signer = anchored(signer=signer("foreign").public)
    yield "anchor-signer", data, replace(forged, note="the anchor names another signer", inputs=other_signer)
    other_recording = anchored(recording_id=bytes(16))
    yield (
        "anchor-recording",
        data,
        replace(
            COMPLETE,
            spec=spec,
            note="the only anchor is of another recording: complete, never genuine",
            inputs=other_recording,
        ),
    )
    cut = replace(COMPLETE, spec=spec, state="cut", with_keys="cut", finished=False)
    yield "cut-before-anchor", data[:2244], replace(
        cut, note="block 3 was anchored and is gone", good=2, last=2, payloads=PAYLOADS[:2],
        inputs=[("anchor", made.anchor(3).to_line())],
    )  # fmt: skip
    final = [("fingerprint", made.anchor(7).hash.hex())]
    yield "fingerprint", data, replace(COMPLETE, spec=spec, note="the fingerprint agrees", inputs=final)
    yield "fingerprint-other", data, replace(
        forged, note="another FINAL than the one kept", inputs=[("fingerprint", bytes(32).hex())]
    )  # fmt: skip
    yield "fingerprint-cut", data[:2644], replace(
        cut, note="there was a FINAL, and it is gone", good=3, last=3, inputs=final
    )  # fmt: skip
    previous = PreviousPart(recording_id=made.header.about.recording_id, block=3, hash=made.anchor(3).hash)
    following = write(fixed, "next-part", about=about(bytes(range(32, 48)), part=2, previous=previous))
    yield "next-part", following.data, replace(COMPLETE, spec=spec, note="part 2, after a part that ended at block 3")
    after = [("next", "next-part")]
    yield "before-next", data[:2644], replace(
        COMPLETE, spec=spec, note="all that the next part names is there", good=3, last=3, inputs=after, **UNFINISHED
    )  # fmt: skip
    yield "cut-before-next", data[:2244], replace(
        cut, note="the next part names block 3", good=2, last=2, payloads=PAYLOADS[:2], inputs=after
    )  # fmt: skip
    foreign = write(
        fixed,
        "next-part-foreign",
        about=about(bytes(range(32, 48)), part=2, previous=previous),
        signer=signer("foreign"),
    )
    yield "next-part-foreign", foreign.data, replace(COMPLETE, spec=spec, note="part 2 by another signer")
    yield "foreign-next", data[:2244], replace(
        COMPLETE, spec=spec, note="a next part of another signer is ignored", good=2, last=2, payloads=PAYLOADS[:2],
        inputs=[("next", "next-part-foreign")], **UNFINISHED,
    )  # fmt: skip
