"""The writer alone: packets into a sealed file on the local disk: python -m tests.bench.writer"""

import secrets
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from recorder.clock import SessionClock
from recorder.format.events import About
from recorder.format.packet import Packet
from recorder.format.screen import Configuration, Pointer
from recorder.part import begin_part
from recorder.writer import RecordingWriter
from tests.bench.report import heading, machine, row
from vault.local import LocalGrowing
from vault.outside import monotonic_us
from vault.portal_key import PortalKey
from vault.primitives import SigningKey

SCREEN: Final = "screen/customer"
SHAPE: Final = Configuration(codec="tiles", width_px=1920, height_px=1080)
PICTURES: Final = 10_000
PICTURE_SIZE: Final = 60_000
SMALL: Final = 200_000


def main() -> None:
    print(machine())
    heading("the writer, files on the local disk, synced at the end", "per s", "MB/s", "CPU s", "goal")
    took_s, cpu_s, size = timed(pictures)
    row(f"{PICTURES} pictures of {PICTURE_SIZE // 1000} kB", f"{PICTURES / took_s:.0f}", f"{size / took_s / 1e6:.0f}",
        f"{cpu_s:.2f}", "100 MB/s")  # fmt: skip
    took_s, cpu_s, size = timed(small)
    row(f"{SMALL} packets of the pointer", f"{SMALL / took_s:.0f}", f"{size / took_s / 1e6:.0f}", f"{cpu_s:.2f}",
        "20000/s")  # fmt: skip


def pictures(writer: RecordingWriter) -> None:
    payloads = [secrets.token_bytes(PICTURE_SIZE) for _ in range(50)]
    for number in range(PICTURES):
        due = writer.keyframe_due(SCREEN)
        writer.put_picture(SCREEN, payloads[number % 50], time_us=number * 1000, configuration=SHAPE if due else None)


def small(writer: RecordingWriter) -> None:
    payload = Pointer(x_px=700, y_px=500, buttons=0).to_payload()
    for number in range(SMALL):
        writer.put(Packet("pointer/customer", number * 50, payload))


def timed(put: Callable[[RecordingWriter], None]) -> tuple[float, float, int]:
    """Return seconds, seconds of CPU and the file's size."""
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        path = Path(folder, "bench.sealcast")
        clock = SessionClock(began_us=monotonic_us())
        key, signer = PortalKey(bytes(32)).public, SigningKey(bytes(32))
        growing = LocalGrowing(path)
        with begin_part(growing, About(software="bench"), recipients=[key], signer=signer, clock=clock) as writer:
            began_s, cpu_s = time.perf_counter(), time.process_time()
            put(writer)
            writer.finish()
            return time.perf_counter() - began_s, time.process_time() - cpu_s, path.stat().st_size


if __name__ == "__main__":
    main()
