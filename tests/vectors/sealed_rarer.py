"""More vectors of the sealed file: faults that meet, and faults that a signer made himself.

Offsets as in sealed_cases.py.
"""

from collections.abc import Iterator
from dataclasses import replace

from tests.vectors.fixed import Fixed, portal, signer
from tests.vectors.sealed_files import (
    BROKEN,
    COMPLETE,
    PAYLOADS,
    Expected,
    Made,
    about,
    flip,
    resign,
    resign_header,
    write,
)
from vault.header import PreviousPart, Role, seal_header, wrapped_for

Case = tuple[str, bytes, Expected]


def rarer_cases(fixed: Fixed, made: Made) -> Iterator[Case]:
    yield from _headers(made)
    yield from _heads(made)
    yield from _meeting(made)
    yield from _parts(fixed, made)


def role_unknown(made: Made, role: int) -> bytes:
    recipient = wrapped_for(
        portal().public,
        role=Role.PORTAL,
        recording_id=made.header.about.recording_id,
        file_key=made.file_key,
        wrap=lambda key, *, public, info: made.header.recipients[0].wrapped,  # noqa: ARG005 - Wrap's form
    )
    start = seal_header(made.header.about, [replace(recipient, role=role)], file_key=made.file_key, signer=signer())
    return resign(made, made.blocks, signer(), start=start)


def _headers(made: Made) -> Iterator[Case]:
    for name, role in (("role-unknown", 3), ("role-zero", 0)):
        yield name, role_unknown(made, role), replace(
            COMPLETE, spec="§4.2", note=f"its only recipient has role {role}", open="not for these keys",
            payloads=(),
        )  # fmt: skip
    raw, rest = made.header.raw, b"".join(made.blocks)
    nobody = resign_header(raw[:10] + bytes(2) + raw[12:], signer())
    yield "header-nobody", nobody + rest, replace(COMPLETE, spec="§5.2", note="n is 0", state="damaged", **BROKEN)
    later = replace(made.header.about, created_us=made.header.about.created_us + 1)
    other = seal_header(later, made.header.recipients, file_key=made.file_key, signer=signer())
    yield "relinked-header", other.raw + rest, replace(
        COMPLETE, spec="§5.4", note="block 1 links to another header, all rightly signed", state="forged",
        payloads=PAYLOADS,
    )  # fmt: skip


def _heads(made: Made) -> Iterator[Case]:
    blocks = list(made.blocks)
    bad = replace(
        COMPLETE, spec="§5.3", state="damaged", good=6, payloads=PAYLOADS[::2], gaps=[(1844, 2244)], missing=[(2, 2)]
    )
    for name, at, value, what in (
        ("signed-zero", 12, b"\0", "number 0"),
        ("signed-reserved", 5, b"\1", "a reserved byte that is not 0"),
        ("signed-final", 4, b"\4", "type FINAL and 400 bytes"),
    ):
        block = blocks[1][:at] + value + blocks[1][at + 1 :]
        data = resign(made, [blocks[0], block, *blocks[2:]], signer())
        yield name, data, replace(bad, note=f"block 2 is rightly signed with {what}")
    behind = blocks[0][:12] + b"\x08" + blocks[0][13:]
    yield "block-behind-final", resign(made, [*blocks, behind], signer()), replace(
        COMPLETE, spec="§5.4", note="a good block 8 behind FINAL", state="damaged", finished=False, torn=400,
        final_at=3844, payloads=PAYLOADS,
    )  # fmt: skip


def _meeting(made: Made) -> Iterator[Case]:
    contradicting = replace(made.anchor(3), hash=bytes(32)).to_line()
    lost = replace(COMPLETE, spec="§5.4", good=6, gaps=[(1844, 2244)], missing=[(2, 2)], payloads=PAYLOADS[::2])
    yield "forged-and-damaged", flip(made.data, 1900), replace(
        lost, note="block 2 is damaged, block 3 contradicts an anchor", state="forged",
        inputs=[("anchor", contradicting)],
    )  # fmt: skip
    yield "damaged-and-cut", flip(made.data, 1900)[:-1024], replace(
        lost, note="block 2 is damaged, FINAL was anchored and is gone", state="damaged", finished=False, good=5,
        last=6, inputs=[("anchor", made.anchor(7).to_line())],
    )  # fmt: skip
    yield "cut-in-header-anchored", made.data[:1000], replace(
        COMPLETE, spec="§5.4", note="it ends inside the header, and block 2 was anchored", state="cut",
        open="header incomplete", good=0, last=0, torn=1000, payloads=(), finished=False,
        inputs=[("anchor", made.anchor(2).to_line())],
    )  # fmt: skip
    elsewhere = replace(made.anchor(7), recording_id=bytes(16), block=99).to_line()
    yield "anchored-parts", made.data, replace(
        COMPLETE, spec="§5.4", note="anchors of this and of another recording", payloads=PAYLOADS,
        inputs=[("anchor", elsewhere), ("anchor", made.anchor(2).to_line())],
    )  # fmt: skip


def _parts(fixed: Fixed, made: Made) -> Iterator[Case]:
    first = made.header.about.recording_id
    facts = about(bytes(range(64, 80)), part=2, previous=PreviousPart(recording_id=first, block=2, hash=bytes(32)))
    good = replace(COMPLETE, spec="§5.4", payloads=PAYLOADS)
    contradicting = write(fixed, "next-part-contradicting", about=facts).data
    yield "next-part-contradicting", contradicting, replace(good, note="part 2, names another block 2")
    yield "next-contradicts", made.data, replace(
        good, note="the next part names another block 2", state="forged",
        inputs=[("next", "next-part-contradicting")],
    )  # fmt: skip
    other = replace(facts, session_id=bytes(16), recording_id=bytes(range(80, 96)))
    yield "next-part-session", write(fixed, "next-part-session", about=other).data, replace(
        good, note="part 2 of another session"
    )  # fmt: skip
    yield "session-next", made.data, replace(
        good, note="a next part of another session is ignored", inputs=[("next", "next-part-session")]
    )  # fmt: skip
