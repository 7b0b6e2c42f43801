"""Sealed files that a fuzzer composes: wrong in what it chooses, right in HMAC, tags, links and signatures.

So the checks behind those are reached.  What a reader gives out must be what stands in the model beside the bytes.
"""

import hashlib
import struct
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from tests.faults.choices import Choices
from tests.faults.specimen import FOREIGN, SIGNER, Specimen, specimen
from tests.memory import MemoryGrowing, MemorySource
from vault.block import FINAL_PLAINTEXT, HEAD, LENGTH_SIZE, MAGIC, OVERHEAD, SEALED_OVERHEAD, BlockType, padded_size
from vault.errors import TamperedError, VaultError
from vault.header import signed_message
from vault.index import Ending, Entry, Leaf, final_payload, leaf_payload, root_payload
from vault.primitives import LABEL_BLOCK, LABEL_HEADER, SIGNATURE_SIZE, derive, mac, seal_once
from vault.reader import SealedFile
from vault.recover import recover
from vault.verify import State, verify
from vault.walk import Walk

_TAIL: Final = 96
_MAX_BLOCKS: Final = 12
_MAX_PAYLOAD: Final = 600
_FAULTS: Final = (
    *("",) * 24, "length", "padding", "number", "link", "reserved", "sealed length", "signer", "tag",
)  # fmt: skip


@dataclass(slots=True)
class Composed:
    """A file under composition, and the model: number, type and payload of all that was sealed as the law wants it."""

    data: bytearray
    recording_id: bytes
    link: bytes
    number: int = 0
    entries: list[Entry] = field(default_factory=list)
    sealed: set[tuple[int, int, bytes]] = field(default_factory=set)
    raw: list[bytes] = field(default_factory=list)

    def newest(self, type_: BlockType) -> Entry:
        return next((one for one in reversed(self.entries) if one.type == type_), Entry(0, 400, type_))


def fuzz_sealed(choices: Choices, depth: Counter[str]) -> None:
    """Compose a file and read it by every way.  Errors: AssertionError, and whatever the vault did not plan."""
    original = specimen("fuzz")
    composed = _composed(choices, original)
    data = bytes(composed.data)
    if choices.once_in(8):
        data = data[: choices.number(len(data) + 1)]
    source = MemorySource(data)
    keyless = verify(source, evidence=original.evidence()).state
    verdict = verify(source, evidence=original.evidence(), identity=original.identity)
    assert keyless is verdict.state or verdict.state is State.FORGED
    depth[verdict.state.value] += 1
    try:
        file = SealedFile(source, original.identity)
    except VaultError as error:
        depth[type(error).__name__] += 1
        return
    depth["opened, finished" if file.finished else "opened"] += 1
    _read(file, composed, depth)
    _walks(file, source, choices.number(len(data) + 1))


def _read(file: SealedFile, composed: Composed, depth: Counter[str]) -> None:
    assert file.summary is None or any(file.summary == payload for _, type_, payload in composed.sealed if type_ == 3)
    try:
        for opened in file.blocks():
            assert (opened.number, opened.type, bytes(opened.payload)) in composed.sealed
            depth["payloads released in order"] += 1
    except TamperedError:
        depth["tampered"] += 1
    try:
        for entry in file.entries():
            opened = file.read(entry)
            assert entry.number == opened.number
            assert (opened.number, opened.type, bytes(opened.payload)) in composed.sealed
            depth["payloads released by index"] += 1
    except TamperedError:
        depth["an index that lies"] += 1


def _walks(file: SealedFile, source: MemorySource, half: int) -> None:
    """Whoever follows a growing file sees what a later reader sees, and recovering changes nothing."""
    at_once = Walk(source, file.header)
    blocks = [(one.number, one.hash) for one in at_once.blocks()]
    growing = MemorySource(source.data[: max(half, file.header.size)])
    followed = Walk(growing, file.header)
    seen = [(one.number, one.hash) for one in followed.blocks()]
    growing.data = source.data
    seen += [(one.number, one.hash) for one in followed.blocks()]
    assert seen == blocks
    assert followed.gaps == at_once.gaps
    target = MemoryGrowing()
    recovered = recover(source, target)
    assert recovered.blocks == len(blocks)
    assert recovered.size + sum(end - start for start, end in recovered.left_out) == source.size()
    again = Walk(MemorySource(bytes(target.data)), file.header)
    assert [(one.number, one.hash) for one in again.blocks()] == blocks
    assert not again.gaps
    assert not again.torn


def _composed(choices: Choices, original: Specimen) -> Composed:
    header = _header(choices, original)
    recording_id = header[16:32]
    composed = Composed(bytearray(header), recording_id, hashlib.sha256(header[:-SIGNATURE_SIZE]).digest())
    for _ in range(choices.number(_MAX_BLOCKS)):
        match choices.number(10):
            case 0 | 1 | 2:
                _add(composed, choices, original, BlockType.DATA, choices.take(choices.number(_MAX_PAYLOAD)))
            case 3:
                _add(composed, choices, original, BlockType.INDEX, _leaf(composed, choices))
            case 4:
                _add(composed, choices, original, BlockType.INDEX, _root(composed, choices))
            case 5:
                _add(composed, choices, original, BlockType.SUMMARY, choices.take(choices.number(_MAX_PAYLOAD)))
            case 6:
                _add(composed, choices, original, BlockType.FINAL, _final(composed, choices))
            case 7:
                _add(composed, choices, original, choices.number(256), choices.take(choices.number(64)))
            case 8:
                composed.data += choices.pick([choices.take(choices.number(64)), *composed.raw])
            case _:
                _end(composed, choices, original)
    if not choices.once_in(4):
        _end(composed, choices, original)
    return composed


def _end(composed: Composed, choices: Choices, original: Specimen) -> None:
    """End the file as a writer does."""
    _add(composed, choices, original, BlockType.INDEX, _leaf(composed, choices))
    _add(composed, choices, original, BlockType.INDEX, _root(composed, choices))
    _add(composed, choices, original, BlockType.SUMMARY, b"summary")
    _add(composed, choices, original, BlockType.FINAL, _final(composed, choices))


def _header(choices: Choices, original: Specimen) -> bytes:
    start = bytearray(original.header.raw[:-_TAIL])
    for _ in range(choices.pick((0, 0, 0, 1, 2))):
        start[choices.number(len(start))] = choices.number(256)
    for _ in range(choices.pick((0, 0, 0, 1, 16))):
        start += bytes([choices.pick((1, 2, 3, 99))]) + original.header.raw[161:1348]
    if not choices.once_in(8):
        start[:16] = original.header.raw[:10] + struct.pack("<HI", (len(start) - 160) // 1188, len(start) + _TAIL)
    if not choices.once_in(8):
        start[64:96] = SIGNER.public
    recording_id = bytes(start[16:32])
    hmac_key = derive(original.file_key, salt=recording_id, label=LABEL_HEADER)
    start += mac(hmac_key, bytes(start)) if not choices.once_in(16) else bytes(32)
    return bytes(start) + SIGNER.sign(signed_message(recording_id, hashlib.sha256(start).digest()))


def _add(composed: Composed, choices: Choices, original: Specimen, type_: int, payload: bytes) -> None:
    """Seal a block with one fault at most, and note it in the model when readers may give it out."""
    fault = choices.pick(_FAULTS)
    size = FINAL_PLAINTEXT if type_ == BlockType.FINAL else padded_size(LENGTH_SIZE + len(payload))
    payload = payload[: size - LENGTH_SIZE]
    claimed = choices.number(2**32) if fault == "length" else len(payload)
    fill = b"\1" if fault == "padding" else b"\0"
    plaintext = claimed.to_bytes(LENGTH_SIZE, "little") + payload.ljust(size - LENGTH_SIZE, fill)
    number = composed.number + 1 + (choices.near(0, limit=2**32) if fault == "number" else 0)
    sealed_length = size + SEALED_OVERHEAD
    if fault == "sealed length":
        sealed_length = choices.near(sealed_length, limit=2**32)
    reserved = choices.take(3) if fault == "reserved" else bytes(3)
    head = HEAD.pack(MAGIC, type_, reserved, sealed_length, number % 2**32)
    salt = hashlib.sha256(composed.data[-64:]).digest()[:16]
    key = derive(original.file_key, salt=salt, label=LABEL_BLOCK + composed.recording_id)
    ciphertext = seal_once(key, plaintext, bound_to=head if fault != "tag" else b"")
    link = choices.take(32) if fault == "link" else composed.link
    block = head + link + salt + ciphertext
    block_hash = hashlib.sha256(block).digest()
    signer = FOREIGN if fault == "signer" else SIGNER
    block += signer.sign(signed_message(composed.recording_id, block_hash))
    composed.entries.append(Entry(len(composed.data), len(block), type_))
    composed.raw.append(block)
    composed.data += block
    payload_length = claimed if claimed <= size - LENGTH_SIZE else None
    if payload_length is not None and not any(plaintext[LENGTH_SIZE + payload_length :]) and fault != "tag":
        composed.sealed.add((number % 2**32, type_, plaintext[LENGTH_SIZE:][:payload_length]))
    composed.number, composed.link = number % 2**32, block_hash
    assert len(block) == size + SEALED_OVERHEAD + OVERHEAD


def _mostly(entry: Entry, choices: Choices) -> Entry:
    return Entry(
        choices.near(entry.offset, limit=2**64),
        choices.near(entry.size, limit=2**32),
        choices.near(entry.type, limit=256),
        choices.take(24),
    )


def _leaf(composed: Composed, choices: Choices) -> bytes:
    entries = [_mostly(one, choices) for one in composed.entries if one.type != BlockType.INDEX]
    payload = leaf_payload(Leaf(first_number=choices.near(1, limit=2**32), entries=entries))
    return payload + choices.take(choices.pick((0, 0, 0, 0, 0, 0, 1, 37)))


def _root(composed: Composed, choices: Choices) -> bytes:
    payload = root_payload([_mostly(one, choices) for one in composed.entries if one.type == BlockType.INDEX])
    return payload + choices.take(choices.pick((0, 0, 0, 0, 0, 0, 1, 37)))


def _final(composed: Composed, choices: Choices) -> bytes:
    summary = _mostly(composed.newest(BlockType.SUMMARY), choices)
    return final_payload(
        Ending(
            count=choices.near(composed.number + 1, limit=2**32),
            reason=choices.near(1, limit=256),
            root=_mostly(composed.newest(BlockType.INDEX), choices),
            summary=None if choices.once_in(8) else summary,
        )
    ) + choices.take(choices.pick((0, 0, 0, 1, 836)))
