"""A transcript of a long session in every format, each in a process of its own: python -m tests.bench.exports"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC
from pathlib import Path
from typing import Final

from recorder.format.events import Event, Joined, Line
from recorder.format.transcript import Transcript, transcript
from recorder.format.transcript_text import as_text
from replay.export.cut import Cut
from replay.export.transcript_csv import as_csv
from replay.export.transcript_html import as_html
from replay.export.transcript_json import as_json_text
from replay.export.transcript_pdf import as_pdf
from replay.export.webvtt import as_webvtt, cues
from replay.timeline import Span
from tests.bench.report import heading, machine, row
from tests.bench.side_by_side import ours, take_turns

LINES: Final = 100_000
STEP_US: Final = 360_000  # ten hours
WHOLE: Final = Cut((Span(0, LINES * STEP_US + 1),))
SAID: Final = ("It prints blank pages only, and I have tried another cable.", "Which driver?", "日本語 שלום 👍🏽")
FORMATS: Final[dict[str, Callable[[Transcript], Iterable[str] | bytes]]] = {
    "nothing": lambda _: (),
    "text": lambda said: as_text(said, UTC),
    "json": as_json_text,
    "csv": as_csv,
    "html": lambda said: as_html(said, UTC),
    "vtt": lambda said: as_webvtt(cues(said, WHOLE)),
    "pdf": lambda said: as_pdf(said, UTC),
}


def main() -> None:
    if len(sys.argv) > 1:
        export(sys.argv[1], Path(sys.argv[2]))
        return
    print(machine())
    heading(f"a transcript of {LINES} lines", "s", "lines/s", "MB", "peak MiB", "over none")
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        made = {name: Path(folder, name) for name in FORMATS}
        contenders = [ours("exports", name, path, makes=path) for name, path in made.items()]
        runs = [run for (run,) in take_turns(contenders, rounds=1)]
        for (name, path), run in zip(made.items(), runs, strict=True):
            took_s = run.inside_s or 0.0
            peak, more = run.peak / 2**20, (run.peak - runs[0].peak) / 2**20
            speed = f"{LINES / took_s:.0f}" if path.stat().st_size else ""
            row(name, f"{took_s:.2f}", speed, f"{path.stat().st_size / 1e6:.1f}", f"{peak:.1f}", f"{more:.1f}")


def export(name: str, path: Path) -> None:
    """Write one format, and on stderr the seconds it took."""
    said = long_session()
    began_s = time.perf_counter()
    made = FORMATS[name](said)
    with path.open("wb") as file:
        if isinstance(made, bytes):
            file.write(made)
        else:
            file.writelines(chunk.encode() for chunk in made)
    print(time.perf_counter() - began_s, file=sys.stderr)


def long_session() -> Transcript:
    events: list[tuple[int, Event]] = [
        (0, Joined(id=1, role="agent", name="Ada Lovelace")),
        (0, Joined(id=2, role="customer", name="Grace Hopper")),
    ]
    for number in range(LINES):
        text = f"{SAID[number % len(SAID) if number % 100 == 0 else number % 2]} ({number})"
        events.append((number * STEP_US, Line(by=number % 2 + 1, text=text)))
    return transcript("5e" * 16, events, duration_us=LINES * STEP_US, began_us=1_795_352_591_000_000)


if __name__ == "__main__":
    main()
