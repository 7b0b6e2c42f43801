"""A snapshot of this machine, taken beside a recording and put into it."""

import contextlib
import threading

from recorder.capture.diagnostics.snapshot import take_snapshot
from recorder.format.events import RECORDER, Taken
from recorder.writer import RecordingWriter
from vault.errors import PartEndedError
from vault.outside import wall_us


class Diagnosis:
    """Take a snapshot in a thread; the recording does not wait for it."""

    def __init__(self, writer: RecordingWriter) -> None:
        self._writer = writer
        self._thread = threading.Thread(target=self._run, name="sealcast-diagnostics", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Return when it is in the recording; every category has its own limit of time."""
        self._thread.join()

    def _run(self) -> None:
        snapshot = take_snapshot(now_us=wall_us())
        with contextlib.suppress(PartEndedError):  # the recording loop is told the same, and tells
            self._writer.put_event(Taken(of=RECORDER, snapshot=snapshot))
