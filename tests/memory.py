"""A store's two seams in memory, as strict as the real ones."""

from vault.primitives import Buffer


class MemorySource:
    """Bytes to read from."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def size(self) -> int:
        return len(self.data)

    def read(self, start: int, size: int) -> bytes:
        assert start >= 0
        assert size >= 0
        return self.data[start : start + size]


class MemoryGrowing:
    """Bytes that one writer makes longer, and nobody after the end."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.synced = 0
        self.ended: str | None = None

    def append(self, data: Buffer) -> None:
        assert self.ended is None
        self.data += data

    def sync(self) -> None:
        assert self.ended is None
        self.synced = len(self.data)

    def finish(self) -> None:
        self.sync()
        self.ended = "finished"

    def abandon(self) -> None:
        assert self.ended is None
        self.ended = "abandoned"
