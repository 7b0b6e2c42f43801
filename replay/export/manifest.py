"""What a bundle holds: its files with sizes and digests, for programs and for sha256sum.  Pure.  SPEC.md §7."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from recorder.format.transcript import Missing
from recorder.format.wall_times import in_utc
from replay.export.json_text import as_json
from replay.export.transcript_json import missing_fields

MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleFacts:
    """What a bundle is.  Units: made_us since 1970 UTC.

    name is that of its folder; redacted says what was removed, in one sentence.
    """

    name: str
    session: str
    made_us: int
    software: str
    redacted: str | None = None
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file of a bundle.  Units: size in bytes.  sha256 is its digest as hex; original is what it was called."""

    name: str
    size: int
    sha256: str
    original: str | None = None


def manifest_json(about: BundleFacts, members: Sequence[Member]) -> Iterator[str]:
    """Give the manifest, a file a line."""
    head: dict[str, object] = {
        "format": "sealcast evidence", "version": 1, "name": about.name, "session": about.session,
        "made": in_utc(about.made_us), "software": about.software, "redacted": about.redacted,
        "missing": [missing_fields(one) for one in about.missing],
    }  # fmt: skip
    yield f'{as_json(head)[:-1]}, "files": ['
    for number, one in enumerate(members):
        fields = {"name": one.name, "size": one.size, "sha256": one.sha256}
        yield ("," if number else "") + f"\n{as_json(fields | ({'original': one.original} if one.original else {}))}"
    yield "\n]}\n"


def sums(members: Sequence[Member]) -> Iterator[str]:
    """Give the digests as sha256sum -c reads them."""
    for one in sorted(members, key=lambda one: one.name):
        yield f"{one.sha256}  {one.name}\n"
