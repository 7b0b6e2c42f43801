"""An evidence bundle as a ZIP: each file is hashed while it is streamed in.  SPEC.md §7."""

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from recorder.file_names import SUFFIX
from replay.errors import ExportError
from replay.export.manifest import MANIFEST, SUMS, BundleFacts, Member, manifest_json, sums
from vault.durable import draft_of
from vault.local import LocalFile
from vault.store import OpenSource

_CHUNK: Final = 1024 * 1024
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*")  # what every system takes for a file
_UNFIT: Final = re.compile("[^A-Za-z0-9_]+")
_DEVICES: Final = re.compile("(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])")
_MOST_NAME: Final = 80
_MOST_TEXT: Final = (
    zipfile.ZIP64_LIMIT - _CHUNK
)  # how large a text becomes is not known before, and whether ZIP64 is needed
_NO_OLDER: Final = datetime(1980, 1, 1, tzinfo=UTC)  # than a ZIP can say
_PACKED: Final = (".py", ".md")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file that comes into a bundle, up to its size, or that which it has at the beginning.

    Units: size in bytes.  original is what it is called, where that is worth telling; elsewhere opens one that does not
    lie on this disk.
    """

    path: Path
    size: int | None = None
    original: str | None = None
    elsewhere: Callable[[], OpenSource] | None = None

    def open(self) -> OpenSource:
        """Return its bytes.  Errors: BlobNotFoundError, StoreUnavailableError."""
        return self.elsewhere() if self.elsewhere else LocalFile(self.path)


def sealed_name(number: int) -> str:
    """Return what a sealed file is called in a bundle; parts count from 1."""
    return f"recording/part-{number}{SUFFIX}"


def folder_name(wished: str) -> str:
    """Return what a bundle's folder is called: letters, digits, dashes, whatever was wished."""
    name = _UNFIT.sub("-", wished).strip("-_")[:_MOST_NAME].rstrip("-_")
    return f"evidence-{name}".rstrip("-") if not name or _DEVICES.fullmatch(name) else name


def write_bundle(
    path: Path,
    about: BundleFacts,
    *,
    texts: Mapping[str, Iterable[str]],
    files: Mapping[str, SourceFile],
    tick: Callable[[int], None] = lambda _: None,
) -> tuple[Member, ...]:
    """Write a bundle whole or not at all; return what is in it but for the manifest and the sums.

    Shapes: texts and files by their names in the bundle; texts may be made while they are written.  tick is told the
    bytes that were read.
    Errors: ExportError; BlobExistsError if it is there; BlobNotFoundError, StoreUnavailableError.
    """
    for name in (about.name, *texts, *files):
        if not all(_NAME.fullmatch(part) for part in name.split("/")):
            raise ValueError(name)
    if about.redacted and any(name.endswith(SUFFIX) for name in files):
        raise ValueError(about.redacted)  # a sealed file holds what was removed
    with draft_of(path, replace=False) as draft, zipfile.ZipFile(draft, "w") as archive:
        made = _Making(archive, about, tick)
        whole = {name: _sized(source) for name, source in files.items()}
        for name in sorted({*texts, *files}):
            if name in whole:
                made.put_file(name, whole[name])
            else:
                made.put_text(name, texts[name])
        members = tuple(made.members)
        made.put_text(MANIFEST, manifest_json(about, members))
        made.put_text(SUMS, sums(made.members))
    return members


def _sized(source: SourceFile) -> tuple[SourceFile, int]:
    with closing(source.open()) as file:
        there = file.size()
    return source, there if source.size is None else source.size


class _Making:
    """A bundle that is being written, and what is in it so far."""

    def __init__(self, archive: zipfile.ZipFile, about: BundleFacts, tick: Callable[[int], None]) -> None:
        self._archive = archive
        self._folder = about.name
        self._made = max(_NO_OLDER, datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=about.made_us))
        self._tick = tick
        self.members: list[Member] = []

    def put_text(self, name: str, chunks: Iterable[str]) -> None:
        self._put(self._entry(name, zipfile.ZIP_DEFLATED), _encoded(name, chunks), name)

    def put_file(self, name: str, sized: tuple[SourceFile, int]) -> None:
        source, size = sized
        kind = (
            zipfile.ZIP_DEFLATED if name.endswith(_PACKED) else zipfile.ZIP_STORED
        )  # sealed bytes and videos never shrink
        entry = self._entry(name, kind)
        entry.file_size = size  # so that ZIP64 is used when, and only when, it is needed
        with closing(source.open()) as file:
            self._put(entry, _read(source.path.name, file, size), name, original=source.original)

    def _entry(self, name: str, kind: int) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(f"{self._folder}/{name}", self._made.timetuple()[:6])
        entry.compress_type = kind
        entry.create_system = 3  # Unix, whose modes follow
        entry.external_attr = 0o100644 << 16
        return entry

    def _put(self, entry: zipfile.ZipInfo, chunks: Iterator[bytes], name: str, original: str | None = None) -> None:
        digest, size = hashlib.sha256(), 0
        with self._archive.open(entry, "w") as target:
            for chunk in chunks:
                digest.update(chunk)
                target.write(chunk)
                size += len(chunk)
                self._tick(len(chunk))
        self.members.append(Member(name=name, size=size, sha256=digest.hexdigest(), original=original))


def _read(name: str, file: OpenSource, size: int) -> Iterator[bytes]:
    """Give a file up to a size.  Errors: ExportError if it is no longer that long."""
    at = 0
    while at < size:
        chunk = file.read(at, min(_CHUNK, size - at))
        if not chunk:
            raise ExportError(f"{name} became shorter while it was copied", advice="export it again")
        at += len(chunk)
        yield chunk


def _encoded(name: str, chunks: Iterable[str]) -> Iterator[bytes]:
    """Give a text in large pieces.  Errors: ExportError if it is too large."""
    gathered, length, total = list[str](), 0, 0
    for chunk in chunks:
        gathered.append(chunk)
        length += len(chunk)
        if length >= _CHUNK:
            data = "".join(gathered).encode()
            gathered, length, total = [], 0, total + len(data)
            if total > _MOST_TEXT:
                raise ExportError(f"{name} becomes too large", advice="export a part of the session: --from and --to")
            yield data
    yield "".join(gathered).encode()
