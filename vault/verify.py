"""Verify a sealed file: is it whole, unchanged, and whose is it?  No key is needed.  Source: SPEC.md §5.4.

The table of states is judge(), a pure function of the facts; everything else gathers facts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from vault.anchor import Anchor
from vault.block import BlockType, open_block
from vault.errors import (
    HeaderDamagedError,
    HeaderIncompleteError,
    NotOurFormatError,
    TamperedError,
    UnsupportedVersionError,
    WrongIdentityError,
)
from vault.header import Header, Identity, unlock
from vault.primitives import BadTagError
from vault.signers import TrustedSigner, known_as, listed_as
from vault.store import Source
from vault.walk import Walk, read_start

MAX_TORN: Final = 32 * 1024 * 1024


class State(Enum):
    """What a file is; the first that fits."""

    NOT_A_RECORDING = "not a recording"
    UNSUPPORTED_VERSION = "unsupported version"
    FORGED = "forged"
    DAMAGED = "damaged"
    CUT = "cut"
    COMPLETE = "complete"
    OPEN = "open"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a pass over the file found.  Offsets and sizes in bytes, ranges with the end excluded."""

    not_a_recording: str | None = None
    unsupported: str | None = None
    forged: str | None = None  # the first contradiction between things that are all rightly signed
    header_damaged: str | None = None
    header_incomplete: str | None = None
    header: Header | None = None
    good_blocks: int = 0
    last_block: int | None = None  # number of the last good one, 0 for the header; None without a whole header
    gaps: Sequence[tuple[int, int]] = ()
    missing: Sequence[tuple[int, int]] = ()  # numbers, both ends included
    torn: int = 0
    given_up: bool = False
    final: bool = False
    anchored: int | None = None  # number of the newest block that anchors name
    finished_once: bool = False  # a fingerprint was kept, so there was a FINAL
    writer_at_work: bool = False
    fingerprint: bytes | None = None  # hash of FINAL
    anchors_elsewhere: bool = False  # anchors were given, and none of them is of this recording
    opened: bool | None = None  # with keys: whether they fit and every block opened; None without


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The state, why, whose, and the facts."""

    state: State
    reason: str
    facts: Facts
    signer_name: str | None = None
    listed_name: str | None = None  # where the signer is on the list, but not for that time

    @property
    def signer(self) -> bytes | None:
        """Public key of the signer, of a header that is whole and signed."""
        return self.facts.header.signer if self.facts.header else None

    @property
    def genuine(self) -> bool:
        """Whether the file is complete, its signer known, and it is the one anchors are of, if any are given.

        Nothing else may be called so.
        """
        known = self.state is State.COMPLETE and self.signer_name is not None
        return known and not self.facts.anchors_elsewhere


def judge(facts: Facts) -> tuple[State, str]:
    """Return state and reason: the table of SPEC.md §5.4, first that fits."""
    header_damaged, last = facts.header_damaged, -1 if facts.last_block is None else facts.last_block
    behind_final = facts.final and facts.torn > 0
    table = (
        (facts.not_a_recording, State.NOT_A_RECORDING),
        (facts.unsupported, State.UNSUPPORTED_VERSION),
        (facts.forged, State.FORGED),
        (header_damaged, State.DAMAGED),
        (facts.missing and "blocks in the middle are missing or changed", State.DAMAGED),
        (facts.gaps and "bytes in the middle are not what was written", State.DAMAGED),
        (behind_final and "bytes follow the end", State.DAMAGED),
        (facts.given_up and "it is full of false blocks", State.DAMAGED),
        (facts.torn > MAX_TORN and "more is destroyed at the end than a crash destroys", State.DAMAGED),
        (facts.anchored is not None and last < facts.anchored and f"block {facts.anchored} existed once", State.CUT),
        (facts.finished_once and not facts.final and "it was finished once, and its end is gone", State.CUT),
        (facts.final and "whole and unchanged", State.COMPLETE),
        (facts.writer_at_work and "it is being written", State.OPEN),
    )
    for reason, state in table:
        if reason:
            return state, reason
    return State.INTERRUPTED, facts.header_incomplete or "it has no end: its writer was stopped, or is still at work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known from elsewhere about the file."""

    anchors: Sequence[Anchor] = ()
    fingerprint: bytes | None = None
    next_parts: Sequence[Header] = ()  # headers that may name this part; those that do not are left aside
    trusted: Sequence[TrustedSigner] = ()
    writer_at_work: bool = False


@dataclass(kw_only=True)
class _Claims:
    """What others say the blocks of this file must be."""

    hashes: dict[int, set[bytes]] = field(default_factory=dict)
    forged: str | None = None

    def note(self, why: str) -> None:
        self.forged = self.forged or why


def verify(source: Source, *, evidence: Evidence | None = None, identity: Identity | None = None) -> Verdict:
    """Read the whole file once and say what it is; with an identity that fits, open every block too.

    Errors: StoreUnavailableError only; everything the file can be is a state.
    """
    evidence = evidence or Evidence()
    facts = _gather(source, evidence, identity)
    state, reason = judge(facts)
    verdict = Verdict(state=state, reason=reason, facts=facts)
    if facts.header is None:
        return verdict
    signer = facts.header.signer
    name = known_as(evidence.trusted, signer, at_us=facts.header.about.created_us)
    return replace(verdict, signer_name=name, listed_name=None if name else listed_as(evidence.trusted, signer))


def _gather(source: Source, evidence: Evidence, identity: Identity | None) -> Facts:
    known = Facts(
        anchored=max((one.block for one in evidence.anchors), default=None),
        finished_once=evidence.fingerprint is not None,
        writer_at_work=evidence.writer_at_work,
        opened=None if identity is None else False,
    )
    try:
        header = read_start(source)
    except NotOurFormatError as error:
        return replace(known, not_a_recording=f"it does not begin like one, in {error.size} bytes")
    except UnsupportedVersionError as error:
        return replace(known, unsupported=str(error))
    except HeaderDamagedError as error:
        return replace(known, header_damaged=str(error))
    except HeaderIncompleteError as error:
        return replace(known, header_incomplete=str(error), torn=source.size())
    claims = _claims(header, evidence)
    own = _anchors_of(header, evidence.anchors)
    known = replace(
        known,
        anchored=max((one.block for one in own), default=None),
        anchors_elsewhere=bool(evidence.anchors) and not own,
    )
    for following in evidence.next_parts:
        known = _with_next(known, header, following, claims)
    return _walk(Walk(source, header), known, claims, _file_key(header, identity, claims), evidence.fingerprint)


def _claims(header: Header, evidence: Evidence) -> _Claims:
    claims = _Claims()
    for anchor in _anchors_of(header, evidence.anchors):
        if anchor.signer != header.signer:
            claims.note("another signer signed it than the one the anchors name")
        claims.hashes.setdefault(anchor.block, set()).add(anchor.hash)
    return claims


def _anchors_of(header: Header, anchors: Sequence[Anchor]) -> Sequence[Anchor]:
    return [one for one in anchors if one.recording_id == header.about.recording_id]


def _with_next(known: Facts, header: Header, following: Header, claims: _Claims) -> Facts:
    previous = following.about.previous
    if previous is None or previous.recording_id != header.about.recording_id:
        return known
    if (following.signer, following.about.session_id) != (header.signer, header.about.session_id):
        return known  # anybody can make a part that names this one, SPEC.md §5.4
    claims.hashes.setdefault(previous.block, set()).add(previous.hash)
    return replace(known, anchored=max(previous.block, known.anchored or 0))


def _file_key(header: Header, identity: Identity | None, claims: _Claims) -> bytes | None:
    try:
        return unlock(header, identity) if identity else None
    except WrongIdentityError:
        return None
    except TamperedError as error:
        claims.note(str(error))
        return None


def _walk(walk: Walk, known: Facts, claims: _Claims, file_key: bytes | None, fingerprint: bytes | None) -> Facts:
    header, count, final_hash = walk.header, 0, None
    _check(claims, 0, {header.hash})
    for block in walk.blocks():
        count += 1
        _check(claims, block.number, {block.hash})
        if block.entry.type == BlockType.FINAL:
            final_hash = block.hash
        if file_key:
            try:
                open_block(block.data, file_key=file_key, recording_id=header.about.recording_id)
            except BadTagError:
                claims.note(f"block {block.number} at byte {block.entry.offset} is signed, but not what was sealed")
    for number in walk.unlinked:
        claims.note(f"blocks {number - 1} and {number} do not follow each other")
    if fingerprint and final_hash not in (None, fingerprint):
        claims.note("its fingerprint is not the one that was kept")
    return replace(
        known,
        header=header,
        forged=claims.forged,
        good_blocks=count,
        last_block=walk.number,
        gaps=tuple(walk.gaps),
        missing=tuple(walk.missing),
        torn=walk.torn,
        given_up=walk.given_up,
        final=walk.final,
        fingerprint=final_hash,
        opened=known.opened if file_key is None else claims.forged is None,
    )


def _check(claims: _Claims, number: int, found: set[bytes]) -> None:
    if claims.hashes.get(number, found) != found:
        claims.note(f"block {number} is not the one that was noted")
