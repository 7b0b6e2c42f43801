"""What opens a recording, wherever it lies, and what is said where nothing does."""

import os
from pathlib import Path

import pytest

from replay.key_choice import MAX_TRIED, NeedsPassphrase, NoKey, Opening, OpensWithKeyFile, together
from replay.keys import MAX_FILES, KeysNearby, first_opened, unlock
from tests.replay.shelf import PASSPHRASE, Session, keyring, next_keyring, opened
from tests.vectors.fixed import portal, seed
from vault import bech32, key_file
from vault.errors import MalformedError, OlderKeyringError, VaultError, WrongIdentityError, WrongPassphraseError
from vault.header import Identity
from vault.header import unlock as unlock_header
from vault.keyring import Keyring, OpenKeyring, read_keyring
from vault.local import LocalFile
from vault.primitives import grouped
from vault.reader import SealedFile
from vault.walk import read_start

RING = keyring()
RECIPIENT = read_keyring(RING).recipient
GENERATION_AT = 32  # where it stands in a keyring, vault/SPEC.md §4.8


@pytest.fixture
def path(here: Path) -> Path:
    return Session(recipient=RECIPIENT).write(here / "one.sealcast")


def opening(path: Path, keys: KeysNearby | None = None) -> Opening:
    with LocalFile(path) as source:
        return (keys or KeysNearby(own=[])).opening(read_start(source), path)


def recording_id(path: Path) -> bytes:
    with LocalFile(path) as source:
        return read_start(source).about.recording_id


def file_key(path: Path) -> bytes:
    with LocalFile(path) as source:
        return unlock_header(read_start(source), opened(RING))


def opens(path: Path, identity: Identity) -> bool:
    with LocalFile(path) as source:
        return SealedFile(source, identity).finished


def test_a_keyring_beside_it_opens_with_its_passphrase(path: Path, data_folder: Path) -> None:
    (path.parent / "any name.keyring").write_bytes(RING)
    (path.parent / "other.keyring").write_bytes(keyring())
    found = opening(path)
    assert isinstance(found, NeedsPassphrase)
    assert found.path.name == "any name.keyring"
    assert opens(path, unlock(found, PASSPHRASE, tell=pytest.fail))
    assert (data_folder / "seen-keyrings.json").exists()


def test_a_recovery_key_opens_it_as_well_and_proves_no_keyring(path: Path, data_folder: Path) -> None:
    (path.parent / "a.keyring").write_bytes(RING)
    found, told = opening(path), list[str]()
    assert isinstance(found, NeedsPassphrase)
    text = bech32.to_string(bech32.RECOVERY, seed("recovery")).upper()
    assert opens(path, unlock(found, f" {text[:30]} {text[30:]}\n", tell=told.append))
    assert grouped(read_keyring(RING).keys[0].key_id) in told[0]
    assert not data_folder.exists()


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("something else", WrongPassphraseError),
        ("", WrongPassphraseError),
        ("\x07", WrongPassphraseError),
        ("x" * 10_000, WrongPassphraseError),
        ("sealcast-recovery1qqqqqqqq", MalformedError),
        (bech32.to_string(bech32.RECOVERY, seed("another")), WrongIdentityError),
    ],
)
def test_what_does_not_open_it_is_told(path: Path, data_folder: Path, typed: str, error: type[VaultError]) -> None:
    (path.parent / "a.keyring").write_bytes(RING)
    found = opening(path)
    assert isinstance(found, NeedsPassphrase)
    with pytest.raises(error):
        unlock(found, typed, tell=pytest.fail)
    assert not data_folder.exists()


def test_an_older_keyring_than_one_seen_is_refused(path: Path, data_folder: Path) -> None:
    newer = next_keyring(RING)
    (path.parent / "a.keyring").write_bytes(newer)
    found = opening(path)
    assert isinstance(found, NeedsPassphrase)
    unlock(found, PASSPHRASE, tell=pytest.fail)
    (path.parent / "a.keyring").write_bytes(RING)
    found = opening(path)
    assert isinstance(found, NeedsPassphrase)
    with pytest.raises(OlderKeyringError) as caught:
        unlock(found, PASSPHRASE, tell=pytest.fail)
    assert str(data_folder) in caught.value.noted_in


def test_what_cannot_be_noted_is_told_and_it_opens_all_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/proc/none")
    (path.parent / "a.keyring").write_bytes(RING)
    found, told = opening(path), list[str]()
    assert isinstance(found, NeedsPassphrase)
    assert opens(path, unlock(found, PASSPHRASE, tell=told.append))
    assert "could not be noted" in told[0]


@pytest.mark.parametrize("name", ["one.key", "any.key"])
def test_a_key_file_beside_it_opens_it_and_nobody_is_asked(path: Path, name: str) -> None:
    (path.parent / "a.keyring").write_bytes(RING)
    key_file.save(path.parent / name, {recording_id(path): file_key(path)})
    found = opening(path)
    assert isinstance(found, OpensWithKeyFile)
    assert found.path.name == name
    assert opens(path, found.identity)


def test_the_users_own_folders_are_looked_at_last(path: Path, here: Path) -> None:
    own, kept = here / "own", here / "own" / "keyrings"
    kept.mkdir(parents=True)
    for where in (own, kept, path.parent):
        (where / "a.keyring").write_bytes(RING)
        found = opening(path, KeysNearby(own=[kept, own]))
        assert isinstance(found, NeedsPassphrase)
        assert found.path.parent == where.resolve()


def test_of_one_portal_the_newest_keyring_is_taken_but_the_one_that_was_named(path: Path, here: Path) -> None:
    (here / "own").mkdir()
    (path.parent / "a.keyring").write_bytes(RING)
    (here / "own" / "a.keyring").write_bytes(next_keyring(RING))
    found = opening(path, KeysNearby(own=[here / "own"]))
    assert isinstance(found, NeedsPassphrase)
    assert found.path == here / "own" / "a.keyring"
    found = opening(path, KeysNearby(keyring=path.parent / "a.keyring", own=[here / "own"]))
    assert isinstance(found, NeedsPassphrase)
    assert found.path == path.parent / "a.keyring"


def test_a_planted_keyring_does_not_keep_the_right_one_from_opening(path: Path, here: Path) -> None:
    (here / "own").mkdir()
    (here / "own" / "support.keyring").write_bytes(RING)
    for number in range(MAX_FILES):
        planted = RING[:GENERATION_AT] + (9 + number).to_bytes(4) + RING[GENERATION_AT + 4 :]
        (path.parent / f"{number:03}.keyring").write_bytes(planted)
    found = opening(path, KeysNearby(own=[here / "own"]))
    assert isinstance(found, NeedsPassphrase)
    assert found.path.parent == path.parent
    assert opens(path, unlock(found, PASSPHRASE, tell=pytest.fail))
    with pytest.raises(WrongPassphraseError):
        unlock(found, "something else", tell=pytest.fail)


def test_only_so_many_keyrings_are_tried(path: Path, here: Path) -> None:
    ring = RING
    for number in range(MAX_TRIED + 3):
        ring = next_keyring(ring)
        (here / f"{number}.keyring").write_bytes(ring)
        (here / f"{number} again.keyring").write_bytes(ring)
    found, tried = opening(path), list[Keyring]()
    assert isinstance(found, NeedsPassphrase)

    def refuse(keyring: Keyring) -> OpenKeyring:
        tried.append(keyring)
        raise WrongPassphraseError

    with pytest.raises(WrongPassphraseError):
        first_opened(found, refuse)
    assert [one.generation for one in tried] == [read_keyring(ring).generation - number for number in range(MAX_TRIED)]


def test_what_was_named_comes_first_and_where_it_is_anothers_the_rest_is_looked_at(path: Path, here: Path) -> None:
    (here / "else").mkdir()
    for name, ring in (("mine", RING), ("other", keyring())):
        (here / "else" / name).write_bytes(ring)
    key_file.save(path.with_suffix(".key"), {recording_id(path): file_key(path)})
    assert isinstance(opening(path, KeysNearby(keyring=here / "else" / "mine", own=[])), NeedsPassphrase)
    assert isinstance(opening(path, KeysNearby(keyring=here / "else" / "other", own=[])), OpensWithKeyFile)
    with pytest.raises(VaultError):
        KeysNearby(keyring=path)
    with pytest.raises(VaultError):
        KeysNearby(key_file=here / "none")


def test_without_a_key_it_says_what_is_missing_and_where_to_get_it(path: Path, here: Path) -> None:
    (path.parent / "other.keyring").write_bytes(keyring())
    found = opening(path, KeysNearby(own=[here / "own"]))
    assert isinstance(found, NoKey)
    assert grouped(read_keyring(RING).keys[0].key_id) in found.why
    assert str(path.parent) in found.why
    assert str(here / "own") in found.why
    assert "one.key" in found.why
    assert "PORTAL.keyring" in found.advice
    assert "--keyring" in found.advice


def test_a_keyring_that_only_a_server_opens_is_told(here: Path) -> None:
    ring = keyring(server_only=True)
    path = Session(recipient=read_keyring(ring).recipient).write(here / "one.sealcast")
    (here / "a.keyring").write_bytes(ring)
    found = opening(path)
    assert isinstance(found, NoKey)
    assert "only its portal's server" in found.why
    assert "NAME.key" in found.advice
    assert found.of_server
    assert found.of_server.path == here / "a.keyring"


def test_what_is_broken_is_left_aside_and_told(path: Path) -> None:
    here = path.parent
    (here / "a broken.keyring").write_bytes(RING[:900])
    (here / "huge.keyring").write_bytes(RING + bytes(500_000))
    (here / "folder.keyring").mkdir()
    (here / "gone.keyring").symlink_to(here / "nowhere")
    os.mkfifo(here / "pipe.keyring")
    (here / "bad.key").write_text("sealcast-keys 1\nnonsense\n")
    (here / "one.key").write_text("nonsense")
    (here / "server.key").write_text("-----BEGIN PRIVATE KEY-----")
    (here / "z good.keyring").write_bytes(RING)
    found = opening(path)
    assert isinstance(found, NeedsPassphrase)
    assert found.path.name == "z good.keyring"
    told = {one.path.name for one in found.broken}
    broken = {"a broken", "huge", "folder", "gone", "pipe"}
    assert told == {*(f"{name}.keyring" for name in broken), "bad.key", "one.key"}
    assert all(str(one.path) in str(one) and one.why for one in found.broken)


def test_only_so_many_files_are_looked_at_and_that_is_said(path: Path) -> None:
    for number in range(MAX_FILES + 7):
        (path.parent / f"{number:04}.keyring").write_bytes(b"")
    (path.parent / "z.keyring").write_bytes(RING)
    found = opening(path)
    assert isinstance(found, NoKey)
    assert len(found.broken) == MAX_FILES
    assert "8 more files were not looked at" in found.why


def test_a_folder_is_looked_at_once_until_asked_again(path: Path) -> None:
    keys = KeysNearby(own=[])
    assert isinstance(opening(path, keys), NoKey)
    (path.parent / "a.keyring").write_bytes(RING)
    assert isinstance(opening(path, keys), NoKey)
    keys.look_again()
    assert isinstance(opening(path, keys), NeedsPassphrase)


def test_identities_together_open_what_each_opens() -> None:
    one, other = portal(), portal("other")
    files = {bytes(16): bytes(32)}
    both = together([Identity(portal_keys=[one]), Identity(portal_keys=[other], file_keys=files)])
    assert (list(both.portal_keys), both.file_keys) == ([one, other], files)
