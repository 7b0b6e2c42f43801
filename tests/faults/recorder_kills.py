"""Recorders killed at random moments: packets they had said to be durable are there, in order, and the summary too."""

import random
import signal
import struct
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from recorder.clock import SessionClock
from recorder.format.events import About, Line, read_event
from recorder.format.packet import Packet
from recorder.format.screen import Configuration
from recorder.part import begin_part
from replay.recording import Break, Placed, Recording
from tests.faults.children import told_until_killed
from tests.faults.counted import ACCEPTED, LOST, NOT_OPENED, Counted, Tally
from tests.faults.specimen import SIGNER, portal
from vault.errors import HeaderIncompleteError, VaultError
from vault.header import Identity
from vault.local import LocalFile, LocalGrowing
from vault.outside import monotonic_us
from vault.reader import SealedFile

GAPS: Final = "gaps or packets out of order"
SCREEN: Final = "screen/customer"
_LATEST_MS: Final = 120.0
_PORTAL: Final = portal("portal")
_BEGUN: Final = b"begun"
_SHAPE: Final = Configuration(codec="tiles", width_px=640, height_px=480)
_COUNT: Final = struct.Struct("<I")


def picture(seed: str, count: int) -> bytes:
    """Return the so manieth picture of that seed; it begins with its number."""
    draw = random.Random(f"{seed} {count}")
    return _COUNT.pack(count) + draw.randbytes(draw.choice((10, 500, 20_000, 400_000)))


def record_until_killed(path: str, seed: str, to_parent: Connection) -> None:
    """Record pictures and chat, acknowledge at random, and tell the parent how many pictures that were."""
    draw = random.Random(seed)
    to_parent.send_bytes(_BEGUN)
    clock = SessionClock(began_us=monotonic_us())
    about = About(software="fault")
    last = draw.choice((5, 50, 100_000))
    growing = LocalGrowing(Path(path))
    with begin_part(growing, about, recipients=[_PORTAL.public], signer=SIGNER, clock=clock) as writer:
        for count in range(last):
            due = writer.keyframe_due(SCREEN)
            writer.put_picture(
                SCREEN, picture(seed, count), time_us=clock.now_us(), configuration=_SHAPE if due else None
            )
            writer.put_event(Line(by=1, text=f"line {count}"))
            if draw.random() < 0.2:
                writer.sync()
                to_parent.send_bytes(_COUNT.pack(count + 1))
        writer.finish()
        to_parent.send_bytes(_COUNT.pack(last))
    signal.pause()  # nothing is left to do but to be killed


def recorder_kills(runs: range, *, seed: str) -> Counted:
    """Let a recorder record, kill it, look at what it left; again and again."""
    tally = Tally("recorder killed", never=[LOST, NOT_OPENED, GAPS])
    with tempfile.TemporaryDirectory() as folder:
        for run in runs:
            path, story = Path(folder, f"{run}.sealcast"), f"{seed} {run}"
            tally.tried()
            with tally.trying(story):
                acknowledged = _killed(path, story)
                _look(path, acknowledged, story, tally)
                path.unlink(missing_ok=True)
    return tally.counted()


def _killed(path: Path, story: str) -> int:
    """Kill a recorder after a random time; return how many pictures it had acknowledged by then."""
    _, told = told_until_killed(record_until_killed, str(path), story, story=story, latest_ms=_LATEST_MS)
    return int(_COUNT.unpack(told[-1])[0]) if told else 0


def _look(path: Path, acknowledged: int, story: str, tally: Tally) -> None:
    if not path.exists():
        tally.saw("killed before there was a file")
        if acknowledged:
            tally.went_wrong(LOST, story)
        return
    try:
        with LocalFile(path) as source:
            recording = Recording(SealedFile(source, Identity(portal_keys=[_PORTAL])))
            found, summary = list(recording.packets()), recording.summary()
    except HeaderIncompleteError:
        tally.saw("killed before the header was whole")
        if acknowledged:
            tally.went_wrong(LOST, story)
        return
    except VaultError as error:
        tally.went_wrong(NOT_OPENED, f"{story}: {error!r}")
        return
    tally.saw("opened with acknowledged packets" if acknowledged else "opened")
    packets = [one.packet for one in found if isinstance(one, Placed)]
    _compare(packets, acknowledged, story, tally)
    chat = summary.events.get("chat")
    lines = sum(one.track == "chat" for one in packets)
    if any(isinstance(one, Break) for one in found) or (chat.count if chat else 0) != lines:
        tally.went_wrong(GAPS, story)


def _compare(packets: list[Packet], acknowledged: int, story: str, tally: Tally) -> None:
    """Compare pictures and lines with what was put in."""
    pictures = [one for one in packets if one.track == SCREEN and not one.configuration]
    lines = [read_event(one.track, one.payload) for one in packets if one.track == "chat"]
    if any(one.payload != picture(story, count) for count, one in enumerate(pictures)):
        tally.went_wrong(ACCEPTED, story)
    if lines != [Line(by=1, text=f"line {count}") for count in range(len(lines))]:
        tally.went_wrong(GAPS, story)
    if min(len(pictures), len(lines)) < acknowledged:
        tally.went_wrong(LOST, f"{story}: {acknowledged} acknowledged, {len(pictures)} there")
