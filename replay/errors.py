"""What showing, searching and exporting recordings raises on purpose."""


class ReplayError(Exception):
    """Root of what this room raises on purpose."""


class BadQueryError(ReplayError):
    """What to search for is no good; something else may be."""

    def __init__(self, *, why: str) -> None:
        super().__init__(f"this cannot be searched for: {why}")
        self.why = why


class DecodeError(ReplayError):
    """Pictures that cannot be shown, up to the next keyframe."""


class ExportError(ReplayError):
    """Nothing can be exported as it was asked for; advice says what can."""

    def __init__(self, why: str, *, advice: str) -> None:
        super().__init__(f"{why}; {advice}")
        self.why = why
        self.advice = advice


class NoDesktopError(ReplayError):
    """There is nothing here that programs are installed into."""

    def __init__(self, *, why: str) -> None:
        super().__init__(why)
        self.why = why


class NoKeyError(ReplayError):
    """Nothing at hand opens the recording; advice says where to get it."""

    def __init__(self, *, why: str, advice: str) -> None:
        super().__init__(f"{why}; {advice}")
        self.why = why
        self.advice = advice


class WindowError(ReplayError):
    """No window can be shown here."""

    def __init__(self, *, why: str) -> None:
        super().__init__(f"the window cannot be shown: {why}")
        self.why = why
