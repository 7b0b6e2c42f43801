"""A portal's passphrase, set, changed and removed from a manager's machine; the portal never learns it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal_core.db import models as rows
from portal_core.roles import Role
from replay.hosted import Hosted, HostedKeys
from replay.key_choice import NeedsPassphrase, OpensWithKeyFile
from replay.keys import unlock
from replay.opening import OpenSession
from tests.portal_core.hosting import OTHER, STRONG, Hosting, hosting_in
from tests.portal_core.served import PASSWORD
from vault import ask, keyring_acts, passphrase
from vault.errors import OlderKeyringError, PortalRefusedError, StoreUnavailableError, WrongPassphraseError
from vault.header import MAX_HEADER_SIZE, read_header
from vault.hosted_keyring import HostedKeyring
from vault.keyring import open_by_master_key, open_by_passphrase, read_keyring
from vault.places import seen_file
from vault.portal import Portal as Client


@pytest.fixture(scope="module")
def hosting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosting]:
    with hosting_in(tmp_path_factory.mktemp("keyrings")) as made:
        yield made


def push(hosting: Hosting, path: Path, address: str) -> bytes:
    """Record for a portal and push it; return its id."""
    recipient, _ = hosting.enrolled("ann").recipient(address)
    hosting.recording(path, recipient, seconds=1)
    done = hosting.run("push", path, "--to", hosting.url, "--portal-address", address, signed_in="ann")
    assert done.exit_code == 0, done.output
    return read_header(path.read_bytes()[:MAX_HEADER_SIZE]).about.recording_id


def change(hosting: Hosting, address: str, *more: str | Path, signed_in: str = "mia") -> tuple[int, str]:
    done = hosting.run(
        "key", "passphrase", "--portal", hosting.url, "--portal-address", address, *more, signed_in=signed_in
    )
    return done.exit_code, done.output


def text(path: Path, what: str) -> Path:
    path.write_text(what)
    return path


def test_set_it_protects_old_and_new_recordings_then_it_is_changed_and_removed(
    hosting: Hosting, tmp_path: Path
) -> None:
    hosting.portal.add_portal("Support")
    first = push(hosting, tmp_path / "1.sealcast", "support")
    new, other = text(tmp_path / "new", STRONG), text(tmp_path / "other", OTHER)

    code, said = change(hosting, "support", "--new-passphrase-file", new)
    assert code == 0, said
    assert "old backups still can" in said
    second = push(hosting, tmp_path / "2.sealcast", "support")
    client = hosting.client("mia")
    for recording in (first, second):
        with pytest.raises(PortalRefusedError):
            client.key_file(recording)
        hosted = Hosted(client)
        path = hosted.find(recording.hex())
        parts = hosted.parts_of(path)
        found = HostedKeys(hosted, seen_file()).opening(parts[0].header, path)
        assert isinstance(found, NeedsPassphrase)
        with pytest.raises(WrongPassphraseError):
            unlock(found, OTHER, tell=pytest.fail)
        with OpenSession(parts, unlock(found, STRONG, tell=pytest.fail)) as opened:
            assert opened.session.timeline.duration_us > 0
    done = hosting.run(
        "export", "transcript", first.hex(), "--portal", hosting.url, "--passphrase-file", new,
        "-o", tmp_path / "said.txt", signed_in="mia",
    )  # fmt: skip
    assert done.exit_code == 0, done.output

    code, said = change(hosting, "support", "--passphrase-file", new, "--new-passphrase-file", other)
    assert (code, "changed, for old and new" in said) == (0, True), said
    code, said = change(hosting, "support", "--passphrase-file", new, "--remove")
    assert (code, "not the passphrase" in said) == (1, True), said
    code, said = change(hosting, "support", "--passphrase-file", other, "--remove")
    assert (code, "the portal's server opens these" in said) == (0, True), said
    assert set(client.key_file(first)) == {first}
    assert set(client.key_file(second)) == {second}
    replaced = hosting.audit("keyring replaced")
    noted = [(one["generation"], one["passphrase"]) for one in replaced if one["portal"] == replaced[-1]["portal"]]
    assert noted == [(2, True), (3, True), (4, False)]


@pytest.mark.parametrize(
    ("login", "why"), [("ann", "the role agent does not allow this"), ("eve", "there is no such portal")]
)
def test_nobody_but_its_own_manager_may(hosting: Hosting, tmp_path: Path, login: str, why: str) -> None:
    if login == "eve":
        hosting.person("eve", Role.COMPANY_MANAGER, account=2)
    before = keyring_of(hosting, "help")
    code, said = change(hosting, "help", "--new-passphrase-file", text(tmp_path / "new", STRONG), signed_in=login)
    assert (code, why in said) == (1, True), said
    client = hosting.client(login)
    for act in (
        lambda: client.master_key("help", PASSWORD),
        lambda: client.server_key("help"),
        lambda: client.replace_keyring("help", b"x" * 500, token=bytes(32)),
        lambda: client.keyring("help"),
    ):
        with pytest.raises(PortalRefusedError):
            act()
    assert keyring_of(hosting, "help") == before


def keyring_of(hosting: Hosting, address: str) -> bytes:
    with hosting.portal.data() as database, database.begin() as tx:
        portal = tx.query(rows.Portal).filter_by(address=address).one()
        return tx.get_one(rows.Keyring, portal.id).content


def test_a_sign_in_that_was_left_open_does_not_do(hosting: Hosting) -> None:
    with pytest.raises(PortalRefusedError) as refused:
        hosting.client("mia").master_key("help", "another password")
    assert refused.value.status == 401


def test_of_two_managers_the_second_is_told_who_was_first(hosting: Hosting) -> None:
    hosting.portal.add_portal("Race")
    one, two = (HostedKeyring.fetch(hosting.client("mia"), "race") for _ in range(2))
    opened = [open_by_master_key(it.keyring, it.portal.master_key("race", PASSWORD)) for it in (one, two)]
    made = [
        keyring_acts.set_passphrase(it, passphrase.to_bytes(word))
        for it, word in zip(opened, (STRONG, OTHER), strict=True)
    ]
    one.portal.replace_keyring("race", made[0], token=opened[0].replace_token)
    with pytest.raises(PortalRefusedError, match="Mia changed the portal's keyring first") as refused:
        two.portal.replace_keyring("race", made[1], token=opened[1].replace_token)
    assert refused.value.status == 409
    assert keyring_of(hosting, "race") == made[0]


def test_only_a_successor_written_by_who_opened_it_is_stored(hosting: Hosting) -> None:
    hosting.portal.add_portal("Strict")
    client, before = hosting.client("mia"), keyring_of(hosting, "strict")
    keyring = HostedKeyring.fetch(client, "strict").keyring
    opened = open_by_master_key(keyring, client.master_key("strict", PASSWORD))
    good = keyring_acts.set_passphrase(opened, passphrase.to_bytes(STRONG))
    alone = keyring_acts.create(keyring.portal_id, keyring_acts.Locks(passphrase=passphrase.to_bytes(STRONG)))
    for new, token in (
        (good, bytes(32)),  # whoever does not have the token
        (good[:-1], opened.replace_token),
        (b"", opened.replace_token),
        (alone, opened.replace_token),  # of the same generation
        (bytes(400 * 1024), opened.replace_token),
    ):
        with pytest.raises(PortalRefusedError):
            client.replace_keyring("strict", new, token=token)
        assert keyring_of(hosting, "strict") == before


def test_an_older_keyring_is_refused_by_name(hosting: Hosting, tmp_path: Path) -> None:
    hosting.portal.add_portal("Older")
    before = keyring_of(hosting, "older")
    code, said = change(hosting, "older", "--new-passphrase-file", text(tmp_path / "new", STRONG))
    assert code == 0, said
    with hosting.portal.data() as database, database.begin() as tx:
        portal = tx.query(rows.Portal).filter_by(address="older").one()
        tx.get_one(rows.Keyring, portal.id).content = before
    with pytest.raises(OlderKeyringError):
        HostedKeyring.fetch(hosting.client("mia"), "older")


def fetch(hosting: Hosting, path: Path, address: str, signed_in: str = "mia") -> tuple[int, str]:
    done = hosting.run(
        "key", "fetch", path, "--portal", hosting.url, "--portal-address", address, signed_in=signed_in
    )  # fmt: skip
    return done.exit_code, done.output


def test_the_present_keyring_takes_the_place_of_an_older_one_of_its_portal_alone(
    hosting: Hosting, tmp_path: Path
) -> None:
    for name in ("Fetched", "Another"):
        hosting.portal.add_portal(name)
    path, foreign = tmp_path / "own.keyring", tmp_path / "another.keyring"
    assert fetch(hosting, path, "fetched")[0] == fetch(hosting, foreign, "another")[0] == 0
    first = path.read_bytes()
    code, said = change(hosting, "fetched", "--new-passphrase-file", text(tmp_path / "new", STRONG))
    assert code == 0, said
    for _ in range(2):  # the second time it is there already
        assert fetch(hosting, path, "fetched")[0] == 0
        assert path.read_bytes() == keyring_of(hosting, "fetched") != first
    code, said = fetch(hosting, foreign, "fetched")
    assert code != 0
    assert "is the keyring of another portal" in said
    with hosting.portal.data() as database, database.begin() as tx:
        portal = tx.query(rows.Portal).filter_by(address="another").one()
        tx.get_one(rows.Keyring, portal.id).content = first  # put back
    code, said = fetch(hosting, path, "another")
    assert code != 0
    assert "is older than one seen before" in said
    assert path.read_bytes() == keyring_of(hosting, "fetched")
    assert read_keyring(foreign.read_bytes()).portal_id != read_keyring(first).portal_id


def test_who_may_not_play_recordings_does_not_get_the_keyring(hosting: Hosting, tmp_path: Path) -> None:
    hosting.portal.add_portal("Kept")
    code, said = fetch(hosting, tmp_path / "kept.keyring", "kept", signed_in="ann")
    assert code != 0
    assert "the role agent does not allow this" in said
    assert not (tmp_path / "kept.keyring").exists()


class LostAnswer:
    """A portal of which an answer is lost, before or after it did what it was asked."""

    def __init__(self, real: Client, *, stored: bool) -> None:
        self._real, self._stored = real, stored

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def replace_keyring(self, address: str, new: bytes, *, token: bytes) -> None:
        if self._stored:
            self._real.replace_keyring(address, new, token=token)
        raise StoreUnavailableError(name="the portal", why="the connection was lost")


@pytest.mark.parametrize("stored", [True, False])
def test_a_generated_passphrase_is_kept_exactly_when_the_keyring_is_there(
    hosting: Hosting, tmp_path: Path, *, stored: bool
) -> None:
    name = f"Lost{stored}"
    hosting.portal.add_portal(name)
    address, drawn = name.lower(), tmp_path / "drawn"
    hosted = HostedKeyring.fetch(LostAnswer(hosting.client("mia"), stored=stored), address)  # type: ignore[arg-type] # it is one
    coming = ask.NewPassphrase(generate_to=drawn)
    if not stored:
        with pytest.raises(StoreUnavailableError):
            hosted.set(coming, lambda: PASSWORD)
        assert not drawn.exists()
        return
    hosted.set(coming, lambda: PASSWORD)
    again = HostedKeyring.fetch(hosting.client("mia"), address)
    open_by_passphrase(again.keyring, passphrase.to_bytes(drawn.read_text().strip()))


def test_without_a_passphrase_files_and_portals_open_at_once(hosting: Hosting, tmp_path: Path) -> None:
    recording = push(hosting, tmp_path / "1.sealcast", "help")
    hosted = Hosted(hosting.client("mia"))
    path = hosted.find(recording.hex())
    found = HostedKeys(hosted, seen_file()).opening(hosted.parts_of(path)[0].header, path)
    assert isinstance(found, OpensWithKeyFile)
