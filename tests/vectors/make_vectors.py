"""Make all vectors anew: python -m tests.vectors.make_vectors.  They come out as they are."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tests.memory import MemorySource
from tests.vectors.codec_cases import shown_cases
from tests.vectors.codec_rarer import rarer_cases
from tests.vectors.codec_refused import refused_cases
from tests.vectors.fixed import Fixed
from tests.vectors.keyring_cases import key_file_cases, keyring_cases, string_cases
from tests.vectors.recorder_bytes import plain
from tests.vectors.recorder_rebuilt import rebuilt_cases
from tests.vectors.recorder_segments import segment_cases
from tests.vectors.recorder_sessions import session_cases
from tests.vectors.recorder_summaries import summary_cases
from tests.vectors.recorder_values import value_cases
from tests.vectors.sealed_cases import cases
from tests.vectors.sealed_files import Expected
from tests.vectors.vector import FOLDER, Vector
from vault.errors import VaultError
from vault.header import Identity
from vault.portal_key import PortalKey
from vault.reader import SealedFile
from vault.walk import read_start

EXAMPLE: Final = FOLDER.parents[1] / "docs" / "example.sealcast"  # for the tour of the README


def make(fixed: Fixed) -> Iterator[Vector]:
    for name, body, expected in cases(fixed):
        yield Vector(name=name, body=body, pairs=tuple(_sealed_pairs(body, expected)))
    for others in (keyring_cases(fixed), key_file_cases(), string_cases()):
        for name, body, pairs in others:
            yield Vector(name=name, body=body, pairs=tuple(pairs))


def make_recorder() -> Iterator[tuple[Vector, str | None]]:
    """Give the vectors of what is recorded, each with its twin; the program that they judge has no part in them."""
    for cases_ in (segment_cases, value_cases, summary_cases, session_cases, rebuilt_cases):
        for name, body, pairs, expected in cases_():
            text = None if expected is None else json.dumps(plain(expected), indent=1, ensure_ascii=False) + "\n"
            yield Vector(name=name, body=body, pairs=tuple(pairs)), text


def make_codec() -> Iterator[tuple[Vector, str | None]]:
    """Give the vectors of the screen codec, each with its twin; the program that they judge has no part in them."""
    for cases_ in (shown_cases, rarer_cases, refused_cases):
        for one in cases_():
            told = one.twin()
            text = None if told is None else json.dumps(plain(told), indent=1) + "\n"
            body = b"".join(each.payload for each in one.packets)
            yield Vector(name=one.name, body=body, pairs=tuple(one.pairs())), text


def twin(vector: Vector) -> str | None:
    """Return the decoded fields of a sealed file that opens, for a port in another language."""
    keys = [PortalKey(bytes.fromhex(one)) for one in vector.all("seed")]
    if vector["format"] != "sealed-file" or vector.get("open") != "opens":
        return None
    file_keys = {bytes.fromhex(one[:32]): bytes.fromhex(one[33:]) for one in vector.all("file-key")}
    opened = SealedFile(MemorySource(vector.body), Identity(portal_keys=keys, file_keys=file_keys))
    header, about = opened.header, opened.header.about
    blocks = []
    for block in opened.walk().blocks():
        fields = {"number": str(block.number), "type": str(block.entry.type), "offset": str(block.entry.offset)}
        try:
            payload = opened.open(block).payload
            fields |= {"length": str(block.entry.size), "payload-sha256": hashlib.sha256(payload).hexdigest()}
        except VaultError:
            fields |= {"length": str(block.entry.size), "payload-sha256": "does not open"}
        blocks.append(fields | {"hash": block.hash.hex()})
    decoded = {
        "recording": about.recording_id.hex(),
        "session": about.session_id.hex(),
        "part": str(about.part),
        "created-us": str(about.created_us),
        "signer": header.signer.hex(),
        "recipients": [{"role": str(one.role), "key-id": one.key_id.hex()} for one in header.recipients],
        "header-hash": header.hash.hex(),
        "blocks": blocks,
    }
    return json.dumps(decoded, indent=1) + "\n"


def _sealed_pairs(body: bytes, expected: Expected) -> Iterator[tuple[str, str]]:
    yield from (("format", "sealed-file"), ("spec", expected.spec), ("note", expected.note))
    yield from (("seed", one.hex()) for one in expected.seeds)
    yield from expected.inputs
    yield from (("state", expected.state), ("state-with-keys", expected.with_keys or expected.state))
    yield "open", expected.open
    if expected.open == "opens":
        payloads = b"".join(len(one).to_bytes(4, "little") + one for one in expected.payloads)
        yield from (
            ("finished", "yes" if expected.finished else "no"),
            ("payloads", hashlib.sha256(payloads).hexdigest()),
        )
    yield from (("good-blocks", str(expected.good)), ("last", str(expected.last)), ("torn", str(expected.torn)))
    yield "gaps", ", ".join(f"{start}-{end}" for start, end in expected.gaps)
    yield "missing", ", ".join(f"{first}-{last}" for first, last in expected.missing)
    try:
        yield "signer", read_start(MemorySource(body)).signer.hex()
    except VaultError:
        return
    ends = expected.finished and expected.good > 0
    if final_at := expected.final_at or (len(body) - 1024 if ends else 0):
        # A block's hash is that of all its bytes before its signature.
        yield "fingerprint-is", hashlib.sha256(body[final_at : final_at + 1024 - 64]).hexdigest()


def main() -> None:
    fixed = Fixed()
    sealed = [(vector, twin(vector)) for vector in make(fixed)]
    (example,) = (vector.body for vector, _ in sealed if vector.name == "complete")
    EXAMPLE.write_bytes(example)
    _write(FOLDER / "vault", sealed)
    _write(FOLDER / "recorder", make_recorder())
    _write(FOLDER / "codec", make_codec())
    fixed.save()


def _write(folder: Path, made: Iterable[tuple[Vector, str | None]]) -> None:
    folder.mkdir(exist_ok=True)
    old: set[Path] = {*folder.glob("*.vector"), *folder.glob("*.json")}
    for vector, text in made:
        path = folder / f"{vector.name}.vector"
        path.write_bytes(vector.to_bytes())
        old.discard(path)
        if text:
            path.with_suffix(".json").write_text(text)
            old.discard(path.with_suffix(".json"))
    for path in old:
        path.unlink()


if __name__ == "__main__":
    main()
