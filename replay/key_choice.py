"""What opens a recording, chosen among the keyrings and key files that were found.  Pure.

A place that was named comes first, then what lies beside the file, then the user's own folder; within a place a key
file, which asks for nothing, comes before a keyring.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Protocol

from vault.header import Header, Identity, Role
from vault.keyring import Keyring, SlotKind
from vault.primitives import grouped

MAX_TRIED: Final = 8  # keyrings for one recording; each takes a quarter of a second to try


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundKeyring:
    """A keyring and where it lies."""

    path: Path
    keyring: Keyring

    @property
    def server_only(self) -> bool:
        """Whether no person can open it, but only the portal's server."""
        return self.keyring.passphrase_slot is None and not self.keyring.slots(SlotKind.RECOVERY)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundKeyFile:
    """A key file and where it lies.  Shapes: file keys by recording id."""

    path: Path
    file_keys: dict[bytes, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A file that should open recordings, and why it does not."""

    path: Path
    why: str

    def __str__(self) -> str:
        return f"{self.path} was left aside: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPlace:
    """What was found in one place.  Whoever named it wants just that, be it older than another.

    unseen counts files that were too many to be looked at.
    """

    name: str
    keyrings: tuple[FoundKeyring, ...] = ()
    key_files: tuple[FoundKeyFile, ...] = ()
    broken: tuple[Broken, ...] = ()
    unseen: int = 0
    named: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsPassphrase:
    """This keyring opens it, and the keyring opens with its passphrase or recovery key.

    others say that they open it, too: a keyring proves nothing until it is opened, and a stranger may have left the
    first one beside the recording.
    """

    keyring: Keyring
    path: Path
    others: tuple[Keyring, ...] = ()
    broken: tuple[Broken, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OpensWithKeyFile:
    """This key file opens it, and nobody is asked."""

    path: Path
    file_keys: dict[bytes, bytes] = field(repr=False)
    broken: tuple[Broken, ...] = ()

    @property
    def identity(self) -> Identity:
        """What opens the recording."""
        return Identity(file_keys=self.file_keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoKey:
    """Nothing that was found opens it.  of_server is a keyring that would, if only a person could open that."""

    wanted: tuple[bytes, ...]
    looked_in: tuple[str, ...]
    of_server: FoundKeyring | None = None
    broken: tuple[Broken, ...] = ()
    unseen: int = 0

    @property
    def why(self) -> str:
        """What is missing, in a sentence."""
        if self.of_server:
            return f"{self.of_server.path} has no passphrase: only its portal's server opens it"
        ids = " or ".join(map(grouped, self.wanted))
        missing = (
            f"it opens with portal key {ids}, and no keyring or key file with it" if ids else "nothing that opens it"
        )
        unseen = f" ({self.unseen} more files were not looked at)" if self.unseen else ""
        return f"{missing} was found in {', '.join(self.looked_in)}{unseen}"

    @property
    def advice(self) -> str:
        """Where to get it, in a sentence."""
        if self.of_server:
            return "ask whoever saved this copy for its key file (NAME.key), and put it beside the recording"
        return "ask for PORTAL.keyring and put it beside the recording, or name it with --keyring"


Opening = NeedsPassphrase | OpensWithKeyFile | NoKey


class Keys(Protocol):
    """The seam to the places where keys lie."""

    def opening(self, header: Header, path: Path) -> Opening:
        """Return what opens the recording that lies there."""

    def look_again(self) -> None:
        """Forget what was found."""


def opening(header: Header, places: Sequence[KeyPlace]) -> Opening:
    """Return what opens the recording of this header, from the first place that has it."""
    wanted = tuple(one.key_id for one in header.recipients if one.role in list(Role))
    recording_id, of_server = header.about.recording_id, None
    broken = tuple(one for place in places for one in place.broken)
    for place in places:
        for key_file in place.key_files:
            if recording_id in key_file.file_keys:
                return OpensWithKeyFile(path=key_file.path, file_keys=key_file.file_keys, broken=broken)
        fitting = _fitting(place.keyrings, wanted)
        for_people = [one for one in fitting if not one.server_only]
        if for_people:
            chosen = for_people[0] if place.named else _newest(for_people[0], places, wanted)
            others = () if place.named else _others(chosen, places, wanted)
            return NeedsPassphrase(keyring=chosen.keyring, path=chosen.path, others=others, broken=broken)
        of_server = of_server or next(iter(fitting), None)
    return NoKey(
        wanted=wanted,
        looked_in=tuple(place.name for place in places),
        of_server=of_server,
        broken=broken,
        unseen=sum(place.unseen for place in places),
    )


def together(identities: Iterable[Identity]) -> Identity:
    """Return what opens everything that one of them opens."""
    both = Identity()
    for one in identities:
        both = replace(
            both,
            portal_keys=(*both.portal_keys, *one.portal_keys),
            file_keys={**both.file_keys, **one.file_keys},
        )
    return both


def _fitting(found: Iterable[FoundKeyring], wanted: Sequence[bytes]) -> list[FoundKeyring]:
    fitting = [one for one in found if any(key.key_id in wanted for key in one.keyring.keys)]
    return sorted(fitting, key=lambda one: -one.keyring.generation)


def _newest(found: FoundKeyring, places: Sequence[KeyPlace], wanted: Sequence[bytes]) -> FoundKeyring:
    """Return the newest of the same portal: an older copy is refused once a newer one was seen."""
    everywhere = [one for place in places for one in _fitting(place.keyrings, wanted)]
    same = [one for one in everywhere if one.keyring.portal_id == found.keyring.portal_id and not one.server_only]
    return max([found, *same], key=lambda one: one.keyring.generation)


def _others(chosen: FoundKeyring, places: Sequence[KeyPlace], wanted: Sequence[bytes]) -> tuple[Keyring, ...]:
    """Return what else may open it, from the user's own folder first: beside a recording anybody may put many."""
    found = [one for place in reversed(places) for one in _fitting(place.keyrings, wanted) if not one.server_only]
    different = dict.fromkeys(one.keyring for one in found if one.keyring != chosen.keyring)
    return tuple(different)[: MAX_TRIED - 1]
