"""Diagnostics of a session: its snapshots, numbered, with whose machine it was.  Pure.  replay/export/SPEC.md §3."""

from dataclasses import dataclass

from recorder.format.snapshot import Snapshot
from recorder.format.transcript import Missing


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenSnapshot:
    """A snapshot of a session.  Units: time_us since the session began; number counts from 1."""

    number: int
    time_us: int
    snapshot: Snapshot
    of: str | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostics:
    """All snapshots of a session, in order of time; redacted says what was removed, in one sentence."""

    session: str
    snapshots: tuple[TakenSnapshot, ...]
    missing: tuple[Missing, ...] = ()
    redacted: str | None = None
