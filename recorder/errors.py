"""What the recorder raises on purpose, beside recorder.format.errors which holds their root."""

from recorder.format.errors import RecordingError


class CaptureError(RecordingError):
    """The screen cannot be recorded, or not any more."""

    def __init__(self, *, why: str) -> None:
        super().__init__(f"the screen cannot be recorded: {why}")
        self.why = why


class EncodeError(RecordingError):
    """No encoder makes what is wanted here."""

    def __init__(self, *, why: str) -> None:
        super().__init__(f"the picture cannot be encoded: {why}")
        self.why = why


class ImportVideoError(RecordingError):
    """A video file that cannot be taken in."""

    def __init__(self, *, what: str, why: str) -> None:
        super().__init__(f"{what} cannot be imported: {why}")
        self.what = what
        self.why = why


class BadCopyError(RecordingError):
    """What was fetched of a recording is not what the portal has."""

    def __init__(self, *, name: str) -> None:
        super().__init__(f"{name} came otherwise than the portal has it, and was not kept")
        self.name = name
