"""What reading a recording's contents raises on purpose, and the root of all errors of the recorder."""


class RecordingError(Exception):
    """Root of what the recorder raises on purpose."""


class FormatError(RecordingError):
    """Bytes that break SPEC.md.  Units: offset in bytes, None where only the whole can be named."""

    def __init__(self, *, what: str, why: str, offset: int | None = None) -> None:
        place = "" if offset is None else f" at byte {offset}"
        super().__init__(f"the {what} is malformed{place}: {why}")
        self.what = what
        self.why = why
        self.offset = offset


class TruncatedError(FormatError):
    """The bytes end too early; more of them may mend it."""

    def __init__(self, *, what: str, offset: int) -> None:
        super().__init__(what=what, why="it ends too early", offset=offset)


class OversizeError(FormatError):
    """Something is larger than SPEC.md §7 allows."""

    def __init__(self, *, what: str, limit: int, offset: int | None = None) -> None:
        super().__init__(what=what, why=f"it is larger than {limit}", offset=offset)
        self.limit = limit


class UnsupportedFormatError(RecordingError):
    """A later release wrote this."""

    def __init__(self, *, what: str, version: int) -> None:
        super().__init__(f"this {what} needs a newer release (version {version})")
        self.what = what
        self.version = version
