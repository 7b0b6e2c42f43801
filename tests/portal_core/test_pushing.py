"""Recordings that are pushed: what is forged is refused, what arrived stays, and a lost line loses nothing."""

import os
import resource
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from portal_core.roles import Role
from recorder.push_options import recipient_of
from recorder.pushing import Destination, PushingBeside, send_all
from tests.portal_core.hosting import Hosting, hosting_in, refused
from tests.replay.sessions import Maker
from tests.waiting import until
from vault.block import FINAL_SIZE, HEAD_SIZE, read_head
from vault.errors import PortalRefusedError, StoreUnavailableError
from vault.header import MAX_HEADER_SIZE, About, Header, read_header
from vault.header import Role as RecipientRole
from vault.local import LocalFile, LocalGrowing
from vault.places import make_data_folder, signer_file
from vault.portal import Portal as Client
from vault.portal import Pushed
from vault.primitives import SigningKey
from vault.signers import own_signer
from vault.verify import Evidence, State, verify
from vault.writer import SealedWriter

S = 1_000_000
MiB = 1024 * 1024


@pytest.fixture(scope="module")
def hosting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hosting]:
    with hosting_in(tmp_path_factory.mktemp("pushing")) as made:
        made.person("bob", Role.AGENT)
        made.person("eve", Role.AGENT, account=2)
        yield made


@pytest.fixture(scope="module")
def ann(hosting: Hosting) -> Client:
    return hosting.enrolled("ann")


@pytest.fixture
def path(hosting: Hosting, ann: Client, tmp_path: Path) -> Path:
    return hosting.recording(tmp_path / "made.sealcast", ann.recipient("help")[0], seconds=4)


def never(_: float) -> None:
    pytest.fail("no line was lost")


def to(client: Client) -> Destination:
    return Destination(portal=client, address="help")


def header_of(path: Path) -> Header:
    return read_header(path.read_bytes()[:MAX_HEADER_SIZE])


def blocks_of(path: Path) -> list[bytes]:
    data, at, found = path.read_bytes(), header_of(path).size, []
    while head := read_head(data[at : at + HEAD_SIZE]):
        found.append(data[at : at + head.size])
        at += head.size
    return found


def on_server(hosting: Hosting, header: Header) -> bytes:
    return (hosting.portal.folder / "recordings" / header.about.session_id.hex() / "1.sealcast").read_bytes()


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


FORGED: dict[str, Callable[[list[bytes], bytes], bytes]] = {
    "a bit of the ciphertext": lambda blocks, _: flipped(blocks[1], 80),
    "a bit of the signature": lambda blocks, _: flipped(blocks[1], len(blocks[1]) - 1),
    "a bit of the number": lambda blocks, _: flipped(blocks[1], 12),
    "a bit of the magic": lambda blocks, _: flipped(blocks[1], 0),
    "cut": lambda blocks, _: blocks[1][:-1],
    "only a head": lambda blocks, _: blocks[1][:HEAD_SIZE],
    "one left out": lambda blocks, _: blocks[2],
    "in another order": lambda blocks, _: blocks[2] + blocks[1],
    "the same again": lambda blocks, _: blocks[1] + blocks[1],
    "bytes between": lambda blocks, _: blocks[1] + b"\0" + blocks[2],
    "of another recording": lambda _, other: other,
    "a good one, then a forged one": lambda blocks, _: blocks[1] + flipped(blocks[2], 100),
}


@pytest.mark.parametrize("how", FORGED)
def test_what_its_signer_did_not_write_so_is_refused_whole(
    hosting: Hosting, ann: Client, path: Path, tmp_path: Path, how: str
) -> None:
    other = hosting.recording(tmp_path / "other.sealcast", ann.recipient("help")[0])
    header, blocks = header_of(path), blocks_of(path)
    ann.begin_upload("help", header.raw, customer="")
    reached = ann.go_on(header.about.recording_id, header.size, blocks[0])
    with pytest.raises(PortalRefusedError) as error:
        ann.go_on(header.about.recording_id, reached.size, FORGED[how](blocks, blocks_of(other)[1]))
    assert refused(error.value) == 400
    assert ann.upload(header.about.recording_id) == reached
    assert on_server(hosting, header) == header.raw + blocks[0]
    assert ann.go_on(header.about.recording_id, reached.size, b"".join(blocks[1:])).complete
    assert on_server(hosting, header) == path.read_bytes()


def test_nothing_follows_the_end(ann: Client, path: Path) -> None:
    sending = send_all(path, to(ann), customer="", tick=lambda _: None, pause=never)
    assert sending.complete
    with pytest.raises(PortalRefusedError):
        ann.go_on(sending.header.about.recording_id, sending.size, blocks_of(path)[-1])


@pytest.mark.parametrize("offset", [0, 1, -1, 10**9])
def test_at_another_offset_nothing_is_taken(hosting: Hosting, ann: Client, path: Path, offset: int) -> None:
    header, blocks = header_of(path), blocks_of(path)
    ann.begin_upload("help", header.raw, customer="")
    with pytest.raises(PortalRefusedError) as error:
        ann.go_on(header.about.recording_id, header.size + offset if offset in (1, -1) else offset, blocks[0])
    assert refused(error.value) == 409
    assert on_server(hosting, header) == header.raw


def test_a_beginning_is_taken_only_of_ones_own_signer_for_the_portal_it_was_recorded_for(
    hosting: Hosting, ann: Client, path: Path
) -> None:
    header = header_of(path)
    hosting.portal.add_portal("Elsewhere")
    bob = hosting.client("bob")
    for client, address, raw, status in (
        (ann, "elsewhere", header.raw, 400),  # nobody there could open it
        (ann, "nowhere", header.raw, 404),
        (ann, "help", header.raw + b"x", 400),
        (ann, "help", flipped(header.raw, 40), 400),
        (ann, "help", header.raw[:-1], 400),
        (ann, "help", b"", 400),
        (ann, "help", bytes(MAX_HEADER_SIZE + 1), 413),
        (bob, "help", header.raw, 403),  # another signed it
        (hosting.client("eve"), "help", header.raw, 404),
        (hosting.client("mia"), "help", header.raw, 403),
    ):
        with pytest.raises(PortalRefusedError) as error:
            client.begin_upload(address, raw, customer="")
        assert refused(error.value) == status, (address, error.value)
    with pytest.raises(PortalRefusedError) as error:  # a signer belongs to whoever showed it first
        hosting.enrolled("bob")
    assert refused(error.value) == 409
    assert not (hosting.portal.folder / "recordings" / header.about.session_id.hex()).exists()


def test_a_signer_is_shown_by_its_signature_alone(hosting: Hosting) -> None:
    client, other = hosting.client("bob"), hosting.client("bob")
    made = SigningKey(os.urandom(32))

    class Borrowed:
        public = made.public

        def sign(self, message: bytes) -> bytes:
            return SigningKey(os.urandom(32)).sign(message)

    with pytest.raises(PortalRefusedError):
        client.enrol(Borrowed())  # type: ignore[arg-type] # it is none, and that is the point
    client.enrol(made)
    other.enrol(made)  # once more is no harm


def test_one_that_claims_the_id_or_the_session_of_anothers_is_refused(
    hosting: Hosting, ann: Client, path: Path, tmp_path: Path
) -> None:
    send_all(path, to(ann), customer="", tick=lambda _: None, pause=never)
    about, bob, signer = header_of(path).about, hosting.client("bob"), SigningKey(os.urandom(32))
    bob.enrol(signer)
    recipient = bob.recipient("help")[0]
    for number, (recording_id, session_id) in enumerate(
        [(about.recording_id, os.urandom(16)), (os.urandom(16), about.session_id)]
    ):
        false = tmp_path / f"{number}.sealcast"
        Maker(
            LocalGrowing(false), key=signer, recipient=recipient, recording_id=recording_id, session_id=session_id,
            number=number + 1,
        ).finish()  # fmt: skip
        with pytest.raises(PortalRefusedError) as error:
            bob.begin_upload("help", header_of(false).raw, customer="")
        assert refused(error.value) == 409
    with pytest.raises(PortalRefusedError) as error:
        bob.upload(about.recording_id)
    assert refused(error.value) == 404
    with pytest.raises(PortalRefusedError) as error:
        bob.go_on(about.recording_id, path.stat().st_size, b"x")
    assert refused(error.value) == 404
    assert on_server(hosting, header_of(path)) == path.read_bytes()


def test_killed_in_the_middle_the_portal_goes_on_where_it_was_and_what_a_crash_left_is_gone(
    hosting: Hosting, ann: Client, path: Path
) -> None:
    header, blocks = header_of(path), blocks_of(path)
    ann.begin_upload("help", header.raw, customer="")
    reached = ann.go_on(header.about.recording_id, header.size, b"".join(blocks[:2]))
    hosting.portal.stop(signal.SIGKILL)
    there = hosting.portal.folder / "recordings" / header.about.session_id.hex() / "1.sealcast"
    with there.open("ab") as file:
        file.write(blocks[2][:-7])  # written, and never told
    with pytest.raises(StoreUnavailableError):
        ann.upload(header.about.recording_id)
    hosting.portal.start()
    assert ann.upload(header.about.recording_id) == reached
    done = send_all(path, to(ann), customer="", tick=lambda _: None, pause=never)
    assert done.complete
    assert there.read_bytes() == path.read_bytes()


class LosesAnswers:
    """A portal that does what it is asked, and whose answers to every other piece are lost."""

    def __init__(self, real: Client) -> None:
        self._real, self._count = real, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def go_on(self, recording_id: bytes, offset: int, blocks: bytes) -> Pushed:
        answer = self._real.go_on(recording_id, offset, blocks)
        self._count += 1
        if self._count % 2:
            raise StoreUnavailableError(name="the portal", why="the connection was lost")
        return answer


def test_where_an_answer_was_lost_nothing_is_sent_twice(hosting: Hosting, ann: Client, path: Path) -> None:
    pauses: list[float] = []
    done = send_all(path, to(LosesAnswers(ann)), customer="", tick=lambda _: None, pause=pauses.append)  # type: ignore[arg-type] # it is one
    assert done.complete
    assert pauses
    assert on_server(hosting, header_of(path)) == path.read_bytes()


def test_a_full_disk_is_told_and_nothing_that_arrived_is_lost(hosting: Hosting, ann: Client, tmp_path: Path) -> None:
    path = tmp_path / "large.sealcast"
    large(ann, path, size=24 * MiB)
    assert hosting.portal.process
    pid = hosting.portal.process.pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (12 * MiB, resource.RLIM_INFINITY))
    with pytest.raises(PortalRefusedError, match="the portal cannot keep it") as error:
        send_all(path, to(ann), customer="", tick=lambda _: None, pause=lambda _: None)
    assert refused(error.value) == 507
    header = header_of(path)
    reached = ann.upload(header.about.recording_id)
    assert header.size < reached.size < 12 * MiB
    assert on_server(hosting, header) == path.read_bytes()[: reached.size]
    resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
    assert send_all(path, to(ann), customer="", tick=lambda _: None, pause=never).complete
    assert on_server(hosting, header) == path.read_bytes()


def large(client: Client, path: Path, *, size: int) -> None:
    """Seal so many bytes that mean nothing, in blocks of a MiB."""
    about = About(recording_id=os.urandom(16), session_id=os.urandom(16), part=1, previous=None, created_us=S)
    sealed = SealedWriter(
        LocalGrowing(path), about, recipients=[(RecipientRole.PORTAL, client.recipient("help")[0])],
        signer=own_signer(signer_file(), random_bytes=os.urandom),
    )  # fmt: skip
    for _ in range(size // MiB):
        sealed.append(os.urandom(MiB - 100), label=bytes(24))
    sealed.finish()


def test_a_lost_line_is_waited_for_while_it_is_recorded(hosting: Hosting, ann: Client, tmp_path: Path) -> None:
    path = tmp_path / "beside.sealcast"
    maker = hosting.maker(path, ann.recipient("help")[0])
    maker.pictures(range(0, 2 * S, S // 4))
    maker.writer.sync()
    beside = PushingBeside(path, to(ann), customer="Grace")
    try:
        until(lambda: beside.size > header_of(path).size)
        hosting.portal.stop(signal.SIGKILL)
        maker.pictures(range(2 * S, 4 * S, S // 4))  # nobody waits for the line
        maker.writer.sync()
        until(lambda: beside.trouble is not None)
        hosting.portal.start()
        maker.finish()
        beside.end()
        until(lambda: beside.wait(0))
        assert beside.complete
        assert beside.trouble is None
    finally:
        beside.give_up()
        beside.wait(5)
    assert on_server(hosting, header_of(path)) == path.read_bytes()
    (listed,) = [one for one in hosting.client("mia").recordings() if one.customer == "Grace"]
    assert (listed.agent, listed.state, listed.size) == ("Ann", "complete", path.stat().st_size)


def test_a_file_without_an_end_is_pushed_as_far_as_it_goes(
    hosting: Hosting, ann: Client, path: Path, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.sealcast"
    cut.write_bytes(path.read_bytes()[: -FINAL_SIZE - 5])
    done = hosting.run("push", cut, "--to", hosting.url, "--portal-address", "help", signed_in="ann")
    assert done.exit_code == 0, done.output
    assert "it has no end by now" in done.output
    assert not ann.upload(header_of(path).about.recording_id).complete
    whole = hosting.run("push", path, "--to", hosting.url, "--portal-address", "help", signed_in="ann")
    assert "all of it is at" in whole.output
    again = hosting.run("push", cut, "--to", hosting.url, "--portal-address", "help", signed_in="ann")
    assert again.exit_code == 1
    assert "the portal, which has more of it" in again.output


def test_of_two_that_push_the_same_at_once_one_is_taken(hosting: Hosting, ann: Client, path: Path) -> None:
    header, blocks = header_of(path), blocks_of(path)
    ann.begin_upload("help", header.raw, customer="")

    def push(_: int) -> int:
        try:
            ann.go_on(header.about.recording_id, header.size, b"".join(blocks))
        except PortalRefusedError as error:
            return error.status
        return 200

    with ThreadPoolExecutor(4) as several:
        assert sorted(several.map(push, range(4))) == [200, 409, 409, 409]
    assert on_server(hosting, header) == path.read_bytes()


class Has:
    """A portal that has this key."""

    def __init__(self, recipient: bytes) -> None:
        self.connection = SimpleNamespace(site="https://support.example.org")
        self._recipient = recipient

    def recipient(self, _: str) -> tuple[bytes, str]:
        return self._recipient, "Help"


def test_a_portals_key_that_changed_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    make_data_folder()
    told = []
    for key in (b"one", b"one", b"another", b"another"):
        recipient_of(Destination(portal=Has(key), address="help"))  # type: ignore[arg-type] # it has a key, and no more
        told.append("another key for new recordings than before" in capsys.readouterr().err)
    assert told == [False, False, True, False]


def test_anchors_tell_how_far_it_was_durable(ann: Client, hosting: Hosting, path: Path) -> None:
    send_all(path, to(ann), customer="", tick=lambda _: None, pause=never)
    header = header_of(path)
    anchors = hosting.client("mia").anchors(header.about.recording_id, signer=header.signer)
    assert anchors[-1].size == path.stat().st_size
    with LocalFile(path) as source:
        verdict = verify(source, evidence=Evidence(anchors=anchors))
    assert verdict.state is State.COMPLETE
    assert verdict.facts.anchored == anchors[-1].block
