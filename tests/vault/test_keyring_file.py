import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest

from tests.vectors.fixed import portal
from vault import keyring_acts
from vault.durable import write_whole
from vault.errors import (
    BlobNotFoundError,
    KeyringActError,
    KeyringReplacedError,
    MalformedError,
    OlderKeyringError,
    VaultError,
)
from vault.keyring import MAX_SIZE, OpenKeyring, open_by_key
from vault.keyring_acts import Locks
from vault.keyring_file import load, refuse_older, remember, renew, replace

SERVER = portal("server")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "PORTAL.keyring"
    write_whole(path, keyring_acts.create(bytes(16), Locks(server=(SERVER.public,))), replace=False)
    return path


def opened(path: Path) -> OpenKeyring:
    return open_by_key(load(path), SERVER)


def test_the_next_keyring_takes_the_place_of_the_one_that_was_opened(file: Path) -> None:
    before = opened(file)
    assert replace(file, before, keyring_acts.rotate(before)).generation == 2
    assert load(file).generation == 2
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_keyring_that_others_may_read_or_that_is_linked_stays_so(file: Path, tmp_path: Path) -> None:
    file.chmod(0o640)
    link = tmp_path / "linked.keyring"
    link.symlink_to(file)
    before = opened(link)
    replace(link, before, keyring_acts.rotate(before))
    assert link.is_symlink()
    assert (load(file).generation, file.stat().st_mode & 0o777) == (2, 0o640)


def test_the_second_of_two_is_told_that_somebody_was_first(file: Path) -> None:
    mine, other = opened(file), opened(file)
    replace(file, other, keyring_acts.rotate(other))
    stored = file.read_bytes()
    with pytest.raises(KeyringReplacedError) as caught:
        replace(file, mine, keyring_acts.rotate(mine))
    assert (caught.value.found, caught.value.wanted) == (2, 1)
    assert file.read_bytes() == stored


def rotate_often(path: Path, times: int) -> int:
    done = 0
    while done < times:
        now = opened(path)
        try:
            replace(path, now, keyring_acts.rotate(now))
            done += 1
        except KeyringReplacedError:
            continue
    return done


def test_two_processes_lose_no_change(file: Path) -> None:
    with get_context("spawn").Pool(2) as pool:
        assert pool.starmap(rotate_often, [(file, 8), (file, 8)]) == [8, 8]
    assert load(file).generation == 17
    assert len(opened(file).portal_keys) == 17
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_an_older_keyring_is_refused_by_name_and_only_a_proven_one_is_remembered(file: Path, tmp_path: Path) -> None:
    seen, old = tmp_path / "seen.json", load(file)
    refuse_older(seen, old)
    before = opened(file)
    new = replace(file, before, keyring_acts.rotate(before))
    remember(seen, new)
    remember(seen, old)
    refuse_older(seen, new)
    with pytest.raises(OlderKeyringError) as caught:
        refuse_older(seen, old)
    assert (caught.value.portal_id, caught.value.offered, caught.value.seen) == (bytes(16), 1, 2)


def test_a_fetched_keyring_replaces_an_older_one_and_nothing_else(file: Path) -> None:
    old, before = file.read_bytes(), opened(file)
    other = keyring_acts.rotate(before)  # of the generation that comes next, too
    replace(file, before, keyring_acts.rotate(before))
    new = file.read_bytes()
    with pytest.raises(KeyringActError, match="no older"):
        renew(file, old)
    with pytest.raises(KeyringActError, match="no older"):
        renew(file, other)
    assert file.read_bytes() == new
    file.write_bytes(old)
    assert renew(file, new).generation == 2
    assert file.read_bytes() == new
    assert file.with_name(f"{file.name}.1").read_bytes() == old
    for spoiled in (b"", new[:-1]):
        with pytest.raises(VaultError):
            renew(file, spoiled)
    assert file.read_bytes() == new
    for other in (b"a diary", b""):
        file.write_bytes(other)
        with pytest.raises(VaultError):
            renew(file, new)
        assert file.read_bytes() == other


@pytest.mark.parametrize("text", ["", "[]", '{"a": "b"}', "[" * 100_000, "\xff"])
def test_a_spoiled_list_of_seen_keyrings_is_told(file: Path, tmp_path: Path, text: str) -> None:
    seen = tmp_path / "seen.json"
    seen.write_bytes(text.encode("latin-1"))
    with pytest.raises(MalformedError):
        refuse_older(seen, load(file))


def test_a_file_too_large_to_be_a_keyring_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.keyring"
    with path.open("wb") as file:
        file.truncate(MAX_SIZE * 1000)
    with pytest.raises(MalformedError):
        load(path)
    with pytest.raises(BlobNotFoundError):
        load(tmp_path / "missing")


def test_a_writer_killed_at_any_moment_leaves_the_old_keyring_or_the_new(file: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.vault.test_keyring_file import rotate_often\n"
        "print('ready', flush=True); rotate_often(Path(sys.argv[1]), 10**6)"
    )
    for _ in range(5):
        with subprocess.Popen([sys.executable, "-c", code, file], stdout=subprocess.PIPE) as child:
            assert child.stdout
            child.stdout.readline()
            generation = load(file).generation
            while load(file).generation == generation:
                assert child.poll() is None
            child.kill()
        try:
            assert opened(file).keyring.generation > generation
        except VaultError as error:
            pytest.fail(f"the keyring does not open: {error}")
