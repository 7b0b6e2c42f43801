"""What an attacker tried, and what it must not come to: floods, foreign rights, and recordings that say what is not so."""

import asyncio
import json
import queue
import secrets
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import cast

import httpx
import pytest
from sqlalchemy.orm import Session as Transaction
from starlette.types import Message, Receive, Scope, Send
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin

from portal_core.db.database import Database
from portal_core.live import hub as hubs
from portal_core.live.effects import Over, RecordingIs, State
from portal_core.live.frames import Kind, ScreenPacket
from portal_core.live.hub import Hub
from portal_core.live.log import SERVER, Entry
from portal_core.live.messages import CUSTOMER_SCREEN, RefusedMessageError, Role, Share, Why
from portal_core.live.outbox import MOST_BYTES, Outbox
from portal_core.live.screens import SharedScreen
from portal_core.live.seats import MOST_REFUSALS, Seat
from portal_core.running import recorder as recorders
from portal_core.running.journal import Journal
from portal_core.running.line import Line
from portal_core.running.parts import Parts
from portal_core.running.recorder import Beginning, News, PartBegan, PartStopped, Recorder
from portal_core.running.rows import SessionRows
from portal_core.running.session import RunningSession
from portal_core.server_keys import ServerKeys
from portal_core.web.safety import MOST, Safety
from recorder.clock import SessionClock
from recorder.format.events import About
from recorder.format.events import Line as Said
from recorder.writer import RecordingWriter
from tests.portal_core import opened
from tests.portal_core.live.people import Room
from tests.portal_core.served import PATIENCE_S, Portal, closed
from vault import key_file
from vault.errors import PartEndedError
from vault.index import Reason
from vault.keyring import read_keyring

CUSTOMER, AGENT = 1, 2
ROW = 10**20  # no row has such a number
HALF = b'"\\ud800"'  # half a letter, as JSON can spell it


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with Portal(tmp_path_factory.mktemp("portal")) as portal:
        portal.add_agent("ann")
        portal.add_agent("bea", "Bea")
        portal.add_portal(places=["server", "agent", "customer"])
        portal.add_portal("Unrecorded", recording="off", places=["server", "agent", "customer"])
        yield portal
        assert portal.stop() == 0
        assert "Traceback" not in "".join(portal.said)


def change(portal: Portal, statement: str) -> None:
    with portal.data() as database, database.begin() as tx:
        tx.connection().exec_driver_sql(statement)


# Floods


def picture(seq: int, payload: bytes = b"", *, keyframe: bool = False) -> ScreenPacket:
    return ScreenPacket(kind=Kind.PICTURE, keyframe=keyframe, track=CUSTOMER_SCREEN, seq=seq, at_us=0, payload=payload)


def configuration(seq: int, payload: bytes = b"{}") -> ScreenPacket:
    return ScreenPacket(
        kind=Kind.CONFIGURATION, keyframe=False, track=CUSTOMER_SCREEN, seq=seq, at_us=0, payload=payload
    )


@pytest.mark.parametrize(
    "packet",
    [
        lambda seq: configuration(seq, bytes(100_000)),
        lambda seq: picture(seq),
        lambda seq: picture(seq, keyframe=True),
        lambda seq: configuration(seq) if seq % 2 else picture(seq, b"x", keyframe=True),
    ],
)
def test_whatever_is_shown_to_somebody_who_never_reads_is_bounded(packet: Callable[[int], ScreenPacket]) -> None:
    outbox = Outbox()
    for seq in range(50_000):
        outbox.put_picture(packet(seq))
    held = [ScreenPacket.read(one) for one in iter(outbox.take, None) if isinstance(one, bytes)]
    assert len(held) <= MOST_BYTES / 256 + 2
    assert sum(len(one.payload) for one in held) <= MOST_BYTES + 100_000


def test_what_is_kept_for_late_joiners_is_bounded_however_small_the_pictures_are() -> None:
    screen = SharedScreen(CUSTOMER)
    screen.take(configuration(0))
    for seq in range(1, 50_000):
        screen.take(picture(seq, keyframe=seq == 1))
    assert len(list(screen)) < 20_000


def test_who_comes_again_and_again_leaves_nothing_behind() -> None:
    session = session_with(Later())
    lines = [session.connect(CUSTOMER) for _ in range(5)]
    for line in lines:
        line.tell({"is": "entry", "text": "x" * 1000})
    assert [drained(line) for line in lines[:-1]] == [[{"is": "over", "why": "elsewhere"}]] * 4
    lines[-1].hang(Over.ENDED)
    assert len(drained(lines[-1])) == 2


def drained(line: Line) -> list[object]:
    sent: list[object] = []

    async def send(message: str | bytes) -> None:
        sent.append(json.loads(message))

    asyncio.run(line.send_all(send))
    return sent


def test_while_the_log_cannot_be_written_refusals_are_bounded() -> None:
    session = session_with(Later())
    line = greeted(session)
    for _ in range(1000):
        session.hear(line, "{}")
        session.see(line, b"")
    assert len(session._waiting) <= MOST_REFUSALS + 1


def test_a_session_whose_log_is_full_can_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "MOST_SAID", 10_000)
    room = Room(Hub(recording=RecordingIs.OFF), Role.CUSTOMER, Role.AGENT)
    for each in (CUSTOMER, AGENT):
        room.connect(each)
    for _ in range(10):
        room.say(CUSTOMER, "say", text="x" * 8_000)
    room.hear()
    refused = {"is": "refused", "why": Why.TOO_MUCH}
    assert sum(refused.items() <= one.items() for one in room.people[CUSTOMER].heard) == 8
    room.say(AGENT, "close", outcome="unknown", note="")
    assert room.hub.state == "ended"


def request_of(**headers: str) -> Scope:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http", "scheme": "https", "method": "POST", "path": "/code", "query_string": b"",
        "headers": [(b"host", b"portal"), *named],
    }  # fmt: skip


async def answered(scope: Scope, chunks: int = 0, size: int = 0) -> tuple[int, int]:
    """Return the status, and how many chunks of a body were taken."""
    taken, told = 0, list[Message]()

    async def app(_: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["more_body"]:
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> Message:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": bytes(size), "more_body": taken < chunks}

    async def send(message: Message) -> None:
        told.append(message)

    await Safety(app)(scope, receive, send)
    return told[0]["status"], taken


def test_a_body_is_bounded_before_it_is_in_memory() -> None:
    assert asyncio.run(answered(request_of(content_length=str(MOST + 1)))) == (413, 0)
    assert asyncio.run(answered(request_of(), chunks=2, size=1000)) == (200, 2)
    with pytest.raises(Exception, match="larger than"):
        asyncio.run(answered(request_of(), chunks=1000, size=MOST // 4))


@pytest.mark.parametrize("path", ["/code", "/sign-in", "/api/sign-in", "/api/join/look", "/console/codes", "/me"])
def test_a_large_body_is_refused_with_a_sentence(portal: Portal, path: str) -> None:
    def much() -> Iterator[bytes]:
        for _ in range(9):
            yield b'"' + b"x" * (MOST // 8)

    kind = "application/x-www-form-urlencoded" if path in {"/code", "/sign-in", "/me"} else "application/json"
    answer = portal.signed_in("ann").post(path, content=much(), headers={"Content-Type": kind})
    assert answer.status_code in {400, 413}, answer.text
    assert answer.status_code == 413 or kind != "application/json"
    answer = portal.client().post(path, content=b"x" * (MOST + 1), headers={"Content-Type": kind})
    assert answer.status_code == 413
    assert "larger" in answer.json()["why"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


# Foreign rights


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://portal", 200), ("http://portal", 403), ("https://portal:444", 403), ("https://portal.evil", 403),
        ("null", 403), ("", 403), ("file://", 403), ("https://[", 403), ("//portal", 403), ("https://evil@portal", 403),
    ],
)  # fmt: skip
def test_only_the_portals_own_origin_is_taken(origin: str, status: int) -> None:
    assert asyncio.run(answered(request_of(origin=origin), chunks=1)) == (status, int(status == 200))


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", "", "same-origin, cross-site"])
def test_what_the_browser_calls_foreign_is_not_taken(site: str) -> None:
    scope = request_of(origin="https://portal", sec_fetch_site=site)
    assert asyncio.run(answered(scope, chunks=1)) == (403, 0)


def test_sockets_end_with_the_sign_in_that_opened_them(portal: Portal) -> None:
    agent, bystander = portal.signed_in("bea"), portal.signed_in("ann")
    customer, path = portal.join(agent)
    his, mine = portal.talk(customer, path), portal.talk(agent, path)
    _, other_path = portal.join(bystander)
    other = portal.talk(bystander, other_path)
    cookies = "; ".join(f"{name}={value}" for name, value in agent.cookies.items())
    opening = connect(
        portal.base.replace("https", "wss") + "/console/live", ssl=portal.tls, origin=Origin(portal.base),
        additional_headers={"Cookie": cookies},
    )  # fmt: skip
    with opening as console:
        assert agent.post("/sign-out").status_code == 303
        with pytest.raises(ConnectionClosed):
            while True:
                console.recv(PATIENCE_S)
    with pytest.raises(ConnectionClosed):
        while True:
            mine.hear()
    his.say("say", text="Who is there?")
    his.entry("line", text="Who is there?")
    other.say("say", text="still here")
    other.entry("line", text="still here")


def test_who_has_a_first_password_sees_no_session(portal: Portal) -> None:
    agent = portal.signed_in("ann")
    _, path = portal.join(agent)
    change(portal, "update person set first_password = 1 where login = 'ann'")
    try:
        for page in ("/closing", "/chat.txt", "/keys", "/part/1"):
            assert agent.get(path + page).status_code == 404
        with pytest.raises(InvalidStatus):
            portal.talk(agent, path)
    finally:
        change(portal, "update person set first_password = 0")
    assert agent.get(path + "/closing").status_code == 200


def test_what_is_not_recorded_has_an_end_too_and_no_keys(portal: Portal) -> None:
    agent = portal.signed_in("ann")
    customer, path = portal.join(agent, portal=2)
    his, mine = portal.talk(customer, path), portal.talk(agent, path)
    mine.say("close", outcome="resolved", note="")
    his.told("over")
    for who in (customer, agent):
        assert closed(who, path)["parts"] == []
        assert who.get(path + "/keys").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"/console/codes/{ROW}"), ("GET", f"/console/codes/{ROW}/qr.svg"),
        ("GET", f"/console/codes/{ROW}/text"), ("GET", f"/session/{'0' * 32}/part/{ROW}"),
        ("POST", f"/me/sign-ins/{ROW}/end"), ("GET", f"/manage/portals/{ROW}"),
    ],
)  # fmt: skip
def test_numbers_that_no_row_has_lead_nowhere(portal: Portal, method: str, path: str) -> None:
    answer = portal.signed_in("ann").request(method, path)
    assert answer.status_code in {400, 403, 404}
    assert answer.json()["why"]


@pytest.mark.parametrize(
    ("path", "fields"),
    [("/api/sign-in", b'"login":%s,"password":"x"'), ("/console/codes", b'"name":%s,"portal":1'),
     ("/api/join/look", b'"code":%s'), ("/password-strength", b'"password":%s')],
)  # fmt: skip
def test_half_a_letter_is_no_accident_of_the_server(portal: Portal, path: str, fields: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = portal.signed_in("ann").post(path, content=b"{" + fields % HALF + b"}", headers=headers)
    assert answer.status_code < 500


def test_one_code_begins_one_session_however_many_come_at_once(portal: Portal) -> None:
    code = portal.signed_in("ann").post("/console/codes", json={"name": secrets.token_hex(4), "portal": 1}).json()

    async def at_once() -> list[int]:
        clients = [httpx.AsyncClient(verify=portal.tls, base_url=portal.base, timeout=PATIENCE_S) for _ in range(20)]
        headers, form = {"Origin": portal.base}, {"name": "Bob", "agreed": "on"}
        asked = [client.post(f"/join/{code['digits']}", data=form, headers=headers) for client in clients]
        answers = await asyncio.gather(*asked)
        for client in clients:
            await client.aclose()
        return [answer.status_code for answer in answers]

    assert sorted(asyncio.run(at_once()))[:2] == [303, 400]
    change(portal, "delete from guess")


def test_a_code_of_ones_own_buys_no_guesses(portal: Portal) -> None:
    code = portal.signed_in("ann").post("/console/codes", json={"name": secrets.token_hex(4), "portal": 1}).json()
    stranger = portal.client()
    refused = 0
    for number in range(20):
        if number % 4 == 3:
            stranger.post("/api/join/look", json={"code": code["digits"]})
        forged = {"X-Forwarded-For": f"192.0.2.{number}", "Forwarded": f"for=192.0.2.{number}"}
        refused += stranger.post("/api/join/look", json={"code": f"{number:09d}"}, headers=forged).status_code == 429
    change(portal, "delete from guess")
    assert refused > 10


def test_who_wants_no_answers_gets_none_kept_for_him(portal: Portal) -> None:
    """Pings that are answered to somebody who never reads: nobody reads on before he has taken the answers."""
    agent = portal.signed_in("ann")
    customer, path = portal.join(agent)
    his = portal.talk(customer, path)
    raw = his.socket.socket
    raw.settimeout(1)
    ping = b"\x89\xfd" + bytes(4) + bytes(125)  # masked with zeros
    with pytest.raises(TimeoutError):
        for _ in range(400):
            raw.sendall(ping * 500)


# What a recording says


def test_a_pause_outlasts_trouble() -> None:
    room = Room(Hub(recording=RecordingIs.ON), Role.CUSTOMER, Role.AGENT)
    for each in (CUSTOMER, AGENT):
        room.connect(each)
    room.say(CUSTOMER, "pause")
    room.hub.recording_is(RecordingIs.STOPPED, "the disk is full", now_us=5)
    room.hub.recording_goes_on(now_us=6)
    assert room.hub.recording is RecordingIs.PAUSED
    room.say(CUSTOMER, "resume")
    assert room.hub.recording is RecordingIs.ON


def test_what_must_be_recorded_is_not_shown_again_before_it_can_be() -> None:
    for required in (True, False):
        hub = Hub(recording=RecordingIs.ON, required=required)
        room = Room(hub, Role.CUSTOMER, Role.AGENT)
        for each in (CUSTOMER, AGENT):
            room.connect(each)
        hub.recording_is(RecordingIs.STOPPED, now_us=5)
        if required:
            with pytest.raises(RefusedMessageError, match="not_now"):
                hub.receive(CUSTOMER, Share(c=1, track=CUSTOMER_SCREEN), now_us=6)
        hub.recording_goes_on(now_us=7)
        assert hub.receive(CUSTOMER, Share(c=1, track=CUSTOMER_SCREEN), now_us=8)


@pytest.fixture
def keys(tmp_path: Path) -> ServerKeys:
    return ServerKeys.own(tmp_path / "keys")


class Recording:
    """A recorder that is looked at step by step."""

    def __init__(self, folder: Path, keys: ServerKeys, *, unlucky: bool = False) -> None:
        self.keys, self.keyring = keys, keys.new_keyring(bytes(16))
        self.news: queue.Queue[News] = queue.Queue()
        self.paths: list[Path] = []
        self.unlucky = unlucky
        parts = Parts(
            folder=folder, session_id=bytes(16), recipient=self._recipient, signer=keys.signer,
            about=About(software="a test"), clock=SessionClock(began_us=0),
        )  # fmt: skip
        self.recorder = Recorder(parts, parts.clock, Beginning(), tell=self.news.put)

    def _recipient(self) -> bytes:
        if self.unlucky:
            self.unlucky = False
            raise RuntimeError("nobody has thought of this")
        return read_keyring(self.keyring).recipient

    def hear(self, kind: type[News]) -> News:
        while True:
            self.recorder.look()
            try:
                news = self.news.get(timeout=1)
            except queue.Empty:
                continue
            if isinstance(news, PartBegan):
                self.paths.append(news.begun.path)
            if isinstance(news, kind):
                return news

    def lines(self) -> list[str]:
        """End it; return what it holds."""
        self.recorder.finish(Reason.ENDED)
        self.recorder.join()
        text = self.keys.key_file(self.paths, keyring=self.keyring)
        assert text
        (self.paths[0].parent / "k.key").write_text(text)
        held = key_file.load(self.paths[0].parent / "k.key")
        events = [event for path in self.paths for event in opened.events(opened.packets(path, held))]
        return [event.text for event in events if isinstance(event, Said)]


def entry(n: int, kind: str, by: int = CUSTOMER, **fields: object) -> Entry:
    return Entry(n=n, at_us=n * 1000, by=by, kind=kind, fields=fields, c=n if by else 0)


def test_a_pause_outlasts_a_part(tmp_path: Path, keys: ServerKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorders, "AGAIN_US", 0)
    recording = Recording(tmp_path / "parts", keys)
    recording.hear(PartBegan)
    put = recording.recorder.put_entry
    put(entry(1, "line", text="before the pause", audience="all"))
    put(entry(2, "recording", state=RecordingIs.PAUSED))
    put(entry(3, "line", text="in the pause", audience="all"))
    good = RecordingWriter.check

    def fail(_: RecordingWriter) -> None:
        monkeypatch.setattr(RecordingWriter, "check", good)
        raise PartEndedError(why="the disk is full")

    monkeypatch.setattr(RecordingWriter, "check", fail)
    recording.hear(PartStopped)
    put(entry(4, "recording", by=SERVER, state=RecordingIs.STOPPED))
    recording.hear(PartBegan)
    put(entry(5, "recording", by=SERVER, state=RecordingIs.PAUSED))
    put(entry(6, "line", text="still in the pause", audience="all"))
    put(entry(7, "recording", state=RecordingIs.ON))
    put(entry(8, "line", text="after the pause", audience="all"))
    assert recording.lines() == ["before the pause", "after the pause"]


def test_what_nobody_thought_of_ends_no_recording(
    tmp_path: Path, keys: ServerKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorders, "AGAIN_US", 0)
    recording = Recording(tmp_path / "parts", keys, unlucky=True)
    stopped = recording.hear(PartStopped)
    assert isinstance(stopped, PartStopped)
    assert "unexpected" in stopped.why
    recording.hear(PartBegan)
    recording.recorder.put_entry(entry(1, "line", text="recorded", audience="all"))
    assert recording.lines() == ["recorded"]


class Later:
    """Journal and rows of a session whose log cannot be written: what would be is kept."""

    def __init__(self) -> None:
        self.changes: list[Callable[[None], None]] = []
        self.said: list[int] = []

    def put(self, change: Callable[[None], None], _: Callable[[], None] = lambda: None) -> None:
        self.changes.append(change)

    def add(self, _: None, entries: Sequence[Entry], seats: Sequence[Seat]) -> None:
        assert len(entries) == len(seats) == 1
        self.said.append(seats[0].said)


def session_with(later: Later) -> RunningSession:
    return RunningSession(
        id=bytes(16),
        hub=Hub(recording=RecordingIs.OFF, seats=[Seat(id=CUSTOMER, role=Role.CUSTOMER, name="Bob")]),
        clock=SessionClock(began_us=0),
        journal=cast(Journal, later),
        rows=cast(SessionRows, later),
        soon=lambda do: do(),
        changed=lambda: None,
        required=False,
        agent_id=1,
        portal="Help",
        customer="Bob",
    )


def greeted(session: RunningSession) -> Line:
    line = session.connect(CUSTOMER)
    session.hear(line, json.dumps({"do": "hello", "protocol": 1, "last": 0, "said": 0}))
    return line


def test_what_somebody_said_counts_as_taken_with_its_entry_and_not_before() -> None:
    later = Later()
    session = session_with(later)
    line = greeted(session)
    for c in (1, 2, 3):
        session.hear(line, json.dumps({"do": "say", "c": c, "text": "x"}))
    for change in later.changes:
        change(None)
    assert later.said == [0, 1, 2, 3]


def test_who_says_nothing_keeps_no_session_that_has_ended() -> None:
    session = session_with(Later())
    line = session.connect(CUSTOMER)
    session.hub.state = State.ENDED
    session._done([], {})
    assert line.over is Over.ENDED


def test_one_bad_change_stops_no_journal(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'portal.db'}")
    journal, done = Journal(database), threading.Event()

    def bad(_: Transaction) -> None:
        raise OverflowError("a number that no row has")

    journal.put(bad)
    journal.put(lambda _: None, done.set)
    assert done.wait(PATIENCE_S)
    journal.close()
    database.close()
