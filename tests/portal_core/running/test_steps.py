"""A running session, its journal and its recorder, step by step on bad days."""

import asyncio
import json
import queue
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import pytest

from portal_core.live.effects import Over, RecordingIs, State, Tell
from portal_core.live.hub import Hub
from portal_core.live.log import SERVER, Entry
from portal_core.live.messages import Role
from portal_core.live.seats import MOST_REFUSALS, Seat
from portal_core.portals import Mode, PortalSettings, PortalType
from portal_core.running import line as lines
from portal_core.running import recorder as recorders
from portal_core.running.journal import Journal
from portal_core.running.line import Line
from portal_core.running.news import Finished, News, PartBegan, PartStopped
from portal_core.running.parts import Parts
from portal_core.running.recorder import Beginning, Reached, Recorder
from portal_core.running.rows import SessionRows
from portal_core.running.session import SILENT_US, RunningSession
from portal_core.server_keys import ServerKeys
from recorder.clock import SessionClock
from recorder.format.events import About, Consent, Event
from recorder.format.events import Line as Said
from recorder.format.packet import Packet
from recorder.writer import RecordingWriter
from tests.portal_core import opened
from tests.portal_core.served import PATIENCE_S, Portal, begun, closed
from vault.errors import PartEndedError
from vault.header import MAX_HEADER_SIZE, PreviousPart, read_header
from vault.index import Reason
from vault.keyring import read_keyring

CUSTOMER = 1


@pytest.fixture
def keys(tmp_path: Path) -> ServerKeys:
    return ServerKeys.own(tmp_path / "keys")


class Recording:
    """A recorder that is looked at step by step."""

    def __init__(
        self, folder: Path, keys: ServerKeys, *, unlucky: bool = False, beginning: Beginning | None = None
    ) -> None:
        self.keys, self.keyring = keys, keys.new_keyring(bytes(16))
        self.news: queue.Queue[News] = queue.Queue()
        self.paths: list[Path] = []
        self.unlucky = unlucky
        self.parts = parts = Parts(
            folder=folder, session_id=bytes(16), recipient=self._recipient, signer=keys.signer,
            about=About(software="a test"), clock=SessionClock(began_us=0),
        )  # fmt: skip
        self.recorder = Recorder(parts, parts.clock, beginning or Beginning(), tell=self.news.put)

    def _recipient(self) -> bytes:
        if self.unlucky:
            self.unlucky = False
            raise RuntimeError("nobody has thought of this")
        return read_keyring(self.keyring).recipient

    def hear(self, kind: type[News]) -> News:
        for _ in range(PATIENCE_S):
            self.recorder.look()
            try:
                news = self.news.get(timeout=1)
            except queue.Empty:
                continue
            if isinstance(news, PartBegan):
                self.paths.append(news.begun.path)
            if isinstance(news, kind):
                return news
        raise AssertionError(kind)

    def lines(self) -> list[str]:
        return [event.text for event in self.events() if isinstance(event, Said)]

    def events(self) -> list[Event]:
        """End it; return what happened."""
        return opened.events(self.packets())

    def packets(self) -> list[Packet]:
        """End it; return what it holds."""
        self.recorder.finish(Reason.ENDED)
        self.recorder.join()
        held = dict[bytes, bytes]()
        for path in self.paths:
            start = path.read_bytes()[:MAX_HEADER_SIZE]
            file_key = self.keys.file_key(start, keyring=self.keyring)
            assert file_key
            held[read_header(start).about.recording_id] = file_key
        return [packet for path in self.paths for packet in opened.packets(path, held)]


def entry(n: int, kind: str, by: int = CUSTOMER, **fields: object) -> Entry:
    return Entry(n=n, at_us=n * 1000, by=by, kind=kind, fields=fields, c=n if by else 0)


def test_a_pause_outlasts_a_part(tmp_path: Path, keys: ServerKeys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorders, "AGAIN_US", 0)
    recording = Recording(tmp_path / "parts", keys)
    recording.hear(PartBegan)
    put = recording.recorder.put
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
    recording.recorder.put(entry(1, "line", text="recorded", audience="all"))
    assert recording.lines() == ["recorded"]


@pytest.mark.parametrize(("block", "consents"), [(None, 1), (0, 1), (3, 0)])
def test_the_consent_stands_in_the_first_part_that_is_kept(
    tmp_path: Path, keys: ServerKeys, block: int | None, consents: int
) -> None:
    before = None if block is None else PreviousPart(recording_id=bytes(16), block=block, hash=bytes(32))
    beginning = Beginning(
        number=1 if block is None else 2,
        previous=lambda: Reached(last=before, entry=0),
        events=[Consent(by=CUSTOMER, how="notice", text="It is recorded.")],
    )
    recording = Recording(tmp_path / "parts", keys, beginning=beginning)
    recording.hear(PartBegan)
    assert sum(isinstance(event, Consent) for event in recording.events()) == consents


def test_who_agrees_later_stands_in_it_though_it_is_paused_or_nothing_can_be_written(
    tmp_path: Path, keys: ServerKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorders, "AGAIN_US", 0)
    recording = Recording(tmp_path / "parts", keys)
    recording.hear(PartBegan)
    consents: list[Event] = [Consent(by=seat, how="box", text="It is recorded.") for seat in (4, 5)]
    good = RecordingWriter.check

    def fail(_: RecordingWriter) -> None:
        monkeypatch.setattr(RecordingWriter, "check", good)
        raise PartEndedError(why="the disk is full")

    recording.recorder.put(entry(1, "recording", state=RecordingIs.PAUSED))
    recording.recorder.put(cast(Consent, consents[0]))
    monkeypatch.setattr(RecordingWriter, "check", fail)
    recording.hear(PartStopped)
    recording.recorder.put(cast(Consent, consents[1]))
    recording.hear(PartBegan)
    assert [event for event in recording.events() if isinstance(event, Consent)] == consents


class Later:
    """Journal and rows of a session whose log cannot be written: what would be is kept."""

    def __init__(self) -> None:
        self.changes: list[Callable[[None], None]] = []
        self.done: list[Callable[[], None]] = []
        self.said: list[int] = []
        self.settled: list[tuple[bool, bool]] = []

    def put(self, change: Callable[[None], None], done: Callable[[], None] = lambda: None) -> None:
        self.changes.append(change)
        self.done.append(done)

    def add(self, _: None, entries: Sequence[Entry], seats: Sequence[Seat]) -> None:
        assert len(entries) == len(seats) == 1
        self.said.append(seats[0].said)

    def settle(self, _: None, *, whole: bool, screenless: bool) -> None:
        self.settled.append((whole, screenless))


def session_with(later: Later) -> RunningSession:
    return RunningSession(
        id=bytes(16),
        hub=Hub(recording=RecordingIs.OFF, seats=[Seat(id=CUSTOMER, role=Role.CUSTOMER, name="Bob")]),
        clock=SessionClock(began_us=0),
        journal=cast(Journal, later),
        rows=cast(SessionRows, later),
        soon=lambda do: do(),
        changed=lambda: None,
        settings=PortalSettings(name="Help", mode=Mode.PHONE, type=PortalType.SMART_PIN),
        agent_id=1,
        portal="Help",
        customer="Bob",
    )


def greeted(session: RunningSession) -> Line:
    line = session.connect(CUSTOMER)
    session.hear(line, json.dumps({"do": "hello", "protocol": 1, "last": 0, "said": 0}))
    return line


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


def test_what_somebody_said_counts_as_taken_with_its_entry_and_not_before() -> None:
    later = Later()
    session = session_with(later)
    line = greeted(session)
    for c in (1, 2, 3):
        session.hear(line, json.dumps({"do": "say", "c": c, "text": "x"}))
    for change in later.changes:
        change(None)
    assert later.said == [0, 1, 2, 3]


def test_who_says_nothing_keeps_no_session() -> None:
    session = session_with(Later())
    line = session.connect(CUSTOMER)
    session.tick()
    assert line.over is None
    line.since_us -= SILENT_US
    session.tick()
    assert line.over is Over.PROTOCOL


def test_who_says_nothing_keeps_no_session_that_has_ended() -> None:
    session = session_with(Later())
    line = session.connect(CUSTOMER)
    session.hub.state = State.ENDED
    session._done([], {})
    assert line.over is Over.ENDED


def test_a_session_is_over_when_the_news_of_its_recording_are_written(tmp_path: Path, keys: ServerKeys) -> None:
    later = Later()
    session = session_with(later)
    session.recorder = Recording(tmp_path / "parts", keys).recorder
    session.hub.state = State.ENDED
    session._done([], {})
    session.recorder.join()
    assert not session.over
    session.hear_news(Finished(whole=True))
    assert not session.over
    later.done[-1]()
    assert session.over


def ended(recording: Recording) -> tuple[Later, RunningSession]:
    """Return a recorded session that its only participant left; nothing of it is written yet."""
    later = Later()
    session = session_with(later)
    session.recorder = recording.recorder
    recording.hear(PartBegan)
    session.hear(greeted(session), json.dumps({"do": "leave", "c": 1}))
    return later, session


def test_a_session_whose_end_waits_for_the_disk_has_not_ended_for_the_next_start(
    tmp_path: Path, keys: ServerKeys
) -> None:
    later, session = ended(Recording(tmp_path / "parts", keys))
    assert session.hub.state is State.ENDED
    assert session.recorder
    session.stop()
    session.recorder.join()
    session.hear_news(Finished(whole=True))
    later.changes[-1](None)
    assert later.settled == []


def test_a_recording_that_fails_at_the_end_of_a_session_is_settled(tmp_path: Path, keys: ServerKeys) -> None:
    later, session = ended(Recording(tmp_path / "parts", keys))
    for done in tuple(later.done):
        done()  # all of it is written
    assert session.recorder
    session.recorder.join()
    session.hear_news(PartStopped(why="the disk is full"))  # makes an entry that waits
    session.hear_news(Finished(whole=False))
    later.changes[-1](None)
    assert later.settled == [(False, False)]


def test_what_waits_for_somebody_who_is_gone_is_let_go() -> None:
    later = Later()
    session = session_with(later)
    line = greeted(session)
    session.hear(line, json.dumps({"do": "say", "c": 1, "text": "x"}))
    for _ in range(5):
        session.disconnect(line)
        line = greeted(session)
    tells = [one for batch in session._waiting for one in batch.effects if isinstance(one, Tell)]
    assert len(tells) <= 4  # a welcome and the log for who is there now
    for change, done in zip(later.changes, later.done, strict=True):
        change(None)
        done()
    assert [one["is"] for one in drained_now(line)] == ["welcome", "entry", "entry"]


def drained_now(line: Line) -> list[dict[str, object]]:
    line.hang(Over.ENDED)
    return [message for message in drained(line) if isinstance(message, dict)][:-1]


def test_who_hears_nothing_hears_that_the_connection_holds() -> None:
    session = session_with(Later())
    line = greeted(session)
    silent = Line(CUSTOMER)
    for _ in range(2 * lines.QUIET_S):
        line.tick()
        silent.tick()
    line.tell({"is": "typing", "by": 2})
    for _ in range(lines.QUIET_S - 1):
        line.tick()
    assert drained_now(line) == [{"is": "alive"}] * 2 + [{"is": "typing", "by": 2}]
    assert drained_now(silent) == []


def test_a_part_that_was_begun_just_before_the_stop_keeps_no_other_from_beginning(tmp_path: Path) -> None:
    with Portal(tmp_path / "portal") as portal:
        portal.add_agent("ann")
        portal.add_portal(places=["server", "agent", "customer"])
        agent = portal.signed_in("ann")
        (left, path), (lost, other) = portal.join(agent), portal.join(agent)
        whole = portal.join(agent)[1]
        for each, where in ((left, path), (lost, other)):
            portal.talk(each, where)
            begun(portal, each, where)
        portal.stop(signal.SIGKILL)
        with portal.data() as database, database.begin() as tx:
            tx.connection().exec_driver_sql("delete from anchor")
            tx.connection().exec_driver_sql(f"delete from recording where session_id = x'{path.rpartition('/')[2]}'")
        (portal.folder / "recordings" / other.rpartition("/")[2] / "1.sealcast").write_bytes(b"")
        portal.start()
        for each, where in ((left, path), (lost, other)):
            mine = portal.talk(agent, where)
            mine.say("close", outcome="resolved", note="")
            mine.told("over")
            closing = closed(each, where)
            assert [part["part"] for part in closing["parts"]] == [1, 2]  # type: ignore[attr-defined] # a list
        assert agent.get(whole + "/closing").json()["state"] != "ended"
