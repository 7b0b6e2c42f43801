"""Recordings on the server, played and exported from the command line, as somebody does who signs in there."""

import secrets
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import delete

from portal_core.db import models as rows
from recorder.pushing import Destination, Sending
from replay.checking import Checking
from replay.export.verified import verified
from replay.hosted import Hosted, HostedKeys
from replay.key_choice import OpensWithKeyFile
from replay.opening import OpenSession
from tests.portal_core.hosting import Hosting, hosting_in
from tests.portal_core.served import Portal
from tests.replay.sessions import Maker
from tests.waiting import until
from vault import key_file
from vault.errors import CertificateChangedError, StoreUnavailableError, UnknownCertificateError
from vault.https import Site, trust
from vault.index import Reason
from vault.local import LocalFile, LocalGrowing
from vault.places import make_data_folder, pinned_file, seen_file, signer_file, tokens_file, trusted_file
from vault.portal_signers import follow_signers
from vault.portal_source import PIECE, PortalSource
from vault.primitives import SigningKey
from vault.signers import TrustedSigner, own_signer, read_trusted
from vault.verify import State
from vault.walk import read_start

S = 1_000_000


@pytest.fixture(scope="module")
def hosting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosting]:
    with hosting_in(tmp_path_factory.mktemp("hosting")) as made:
        yield made


@pytest.fixture(scope="module")
def pushed(hosting: Hosting) -> Path:
    """A recording here, all of which is on the server, too."""
    recipient, _ = hosting.enrolled("ann").recipient("help")
    path = hosting.recording(hosting.folder / "made.sealcast", recipient, seconds=40)
    done = hosting.run("push", path, "--to", hosting.url, "--portal-address", "help", signed_in="ann")
    assert done.exit_code == 0, done.output
    assert "all of it is at" in done.output
    return path


@pytest.mark.usefixtures("pushed")
def test_it_is_listed_for_the_manager(hosting: Hosting) -> None:
    listed = hosting.run("play", "--portal", hosting.url, "--list", signed_in="mia")
    assert listed.exit_code == 0, listed.output
    assert "complete" in listed.output
    assert "Help - Ann" in listed.output


def test_read_by_ranges_it_is_the_file(hosting: Hosting, pushed: Path) -> None:
    client, data = hosting.client("mia"), pushed.read_bytes()
    (recording,) = [one for one in client.recordings() if one.size == len(data)]
    source = PortalSource(client, recording, name="it")
    assert source.size() == len(data)
    for start, size in ((0, 10), (len(data) - 5, 100), (len(data), 1), (PIECE - 3, 7), (0, len(data) + 1)):
        assert source.read(start, size) == data[start : start + size]
    asked = source.requests
    assert source.read(3, len(data) - 3) == data[3:]
    assert source.requests == asked  # it was kept
    source.close()
    with pytest.raises(StoreUnavailableError):
        source.read(0, 1)


def test_without_a_passphrase_the_server_hands_out_the_key_of_that_recording_and_notes_it(
    hosting: Hosting, pushed: Path
) -> None:
    hosted = Hosted(hosting.client("mia"))
    with LocalFile(pushed) as file:
        wanted = read_start(file).about.recording_id
    path = next(one for one, *_ in hosted.listed() if hosted.parts_of(one)[0].header.about.recording_id == wanted)
    parts = hosted.parts_of(path)
    found = HostedKeys(hosted, seen_file()).opening(parts[0].header, path)
    assert isinstance(found, OpensWithKeyFile)
    with OpenSession(parts, found.identity) as opened:
        assert opened.session.timeline.duration_us == 40 * 1_000_000
    recording = parts[0].header.about.recording_id.hex()
    assert {"recording": recording}.items() <= hosting.audit("key of a recording handed out")[-1].items()
    noted = [one for one in hosting.audit("recording handed out") if one["recording"] == recording]
    assert len(noted) == 1  # by the manager, however many ranges he asked for


@pytest.mark.parametrize("what", ["transcript", "still"])
def test_an_export_is_the_same_as_of_the_file(hosting: Hosting, pushed: Path, tmp_path: Path, what: str) -> None:
    client = hosting.client("mia")
    (recording,) = [one for one in client.recordings() if one.size == pushed.stat().st_size]
    key = tmp_path / "made.key"
    key.write_text(key_file.to_text(client.key_file(recording.recording_id)))
    more = ("--at", "1") if what == "still" else ()
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
    local = hosting.run("export", what, pushed, "--key-file", key, "-o", here, *more)
    hosted = hosting.run(
        "export", what, recording.recording_id.hex()[:40], "--portal", hosting.url, "-o", there, *more, signed_in="mia"
    )
    assert (local.exit_code, hosted.exit_code) == (0, 0), local.output + hosted.output
    (one,), (other,) = list(here.iterdir()), list(there.iterdir())
    assert one.read_bytes() == other.read_bytes()


def test_evidence_of_a_hosted_recording_holds_the_sealed_file(hosting: Hosting, pushed: Path, tmp_path: Path) -> None:
    client = hosting.client("mia")
    (recording,) = [one for one in client.recordings() if one.size == pushed.stat().st_size]
    done = hosting.run(
        "export", "evidence", recording.recording_id.hex(), "--portal", hosting.url, "-o", tmp_path, signed_in="mia"
    )
    assert done.exit_code == 0, done.output
    (bundle,) = tmp_path.glob("*.zip")
    with zipfile.ZipFile(bundle) as made:
        (sealed,) = [name for name in made.namelist() if name.endswith("part-1.sealcast")]
        assert made.read(sealed) == pushed.read_bytes()


@pytest.mark.usefixtures("pushed")
def test_what_is_nobodys_is_told(hosting: Hosting) -> None:
    for text in ("ffffffff", "f" * 32, "no such name"):
        done = hosting.run("export", "transcript", text, "--portal", hosting.url, signed_in="mia")
        assert done.exit_code == 1
        assert "hint:" in done.output
    refused = hosting.run("play", "--portal", hosting.url, "--list", signed_in="ann")
    assert refused.exit_code == 1
    assert "the role agent does not allow this" in refused.output


def test_the_parts_of_a_session_are_played_as_one(hosting: Hosting, tmp_path: Path) -> None:
    client = hosting.enrolled("ann")
    recipient, _ = client.recipient("help")
    first = hosting.maker(tmp_path / "1.sealcast", recipient)
    before = first.pictures(range(0, 2 * S, S // 4)).finish(reason=Reason.CONTINUED)
    second = Maker(
        LocalGrowing(tmp_path / "2.sealcast"), number=2, before=before, session_id=first.recording_id,
        key=own_signer(signer_file(), random_bytes=secrets.token_bytes), recipient=recipient,
        recording_id=secrets.token_bytes(16), begins_us=2 * S,
    )  # fmt: skip
    second.pictures(range(2 * S, 4 * S, S // 4)).finish()
    for name in ("2.sealcast", "1.sealcast"):  # they may come in any order
        done = hosting.run(
            "push", tmp_path / name, "--to", hosting.url, "--portal-address", "help", signed_in="ann"
        )  # fmt: skip
        assert done.exit_code == 0, done.output
    hosted = Hosted(hosting.client("mia"))
    path = hosted.find(first.recording_id.hex())
    parts = hosted.parts_of(path)
    found = HostedKeys(hosted, seen_file()).opening(parts[0].header, path)
    assert isinstance(found, OpensWithKeyFile)
    with OpenSession(parts, found.identity) as opened:
        assert [part.header.about.part for part in opened.parts] == [1, 2]
        assert opened.missing is None
        assert opened.session.timeline.duration_us > 3 * S
        assert [one.state for one in verified(opened, [])] == [State.COMPLETE, State.COMPLETE]


def test_one_that_grows_is_followed(hosting: Hosting, tmp_path: Path) -> None:
    client = hosting.enrolled("ann")
    recipient, _ = client.recipient("help")
    maker = hosting.maker(tmp_path / "grows.sealcast", recipient)
    maker.pictures(range(0, 4 * S, S // 4))
    maker.writer.sync()
    with LocalFile(tmp_path / "grows.sealcast") as source:
        sending = Sending(source, Destination(portal=client, address="help"))
        while sending.send():
            pass
        assert not sending.complete
        hosted = Hosted(hosting.client("mia"))
        path = hosted.find(maker.recording_id.hex())
        parts = hosted.parts_of(path)
        found = HostedKeys(hosted, seen_file()).opening(parts[0].header, path)
        assert isinstance(found, OpensWithKeyFile)
        with OpenSession(parts, found.identity) as opened:
            checking = Checking(opened, trusted=())
            until(lambda: checking.growing)
            before_us = opened.session.timeline.duration_us
            maker.pictures(range(4 * S, 8 * S, S // 4))
            maker.finish()
            while sending.send():
                pass
            assert sending.complete
            until(lambda: checking.standing.word == "complete")
            checking.close()
            assert before_us < 4 * S < opened.session.timeline.duration_us


@pytest.mark.usefixtures("pushed")
def test_whoever_signed_in_once_is_not_asked_again_until_it_is_ended(
    hosting: Hosting, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    listing = ("play", "--portal", hosting.url, "--list")
    first = hosting.run(*listing, signed_in="mia")
    assert "which is trusted from now on" in first.output
    assert tokens_file().stat().st_mode & 0o777 == 0o600
    again = hosting.run(*listing)
    assert (again.exit_code, again.stdout) == (0, first.stdout)
    assert "trusted" not in again.output
    with hosting.portal.data() as database, database.begin() as tx:
        tx.execute(delete(rows.SignIn))
    ended = hosting.run(*listing)
    assert ended.exit_code == 2
    assert "no terminal" in ended.output
    wrong = hosting.folder / "wrong"
    wrong.write_text("another password")
    refused = hosting.run(*listing, "--login", "mia", "--password-file", wrong)
    assert refused.exit_code == 1
    assert "do not go together" in refused.output


class Names:
    """A portal that names these signers."""

    def __init__(self, *signers: bytes) -> None:
        self.connection = SimpleNamespace(site=Site("support.example.org", 443))
        self._signers = signers

    def signers(self) -> list[TrustedSigner]:
        return [TrustedSigner(signer=one, name="https://support.example.org") for one in self._signers]


def test_a_portals_signers_are_trusted_at_first_and_others_never_by_themselves(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    one, other = (SigningKey(bytes([number]) * 32).public for number in (1, 2))
    told = list[str]()
    for named in ((one,), (one,), (one, other), (other,)):
        follow_signers(Names(*named), tell=told.append)  # type: ignore[arg-type] # it names signers, and does no more
    assert [listed.signer for listed in read_trusted(trusted_file())] == [one]
    assert len([line for line in told if "trusted from now on" in line]) == 1
    assert len([line for line in told if "not trusted" in line]) == 2


def test_only_its_own_certificate_is_accepted_and_a_change_is_never_followed_by_itself(
    hosting: Hosting, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    make_data_folder()
    site, asked = Site.parse(hosting.url), list[str]()

    def answer(_: Site, fingerprint: str) -> bool:
        asked.append(fingerprint)
        return len(asked) > 1

    with pytest.raises(UnknownCertificateError):
        trust(site, pinned_file(), accept=answer)
    trust(site, pinned_file(), accept=answer)
    trust(site, pinned_file(), accept=answer)
    assert asked == [hosting.fingerprint] * 2  # refused, accepted, and asked no more
    other = Portal(tmp_path / "other", port=hosting.portal.port)
    other.folder.mkdir()
    hosting.portal.stop()
    other.start()
    try:
        with pytest.raises(CertificateChangedError) as changed:
            trust(site, pinned_file(), accept=answer)
        assert changed.value.before == hosting.fingerprint
        with pytest.raises(UnknownCertificateError):
            trust(site, pinned_file(), accept=answer, wanted=hosting.fingerprint)
        trust(site, pinned_file(), accept=answer, wanted=changed.value.now.replace(":", "").lower())
        assert len(asked) == 2
    finally:
        other.stop()
        hosting.portal.start()
