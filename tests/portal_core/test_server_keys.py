"""The installation's keys: their file, what they open, and that nothing else of the portal opens anything."""

import ast
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from portal_core.server_keys import ServerKeys, from_bytes, to_text
from tests.vectors.fixed import seed
from vault import bech32
from vault.ask import read_key
from vault.errors import (
    BlobNotFoundError,
    HeaderIncompleteError,
    KeyringChangedError,
    MalformedError,
    NotOurFormatError,
    UnsupportedVersionError,
    WrongIdentityError,
)
from vault.header import MAX_HEADER_SIZE, About, Identity, PreviousPart, Role
from vault.keyring import Cost, open_by_passphrase, read_keyring
from vault.keyring_acts import Writing, remove_passphrase, rotate, set_passphrase
from vault.local import LocalFile, LocalGrowing
from vault.outside import wall_us
from vault.portal_key import PUBLIC_SIZE
from vault.reader import SealedFile
from vault.writer import SealedWriter

ROOM = Path(__file__).parents[2] / "portal_core"
PORTAL_ID = bytes(range(16))
SIGNER, SERVER = seed("signer"), seed("server")
KEYS = ServerKeys(signer=SIGNER, server=SERVER)
CHEAP = Writing(cost=Cost(passes=1))


def test_keys_are_made_once_and_are_their_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "server.keys"
    first, again = ServerKeys.own(path), ServerKeys.own(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (first.signer.public, first.server_public) == (again.signer.public, again.server_public)
    assert len(first.server_public) == PUBLIC_SIZE
    other = ServerKeys.own(tmp_path / "other.keys")
    assert not {first.signer.public, first.server_public} & {other.signer.public, other.server_public}


def test_the_first_of_two_that_make_keys_wins(tmp_path: Path) -> None:
    path = tmp_path / "server.keys"

    def slow(size: int) -> bytes:
        if not path.exists():
            path.write_text(to_text(SIGNER, SERVER))
        return bytes(size)

    assert ServerKeys.own(path, random_bytes=slow).signer.public == KEYS.signer.public


def test_without_its_folder_no_keys_are_made(tmp_path: Path) -> None:
    with pytest.raises(BlobNotFoundError):
        ServerKeys.own(tmp_path / "missing" / "server.keys")
    assert list(tmp_path.iterdir()) == []


def test_what_is_written_is_read() -> None:
    assert from_bytes(to_text(SIGNER, SERVER).encode()) == (SIGNER, SERVER)


def test_the_command_line_reads_the_servers_key_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "server.keys").write_text(to_text(SIGNER, SERVER))
    assert read_key(tmp_path / "server.keys", bech32.SERVER).public == KEYS.server_public


TEXT = to_text(SIGNER, SERVER)
FIRST, SIGNER_LINE, SERVER_LINE = TEXT.splitlines(keepends=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "notes\n",
        TEXT[:-1],
        TEXT + "\n",
        TEXT + SIGNER_LINE,
        TEXT.replace("\n", "\r\n"),
        "\ufeff" + TEXT,
        FIRST + SERVER_LINE + SIGNER_LINE,
        FIRST + SIGNER_LINE,
        FIRST + SIGNER_LINE.upper() + SERVER_LINE,
        FIRST + SIGNER_LINE[:-3] + "\n" + SERVER_LINE,
        FIRST + SIGNER_LINE + SERVER_LINE.lower(),
        FIRST + SIGNER_LINE + SERVER_LINE[:-2] + ("Q" if SERVER_LINE[-2] != "Q" else "P") + "\n",
        FIRST + SIGNER_LINE + SERVER_LINE[:-2] + "\n",
        TEXT.replace(" 1\n", " 01\n"),
        TEXT.replace(" 1\n", " x\n"),
        TEXT + "x" * 5_000,
    ],
)
def test_a_file_that_is_anything_else_is_refused_and_stays(tmp_path: Path, text: str) -> None:
    path = tmp_path / "server.keys"
    path.write_text(text, newline="")
    with pytest.raises(MalformedError) as caught:
        ServerKeys.own(path)
    assert SIGNER.hex() not in str(caught.value)
    assert path.read_bytes() == text.encode()


def test_a_later_releases_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "server.keys"
    path.write_text(TEXT.replace(" 1\n", " 2\n"))
    with pytest.raises(UnsupportedVersionError):
        ServerKeys.own(path)


def test_a_new_portals_keyring_opens_to_its_server() -> None:
    first = KEYS.new_keyring(PORTAL_ID)
    opened = KEYS.open(first)
    assert opened
    assert (opened.keyring.portal_id, opened.keyring.generation, len(opened.portal_keys)) == (PORTAL_ID, 1, 1)
    assert opened.keyring.passphrase_slot is None
    assert [slot.public for slot in opened.keyring.key_slots] == [KEYS.server_public]


def with_passphrase(keyring: bytes) -> bytes:
    opened = KEYS.open(keyring)
    assert opened
    return set_passphrase(opened, b"seven drawn words", writing=CHEAP)


def test_with_a_passphrase_it_opens_to_no_server() -> None:
    locked = with_passphrase(KEYS.new_keyring(PORTAL_ID))
    assert KEYS.open(locked) is None


def test_a_keyring_of_another_installation_is_told() -> None:
    theirs = ServerKeys(signer=SIGNER, server=seed("other")).new_keyring(PORTAL_ID)
    with pytest.raises(WrongIdentityError):
        KEYS.open(theirs)


def test_a_keyring_that_somebody_changed_is_told() -> None:
    keyring = KEYS.new_keyring(PORTAL_ID)
    with pytest.raises(KeyringChangedError):
        KEYS.open(keyring[:-1] + bytes([keyring[-1] ^ 1]))
    with pytest.raises(NotOurFormatError):
        KEYS.open(b"")


def sealed(path: Path, keyring: bytes, *, part: int = 1, previous: PreviousPart | None = None) -> PreviousPart:
    """Write a part of a session with its name as payload; return what the next part says of it."""
    about = About(
        recording_id=seed(path.name)[:16],
        session_id=bytes(16),
        part=part,
        previous=previous,
        created_us=wall_us(),
    )
    recipient = (Role.PORTAL, read_keyring(keyring).recipient)
    with SealedWriter(LocalGrowing(path), about, recipients=[recipient], signer=KEYS.signer) as writer:
        writer.append(path.name.encode())
        anchor = writer.finish(None)
    return PreviousPart(recording_id=about.recording_id, block=anchor.block, hash=anchor.hash)


def payload(path: Path, keys: dict[bytes, bytes]) -> bytes:
    with LocalFile(path) as file:
        opened = SealedFile(file, Identity(file_keys=keys))
        return next(bytes(block.payload) for block in opened.blocks())


def file_keys(keyring: bytes, *paths: Path) -> dict[bytes, bytes]:
    starts = {seed(path.name)[:16]: path.read_bytes()[:MAX_HEADER_SIZE] for path in paths}
    found = {recording_id: KEYS.file_key(start, keyring=keyring) for recording_id, start in starts.items()}
    return {recording_id: key for recording_id, key in found.items() if key}


def test_a_key_opens_its_part_though_the_keyring_changed_and_no_other(tmp_path: Path) -> None:
    keyring = KEYS.new_keyring(PORTAL_ID)
    one, two, other = (tmp_path / name for name in ("one", "two", "other"))
    previous = sealed(one, keyring)
    opened = KEYS.open(keyring)
    assert opened
    keyring = rotate(opened)
    sealed(two, keyring, part=2, previous=previous)
    sealed(other, keyring)
    keys = file_keys(keyring, one, two)
    assert [payload(path, keys) for path in (one, two)] == [b"one", b"two"]
    with pytest.raises(WrongIdentityError):
        payload(other, keys)


def test_with_a_passphrase_there_is_no_key_for_what_was_recorded_before_either(tmp_path: Path) -> None:
    keyring = KEYS.new_keyring(PORTAL_ID)
    sealed(tmp_path / "one", keyring)
    locked = with_passphrase(keyring)
    assert KEYS.file_key((tmp_path / "one").read_bytes(), keyring=locked) is None


def test_the_key_of_what_another_portal_recorded_is_refused(tmp_path: Path) -> None:
    sealed(tmp_path / "one", KEYS.new_keyring(bytes(16)))
    with pytest.raises(WrongIdentityError):
        file_keys(KEYS.new_keyring(PORTAL_ID), tmp_path / "one")


def test_what_is_no_recording_has_no_key() -> None:
    keyring = KEYS.new_keyring(PORTAL_ID)
    with pytest.raises(HeaderIncompleteError):
        KEYS.file_key(b"", keyring=keyring)
    with pytest.raises(NotOurFormatError):
        KEYS.file_key(b"notes, notes", keyring=keyring)


def test_after_a_passphrase_is_removed_the_server_opens_old_and_new_again(tmp_path: Path) -> None:
    first = KEYS.new_keyring(PORTAL_ID)
    sealed(tmp_path / "one", first)
    opened = KEYS.open(first)
    assert opened
    locked = read_keyring(set_passphrase(opened, b"seven drawn words", writing=CHEAP))
    by_passphrase = open_by_passphrase(locked, b"seven drawn words")
    unlocked = remove_passphrase(by_passphrase, KEYS.server_public)
    assert payload(tmp_path / "one", file_keys(unlocked, tmp_path / "one")) == b"one"


OPENING = {
    "vault.header.unlock", "vault.header.Identity", "vault.portal_key.PortalKey", "vault.keyring.open_by_key",
    "vault.keyring.open_by_passphrase", "vault.keyring.open_by_master_key",
}  # fmt: skip


def test_one_file_of_the_portal_opens_keys_and_none_reads_recordings() -> None:
    opening = set[str]()
    for path in ROOM.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom):
                names = {f"{node.module}.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.Import):
                names = {alias.name for alias in node.names}
            else:
                continue
            assert not {one for one in names if one.startswith(("vault.reader", "replay", "vault.ask"))}, path
            if names & (OPENING | {"vault", "vault.header", "vault.keyring", "vault.portal_key"}):
                opening.add(path.name)
    assert opening == {"server_keys.py"}


def test_what_reads_recordings_is_not_even_loaded() -> None:
    code = "import sys, portal_core.server_keys; print('vault.header' in sys.modules, 'vault.reader' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "True False\n"
