"""Writers killed at random moments: what they had said to be durable is there, and the file opens."""

import random
import signal
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from tests.faults.children import told_until_killed
from tests.faults.counted import ACCEPTED, LOST, NOT_OPENED, Counted, Tally
from tests.faults.specimen import SIGNER, about, portal
from tests.memory import MemoryGrowing, MemorySource
from vault.anchor import Anchor
from vault.block import BlockType
from vault.errors import BlobExistsError, HeaderIncompleteError, VaultError
from vault.header import Identity, Role
from vault.local import LocalFile, LocalStore
from vault.lock import locked
from vault.reader import SealedFile
from vault.recover import recover
from vault.store import BlobName, blob_name
from vault.verify import Evidence, State, verify
from vault.writer import SealedWriter

BROKEN: Final = "damaged or forged"
_LATEST_MS: Final = 40.0
_SIZES: Final = (0, 10, 300, 3_000, 30_000, 300_000)
_PORTAL: Final = portal("portal")
_BEGUN: Final = b"begun"


def payload(seed: str, count: int) -> bytes:
    """Return what the writer of that seed writes as its so manieth block."""
    draw = random.Random(f"{seed} {count}")
    return draw.randbytes(draw.randint(0, draw.choice(_SIZES)))


def write_until_killed(folder: str, name: BlobName, seed: str, to_parent: Connection) -> None:
    """Write, sync at random, and tell the parent each block that is durable; some writers come to their end."""
    draw, told = random.Random(seed), -1
    last = draw.choice((5, 50, 100_000))
    to_parent.send_bytes(_BEGUN)
    growing = LocalStore(Path(folder)).create(name)
    recipients = [(Role.PORTAL, _PORTAL.public)]
    with SealedWriter(growing, about(seed), recipients=recipients, signer=SIGNER) as writer:
        for count in range(last):
            writer.append(payload(seed, count))
            anchor = writer.sync() if draw.random() < 0.2 else writer.durable
            if anchor.block > told:
                told = anchor.block
                to_parent.send_bytes(anchor.to_line().encode())
        to_parent.send_bytes(writer.finish().to_line().encode())
    signal.pause()  # nothing is left to do but to be killed


def kills(runs: range, *, seed: str) -> Counted:
    """Let a writer write, kill it, look at what it left; again and again."""
    tally = Tally("writer killed", never=[LOST, NOT_OPENED, BROKEN, "locked still, or written twice"])
    with tempfile.TemporaryDirectory() as folder:
        for run in runs:
            name, story = blob_name(f"{run}.scr"), f"{seed} {run}"
            tally.tried()
            with tally.trying(story):
                anchors = _killed(folder, name, story)
                _look(LocalStore(Path(folder)), Path(folder, name), anchors, story, tally)
                LocalStore(Path(folder)).delete(name)
    return tally.counted()


def _killed(folder: str, name: BlobName, story: str) -> list[Anchor]:
    """Kill a writer after a random time; return what it had acknowledged by then."""
    _, told = told_until_killed(write_until_killed, folder, name, story, story=story, latest_ms=_LATEST_MS)
    return [Anchor.from_line(line.decode()) for line in told]


def _look(store: LocalStore, path: Path, anchors: list[Anchor], story: str, tally: Tally) -> None:
    if not path.exists():
        tally.saw("killed before there was a file")
        if anchors:
            tally.went_wrong(LOST, story)
        return
    if locked(path) or _written_again(store, BlobName(path.name)):
        tally.went_wrong("locked still, or written twice", story)
    with LocalFile(path) as source:
        data = source.read(0, source.size())
    try:
        numbers = _read(data, story, tally)
    except HeaderIncompleteError:
        tally.saw("killed before the header was whole")
        if anchors:
            tally.went_wrong(LOST, story)
        return
    except VaultError as error:
        tally.went_wrong(NOT_OPENED, f"{story}: {error!r}")
        return
    acknowledged = max((one.block for one in anchors), default=0)
    tally.saw("opened with acknowledged blocks" if acknowledged else "opened")
    if numbers != list(range(1, len(numbers) + 1)) or len(numbers) < acknowledged:
        tally.went_wrong(LOST, f"{story}: {acknowledged} acknowledged, {len(numbers)} there")
    state = verify(MemorySource(data), evidence=Evidence(anchors=anchors)).state
    tally.saw(state.value)
    if state not in (State.INTERRUPTED, State.COMPLETE):
        tally.went_wrong(BROKEN, f"{story}: {state.value}")
    _recovered(data, numbers, story, tally)


def _written_again(store: LocalStore, name: BlobName) -> bool:
    try:
        store.create(name).abandon()
    except BlobExistsError:
        return False
    return True


def _recovered(data: bytes, numbers: list[int], story: str, tally: Tally) -> None:
    target = MemoryGrowing()
    recover(MemorySource(data), target)
    if _read(bytes(target.data), story, tally) != numbers:
        tally.went_wrong(NOT_OPENED, f"{story}: recovered to something else")


def _read(data: bytes, story: str, tally: Tally) -> list[int]:
    """Read all blocks, compare what the writer wrote; return the numbers of all."""
    numbers, count = [], 0
    for opened in SealedFile(MemorySource(data), Identity(portal_keys=[_PORTAL])).blocks():
        numbers.append(opened.number)
        if opened.type == BlockType.DATA:
            if opened.payload != payload(story, count):
                tally.went_wrong(ACCEPTED, f"{story}: block {opened.number}")
            count += 1
    return numbers
