"""Recordings on a portal's server as if they lay in a folder: listed, found by id, read by ranges, never stored."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from recorder.file_names import recording_name
from replay.key_choice import FoundKeyring, KeyPlace, Opening, OpensWithKeyFile, opening
from replay.opening import PartPlace
from vault.anchor import Anchor
from vault.errors import BlobNotFoundError, MalformedError, StoreUnavailableError, VaultError
from vault.header import MAX_HEADER_SIZE, Header, read_header
from vault.keyring import Keyring
from vault.keyring_file import refuse_older
from vault.portal import HostedRecording, Portal
from vault.portal_source import PortalSource
from vault.store import OpenSource

MOST_LISTED: Final = 20_000
_LEAST_DIGITS: Final = 4  # of an id
_PURGED: Final = "purged"


@dataclass(slots=True, kw_only=True)
class HostedPart:
    """A part on the server; path is what it would be called in a folder."""

    portal: Portal
    recording: HostedRecording
    path: Path
    header: Header
    _source: PortalSource
    _handed_out: bool = field(default=False)

    @classmethod
    def read(cls, portal: Portal, recording: HostedRecording, path: Path) -> "HostedPart":
        """Read the beginning of it.  Errors: those of read_header; StoreUnavailableError."""
        source = PortalSource(portal, recording, name=path.name)
        header = read_header(source.read(0, MAX_HEADER_SIZE))
        if header.about.recording_id != recording.recording_id:
            raise StoreUnavailableError(name=path.name, why="the portal has another recording in its place")
        return cls(portal=portal, recording=recording, path=path, header=header, _source=source)

    def open(self) -> OpenSource:
        """See PartPlace."""
        # What was read for the header need not be read again.
        if self._handed_out:
            self._source = PortalSource(self.portal, self.recording, name=self.path.name)
        self._handed_out = True
        return self._source

    def at_work(self) -> bool:
        """See PartPlace."""
        if not self.recording.growing:
            return False
        try:
            return self._source.look()
        except StoreUnavailableError:
            return True  # a line that was lost for a moment ends no recording

    def anchors(self) -> Sequence[Anchor]:
        """See PartPlace."""
        return self.portal.anchors(self.recording.recording_id, signer=self.header.signer)


class Hosted:
    """What lies on a portal's server for whoever signed in.  Errors: VaultError."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self._by_path: dict[Path, HostedRecording] = {}
        self._paths: dict[bytes, Path] = {}

    def __str__(self) -> str:
        return str(self.portal.connection.site)

    def listed(self) -> list[tuple[Path, HostedRecording]]:
        """Return what he may play, the newest first, each with what it would be called in a folder."""
        found = [one for one, _ in zip(self.portal.recordings(), range(MOST_LISTED), strict=False)]
        return [(self.path_of(one), one) for one in found]

    def path_of(self, recording: HostedRecording) -> Path:
        """Return what a recording would be called in a folder; always the same."""
        path = self._paths.get(recording.recording_id)
        if path is None:
            began = datetime.fromtimestamp(recording.began_us / 1e6).astimezone()
            name = recording_name(
                began,
                portal=recording.portal,
                agent=recording.agent,
                customer=recording.customer,
                taken=lambda one: Path(one) in self._by_path,
            )
            path = self._paths[recording.recording_id] = Path(name)
        self._by_path[path] = recording
        return path

    def find(self, text: str) -> Path:
        """Return the recording of an id, of the first digits of one, or of a name in the list.

        Errors: BlobNotFoundError; MalformedError when several begin so.
        """
        wanted = text.strip().lower()
        if len(wanted) == 2 * 16:
            with suppress(ValueError):
                return self.path_of(self.portal.recording(bytes.fromhex(wanted)))
        listed = self.listed()
        by_name = [path for path, _ in listed if text in (path.name, path.stem)]
        by_id = [path for path, one in listed if one.recording_id.hex().startswith(wanted)]
        found = by_name or (by_id if len(wanted) >= _LEAST_DIGITS else [])
        if not found:
            raise BlobNotFoundError(name=f"recording {text!r} at {self}")
        if len(found) > 1:
            raise MalformedError(what="id of the recording", why="several begin so; give more digits")
        return found[0]

    def parts_of(self, path: Path) -> Sequence[PartPlace]:
        """Return a recording and the other parts of its session, in their order.

        Errors: of read_header, for that recording; others that cannot be read are left aside.
        """
        wanted = self._by_path[path]
        own = HostedPart.read(self.portal, self.portal.recording(wanted.recording_id), path)
        parts = [own]
        for one in self.portal.session_of(wanted.recording_id):
            if one.recording_id == wanted.recording_id or one.state == _PURGED:
                continue
            with suppress(VaultError):
                part = HostedPart.read(self.portal, one, self.path_of(one))
                same = part.header.about.session_id == own.header.about.session_id
                if same and part.header.signer == own.header.signer:
                    parts.append(part)
        return sorted(parts, key=lambda part: (part.header.about.part, part.header.about.created_us))


class HostedKeys:
    """What opens recordings on a portal's server: its portals' keyrings, or the keys of recordings one by one.

    seen is the file of the highest generations of keyrings that were seen.
    Errors: VaultError.
    """

    def __init__(self, hosted: Hosted, seen: Path) -> None:
        self._hosted = hosted
        self._seen = seen
        self._keyrings: dict[str, Keyring] = {}

    def opening(self, header: Header, path: Path) -> Opening:  # noqa: ARG002 - see Keys
        """See Keys."""
        portal = self._hosted.portal
        recording = portal.recording(header.about.recording_id)
        if not recording.passphrase:
            parts = portal.session_of(recording.recording_id)
            keys = [portal.key_file(one.recording_id) for one in parts if one.state != _PURGED]
            file_keys = {id_: key for one in keys for id_, key in one.items()}
            return OpensWithKeyFile(path=Path(f"{recording.address}.key"), file_keys=file_keys)
        keyring = FoundKeyring(path=Path(f"{recording.address}.keyring"), keyring=self._keyring(recording.address))
        return opening(header, [KeyPlace(name=str(self._hosted), keyrings=(keyring,), named=True)])

    def look_again(self) -> None:
        """See Keys."""
        self._keyrings.clear()

    def _keyring(self, address: str) -> Keyring:
        if address not in self._keyrings:
            keyring, _ = self._hosted.portal.keyring(address)
            refuse_older(self._seen, keyring)
            self._keyrings[address] = keyring
        return self._keyrings[address]
