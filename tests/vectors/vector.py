"""One vector: text, an empty line, a body.  See README.md beside this file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Vector:
    """A file with its expected result."""

    name: str
    body: bytes = field(repr=False)
    pairs: tuple[tuple[str, str], ...]

    def all(self, key: str) -> list[str]:
        return [value for one, value in self.pairs if one == key]

    def get(self, key: str) -> str | None:
        values = self.all(key)
        return values[0] if values else None

    def __getitem__(self, key: str) -> str:
        (value,) = self.all(key)
        return value

    def to_bytes(self) -> bytes:
        lines = [f"{key}: {value}".rstrip() for key, value in (*self.pairs, ("body-length", str(len(self.body))))]
        return "\n".join(lines).encode() + b"\n\n" + self.body


def read(path: Path) -> Vector:
    text, _, body = path.read_bytes().partition(b"\n\n")
    pairs = [line.partition(":") for line in text.decode().split("\n")]
    vector = Vector(
        name=path.stem, body=body, pairs=tuple((key, value.strip()) for key, _, value in pairs if key != "body-length")
    )
    assert f"body-length: {len(body)}" in text.decode(), path
    return vector


def vectors(room: str, kind: str) -> Iterator[Vector]:
    for path in sorted((FOLDER / room).glob("*.vector")):
        vector = read(path)
        if vector["format"] == kind:
            yield vector
