"""Every way into a sealed file: faulty bytes are put before each, and what it lets through is counted."""

from collections.abc import Iterator, Mapping
from typing import Final

from tests.faults.counted import ACCEPTED, Tally
from tests.faults.specimen import Specimen
from tests.memory import MemorySource
from vault.errors import VaultError
from vault.header import Identity
from vault.reader import Opened, SealedFile
from vault.verify import Evidence, State, verify

COMPLETE: Final = "called complete"
RELEASED: Final = "payloads released"


def state_of(
    data: bytes | MemorySource, tally: Tally, example: str, *, evidence: Evidence, identity: Identity | None = None
) -> State | None:
    """Verify bytes that are not the original; None when verifying raised, which it never may."""
    state = None
    try:
        source = data if isinstance(data, MemorySource) else MemorySource(data)
        verdict = verify(source, evidence=evidence, identity=identity)
        state = verdict.state
        tally.saw(state.value)
        if verdict.genuine:
            tally.went_wrong(ACCEPTED, f"{example}: called genuine")
    except VaultError as error:
        tally.went_wrong("undocumented", f"{example}: verify raised {error!r}")
    return state


def refuse_complete(data: bytes, original: Specimen, tally: Tally, example: str) -> None:
    """Verify without keys or anchors; only the original may be complete."""
    with tally.trying(example):
        if state_of(data, tally, example, evidence=original.evidence()) is State.COMPLETE:
            tally.went_wrong(COMPLETE, example)


def read_everything(data: bytes, original: Specimen, tally: Tally, example: str) -> None:
    """Verify with keys, open, and read by every way there is."""
    with tally.trying(example):
        state_of(data, tally, example, evidence=original.evidence(), identity=original.identity)
    with tally.trying(example):
        file = SealedFile(MemorySource(data), original.identity)
        if file.summary not in (None, _summary(original)):
            tally.went_wrong(ACCEPTED, f"{example}: another summary")
        for released in (file.blocks(), by_index(file)):
            with tally.trying(example):
                compare(released, original.payloads, tally, example)


def compare(released: Iterator[Opened], payloads: Mapping[int, bytes], tally: Tally, example: str) -> None:
    """Look at each payload the moment it is given out, whatever is raised later."""
    for one in released:
        tally.saw(RELEASED)
        if payloads.get(one.number) != bytes(one.payload):
            tally.went_wrong(ACCEPTED, f"{example}: block {one.number} is another")


def by_index(file: SealedFile) -> Iterator[Opened]:
    """Read block after block as a player jumps; a block that cannot be read hides none behind it."""
    for entry in file.entries():
        try:
            opened = file.read(entry)
        except VaultError:
            continue
        yield opened


def _summary(original: Specimen) -> bytes:
    return original.payloads[len(original.entries) - 1]
