"""Power that goes away while a file is written: what was not synced may be there, be old, or be anything.

The disk is a double that remembers the order of things.  Each image of it keeps all that a returned sync covers;
of every other sector the power cut decides alone.
"""

import random
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.faults.counted import ACCEPTED, LOST, NOT_OPENED, Counted, Tally
from tests.faults.specimen import SIGNER, about, outside, portal
from tests.memory import MemoryGrowing, MemorySource
from vault.anchor import Anchor
from vault.block import BlockType
from vault.errors import VaultError
from vault.header import Identity, Role
from vault.primitives import Buffer
from vault.reader import SealedFile
from vault.recover import recover
from vault.verify import Evidence, State, verify
from vault.writer import SealedWriter

SECTOR: Final = 512
BROKEN: Final = "forged, or complete without its end"
NEVER: Final = (LOST, NOT_OPENED, BROKEN)
_PORTAL: Final = portal("portal")
_RECOVER_EVERY: Final = 10


@dataclass(frozen=True, slots=True)
class Moment:
    """How things stood: bytes handed to the disk, bytes a returned sync covers, the newest acknowledged anchor."""

    appended: int
    synced: int
    acknowledged: Anchor | None


@dataclass(slots=True)
class Disk:
    """A Growing that keeps its bytes and its history.  Owns a lock, because the writer comes with two threads."""

    patience: int = 0  # so many appends come while one sync is under way, if they come at all
    data: bytearray = field(default_factory=bytearray)
    history: list[Moment] = field(default_factory=lambda: [Moment(0, 0, None)])
    _news: threading.Condition = field(default_factory=threading.Condition)
    _ended: bool = False

    def append(self, data: Buffer) -> None:
        with self._news:
            assert not self._ended
            self.data += data
            self._note(appended=len(self.data))

    def sync(self) -> None:
        with self._news:
            assert not self._ended
            covered, count = len(self.data), len(self.history)
            self._news.wait_for(lambda: len(self.history) >= count + self.patience, timeout=0.2)
            self._note(synced=covered)

    def finish(self) -> None:
        self.sync()
        self._ended = True

    def abandon(self) -> None:
        self._ended = True

    def acknowledge(self, anchor: Anchor) -> None:
        """Note what the writer says now; that it was true earlier already only makes this stricter on nobody."""
        with self._news:
            self._note(acknowledged=anchor)

    def _note(self, *, appended: int = 0, synced: int = 0, acknowledged: Anchor | None = None) -> None:
        last = self.history[-1]
        self.history.append(
            Moment(max(appended, last.appended), max(synced, last.synced), acknowledged or last.acknowledged)
        )
        self._news.notify_all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """A file as it was written to the end, and the history of its disk."""

    data: bytes
    history: Sequence[Moment]
    payloads: Mapping[int, bytes]


@dataclass(frozen=True, slots=True)
class Pace:
    """How a recording is written."""

    name: str
    blocks: int
    sizes: Sequence[int]  # payloads are at most one of these long
    asks: float  # how often the caller waits for a sync
    patience: int = 0


ASKING: Final = Pace("power lost", blocks=70, sizes=(0, 200, 6_000), asks=0.1)
# Only past 8 MiB that nobody asked for does the writer sync while it goes on appending.
FLOWING: Final = Pace("power lost while 20 MB flow", blocks=50, sizes=(0, 900_000), asks=0.0, patience=4)


def record(seed: str, pace: Pace) -> Recording:
    """Write blocks of random sizes and sync at random moments."""
    draw, disk, payloads = random.Random(seed), Disk(pace.patience), dict[int, bytes]()
    recipients = [(Role.PORTAL, _PORTAL.public)]
    with SealedWriter(disk, about(seed), recipients=recipients, signer=SIGNER, outside=outside(seed)) as writer:
        disk.acknowledge(writer.durable)
        for _ in range(pace.blocks):
            payload = draw.randbytes(draw.randint(0, draw.choice(pace.sizes)))
            payloads[writer.append(payload)] = payload
            disk.acknowledge(writer.sync() if draw.random() < pace.asks else writer.durable)
        disk.acknowledge(writer.finish())
    return Recording(data=bytes(disk.data), history=disk.history, payloads=payloads)


def images(recording: Recording, count: int, *, seed: str) -> Iterator[tuple[bytes, Moment]]:
    """Cut the power at random moments; give what lies on the disk then."""
    draw = random.Random(seed)
    for _ in range(count):
        moment = draw.choice(recording.history)
        yield _image(recording.data, moment, draw), moment


def power_cuts(recordings: range, *, seed: str, images_each: int = 100, pace: Pace = ASKING) -> Counted:
    """Write recordings, cut the power many times in each, and read what lies on the disk then."""
    tally = Tally(pace.name, never=NEVER)
    for at in recordings:
        images_read(record(f"{seed} {at}", pace), images_each, tally=tally, seed=f"{seed} {at}")
    return tally.counted()


def images_read(recording: Recording, count: int, *, tally: Tally, seed: str) -> Counted:
    """Read every image: wrong bytes never, and every acknowledged block is there."""
    for turn, (image, moment) in enumerate(images(recording, count, seed=seed)):
        tally.tried()
        if moment.acknowledged is None:
            tally.saw("nothing was acknowledged")
            continue
        story = f"{seed}, image {turn}"
        with tally.trying(story):
            try:
                _look(image, moment.acknowledged, recording, tally, story)
                if turn % _RECOVER_EVERY == 0:
                    _recovered(image, recording, tally, story)
            except VaultError as error:
                tally.went_wrong(NOT_OPENED, f"{story}: {error!r}")
    return tally.counted()


def _image(data: bytes, moment: Moment, draw: random.Random) -> bytes:
    size = draw.choice((moment.appended, moment.synced, draw.randint(moment.synced, moment.appended)))
    image = bytearray(data[:size])
    new, old = draw.choice(((0.98, 0.99), (0.5, 0.75), (0.2, 0.9)))
    for start in range(moment.synced // SECTOR * SECTOR, size, SECTOR):
        sector = slice(max(start, moment.synced), min(start + SECTOR, size))
        fate = draw.random()
        if fate > new:
            length = sector.stop - sector.start
            image[sector] = bytes(length) if fate < old else draw.randbytes(length)
    return bytes(image)


def _look(image: bytes, anchor: Anchor, recording: Recording, tally: Tally, story: str) -> None:
    verdict = verify(MemorySource(image), evidence=Evidence(anchors=[anchor]))
    tally.saw(verdict.state.value)
    if verdict.state is State.CUT:
        tally.went_wrong(LOST, f"{story}: {verdict.reason}")
    elif verdict.state not in (State.INTERRUPTED, State.DAMAGED) and image != recording.data:
        tally.went_wrong(BROKEN, f"{story}: {verdict.state.value}")
    with_block = {number for number in range(1, anchor.block + 1) if number in recording.payloads}
    if missing := with_block - _read(image, recording, tally, story):
        tally.went_wrong(LOST, f"{story}: blocks {sorted(missing)}")


def _recovered(image: bytes, recording: Recording, tally: Tally, story: str) -> None:
    target = MemoryGrowing()
    recover(MemorySource(image), target)
    if _read(bytes(target.data), recording, tally, story) != _read(image, recording, tally, story):
        tally.went_wrong(LOST, f"{story}: by recovering")


def _read(image: bytes, recording: Recording, tally: Tally, story: str) -> set[int]:
    """Compare all that can be read; return the numbers of the DATA blocks found."""
    found = set()
    for one in SealedFile(MemorySource(image), Identity(portal_keys=[_PORTAL])).blocks():
        if one.type == BlockType.DATA:
            found.add(one.number)
            if bytes(one.payload) != recording.payloads.get(one.number):
                tally.went_wrong(ACCEPTED, f"{story}: block {one.number}")
    return found
