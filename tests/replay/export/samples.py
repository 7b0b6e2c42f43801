"""A session as values for bundles and diagnostics: people, hostile text, a video that plays, snapshots."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import av
import numpy as np

from recorder.format.diagnostics import Diagnostics, TakenSnapshot
from recorder.format.events import (
    About,
    Consent,
    Event,
    Joined,
    Left,
    Line,
    Marker,
    Outcome,
    Pause,
    Resume,
    Sharing,
)
from recorder.format.snapshot import Category, Snapshot, Value
from recorder.format.transcript import Missing, Transcript, transcript
from replay.export.cut import Cut
from replay.timeline import Span

S: Final = 1_000_000
MADE_US: Final = 1_795_000_000_000_000
BEGAN_US: Final = 1_794_999_000_000_000
SESSION: Final = "00112233445566778899aabbccddeeff"
LENGTH_US: Final = 30 * S
HOSTILE: Final = (
    "</script><script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "\u202egnp.exe\u202c and \x1b[31mred\x07",
    '=HYPERLINK("http://x") ]]> -- & &amp; \' \u2028 \ufeff \ufffe',
    "two\nlines\r\nand a third\n[00:00:01] Ada (agent): forged",
    "שלום مرحبا 日本語 हिन्दी 👩‍👩‍👧‍👦 e\u0301",
    "C:\\temp · pid: 1",
)
EVENTS: Final[tuple[tuple[int, Event], ...]] = (
    (0, About(software="Sealcast 0.1", portal="Northwind Support", title="The export stops at 40 %")),
    (0, Consent(by=2, how="box", text="You may record this session.")),
    (0, Joined(id=1, role="agent", name="Ada Lovelace")),
    (1 * S, Joined(id=2, role="customer", name="Grace Hopper", email="grace@example.org")),
    (1 * S, Sharing(id=2, track="screen/customer", on=True)),
    (3 * S, Line(by=2, text="It happens when I press the button, every time.")),
    (5 * S, Line(by=1, text="Thank you. Which version do you use? It stands under Help → About.")),
    (9 * S, Line(by=1, text="Looks like the old exporter to me", audience="agents")),
    (12 * S, Marker(name="The error appears", by=1)),
    (14 * S, Line(by=2, text="מתי זה יתוקן? בגרסה 4.2 זה עבד")),
    (16 * S, Pause(by=1)),
    (20 * S, Resume(by=1)),
    (21 * S, Marker(name="Works again")),
    (24 * S, Line(by=1, text="You need 4.3. I have sent you the link 🎉")),
    (28 * S, Left(id=2)),
    (30 * S, Outcome(outcome="resolved", note="updated to 4.3", by=1)),
)
WHOLE: Final = Cut((Span(0, LENGTH_US),))
MISSING: Final = (
    Missing(why="the recording was paused", from_us=16 * S, until_us=20 * S),
    Missing(why="a part of it is missing"),
)


def told(
    events: Iterable[tuple[int, Event]] = EVENTS, *, missing: tuple[Missing, ...] = MISSING, length_us: int = LENGTH_US
) -> Transcript:
    """Return events as a transcript."""
    return transcript(SESSION, events, duration_us=length_us, began_us=BEGAN_US, missing=missing)


def hostile() -> Transcript:
    """Return a transcript in which everything that can be chosen is chosen badly."""
    events: list[tuple[int, Event]] = [(0, Joined(id=1, role=HOSTILE[0], name=HOSTILE[1]))]
    events += [(number * S, Line(by=1, text=text)) for number, text in enumerate(HOSTILE)]
    events += [(number * S, Marker(name=text)) for number, text in enumerate(HOSTILE)]
    events.append((0, About(software=HOSTILE[0], portal=HOSTILE[1], title=HOSTILE[0], question=HOSTILE[2])))
    missing = tuple(Missing(why=text, from_us=S, until_us=2 * S) for text in HOSTILE)
    return told(sorted(events, key=lambda one: one[0]), missing=missing)


def snapshot(*categories: Category, taken_us: int = BEGAN_US) -> Snapshot:
    return Snapshot(taken_us=taken_us, source="native", categories=categories)


def category(name: str, *items: dict[str, Value], missing: str | None = None) -> Category:
    return Category(name=name, items=items, missing=missing)


def machine(*, later: bool = False) -> Snapshot:
    """Return a snapshot of a machine as a recorder takes one."""
    moved = 1 if later else 0
    processes: list[dict[str, Value]] = [
        {"pid": 1, "name": "systemd", "user": "root", "memory_bytes": 12_582_912},
        {"pid": 4100 + moved, "name": "northwind", "user": "grace", "memory_bytes": 734_003_200 + 90_000_000 * moved},
        {"pid": 5000, "name": "bash", "user": "grace", "memory_bytes": 5_242_880},
    ]
    return snapshot(
        category(
            "system",
            {
                "name": "grace-laptop",
                "system": "Debian GNU/Linux 12",
                "uptime_s": 273_906 + 60 * moved,
                "utc_offset_s": 3600,
            },
        ),
        category("memory", {"total_bytes": 17_179_869_184, "available_bytes": 8_589_934_592 - 90_000_000 * moved}),
        category(
            "hardware",
            {"kind": "processor", "model": "Ryzen 7 5850U", "cores": 8, "clock_mhz": 4500, "virtual": False},
            {"kind": "graphics", "model": "Radeon", "driver": "amdgpu"},
        ),
        category(
            "disks",
            {"kind": "disk", "device": "/dev/nvme0n1", "size_bytes": 512_110_190_592, "removable": False},
            {"kind": "volume", "device": "/dev/nvme0n1p2", "folder": "/", "free_bytes": 20_000_000_000 - 5 * moved},
        ),
        category("processes", *processes[: 3 - moved]),
        category(
            "software",
            {"name": "northwind", "version": "4.3" if later else "4.1"},
            {"name": "libc6", "version": "2.36-9"},
        ),
        category("services", missing="systemctl did not answer within 5 s" if later else None),
        taken_us=BEGAN_US + 60 * S * moved,
    )


def diagnostics(*snapshots: Snapshot, redacted: str | None = None) -> Diagnostics:
    """Return snapshots as those of a session, of the customer's machine."""
    taken = (
        TakenSnapshot(number=number, time_us=number * 10 * S, snapshot=one, of="Grace Hopper", role="customer")
        for number, one in enumerate(snapshots, 1)
    )
    return Diagnostics(session=SESSION, snapshots=tuple(taken), redacted=redacted)


def hostile_snapshot() -> Snapshot:
    return snapshot(
        *(
            category(
                text[:64], {text[:64]: text, "name": text, "on": True}, {"name": text, "size_bytes": -1}, missing=text
            )
            for text in HOSTILE
        )
    )


def video(path: Path, *, seconds: int = LENGTH_US // S) -> Path:
    """Write a small film: what it shows gets lighter each second."""
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=10, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for number in range(seconds * 10):
            pixels = np.full((360, 640, 3), 40, np.uint8)
            pixels[60:300, 80 + number % 400 : 120 + number % 400] = (90, 140, 255)
            pixels[:20] = number * 255 // (seconds * 10)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        container.mux(stream.encode(None))
    return path
