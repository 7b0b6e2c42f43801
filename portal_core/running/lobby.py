"""All sessions that run in this process: begun, found, gone on with after a stop, and ended cleanly at the next."""

import asyncio
import contextlib
import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from portal_core.db import keyrings, models
from portal_core.db.database import Database
from portal_core.db.sessions import CUSTOMER_SEAT, Unfinished, log_of, settings_of, unfinished
from portal_core.live.effects import RecordingIs
from portal_core.live.effects import State as SessionState
from portal_core.live.hub import Hub
from portal_core.live.log import SERVER, Entry
from portal_core.live.messages import Role
from portal_core.live.seats import Seat
from portal_core.portals import Place, Recording
from portal_core.running.journal import Journal
from portal_core.running.left_parts import LeftParts
from portal_core.running.news import News
from portal_core.running.parts import Parts
from portal_core.running.recorder import Beginning, Recorder
from portal_core.running.rows import SessionRows
from portal_core.running.session import RunningSession, consent_of
from recorder.clock import SessionClock
from recorder.format.events import About
from vault.keyring import read_keyring
from vault.outside import REAL, Outside
from vault.primitives import SigningKey

ANCHOR_S: Final = 10
_TICKS: Final = 20  # a second; each session is looked at in one of them
_GOODBYE_S: Final = 2
_FLUSH_S: Final = 5
_log: Final = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Lobby:
    """The running sessions.  Everything but changed is called on the event loop."""

    db: Database
    folder: Path  # of all recordings
    signer: SigningKey
    software: str
    outside: Outside = REAL
    sessions: dict[bytes, RunningSession] = field(default_factory=dict)
    _journal: Journal = field(init=False)
    _watchers: set[Callable[[], None]] = field(default_factory=set)
    _loop: asyncio.AbstractEventLoop | None = None
    _ticking: asyncio.Task[None] | None = None
    _stopping: bool = False

    def __post_init__(self) -> None:
        self._journal = Journal(self.db)

    async def start(self) -> None:
        """Go on with the sessions that were running when the portal was stopped."""
        self._loop = asyncio.get_running_loop()
        for session in await asyncio.to_thread(self._unfinished):
            self._go_on(session)
        self._ticking = asyncio.create_task(self._tick())

    async def hang_up(self) -> None:
        """The portal stops: everybody is told to come back."""
        self._stopping = True
        for session in self.sessions.values():
            session.hang_up()
        lines = [line.gone.wait() for session in self.sessions.values() for line in session.lines.values()]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(*lines), _GOODBYE_S)

    async def stop(self) -> None:
        """Write the end of all recordings, and what is still to be written."""
        if self._ticking:
            self._ticking.cancel()
        sessions = list(self.sessions.values())
        for session in sessions:
            session.hang_up()
        await asyncio.to_thread(self._journal.flush, patience_s=_FLUSH_S)
        await asyncio.sleep(0)  # what is written now is given to the recorders
        for session in sessions:
            session.stop()
        for session in sessions:
            if session.recorder:
                await asyncio.to_thread(session.recorder.join)
        await asyncio.sleep(0)  # what the recorders told is put into the journal
        await asyncio.to_thread(self._journal.close)

    def find(self, session_id: bytes) -> RunningSession | None:
        """Return a running session."""
        return self.sessions.get(session_id)

    def watch(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call back whenever a list of sessions or codes may have changed; return what ends that."""
        self._watchers.add(changed)
        return lambda: self._watchers.discard(changed)

    def changed(self) -> None:
        """Wake everybody who watches lists."""
        for watcher in tuple(self._watchers):
            watcher()

    def begin(self, row: models.Session, portal: models.Portal, agent: str, customer: Seat) -> None:
        """Begin a session whose rows have just been written; a portal that stops does so when it is started again."""
        if self._stopping:
            return
        self._open(row, _about(self.software, row, portal, agent), [customer], [], Beginning())
        self.changed()

    def _open(
        self, row: models.Session, about: About, seats: list[Seat], entries: list[Entry], beginning: Beginning
    ) -> RunningSession:
        wall_us, monotonic_us = self.outside.wall_us(), self.outside.monotonic_us()
        since_us = max(0, wall_us - row.made_us, entries[-1].at_us if entries else 0)
        clock = SessionClock(began_us=monotonic_us - since_us, outside=self.outside)
        recorded = row.recording == RecordingIs.ON
        paused = _paused(entries)
        settings = settings_of(row.settings)
        session = RunningSession(
            id=row.id,
            hub=Hub(
                recording=(RecordingIs.PAUSED if paused else RecordingIs.ON) if recorded else RecordingIs.OFF,
                entries=entries,
                seats=seats,
                required=settings.recording is Recording.REQUIRED,
            ),
            clock=clock,
            journal=self._journal,
            rows=SessionRows(
                session_id=row.id,
                account_id=row.account_id,
                made_us=row.made_us,
                waits=Place.SERVER not in settings.places,
            ),
            soon=self._soon,
            changed=self.changed,
            settings=settings,
            agent_id=row.agent_id,
            portal=about.portal or "",
            customer=row.customer,
        )
        if recorded:
            parts = Parts(
                folder=self.folder / row.id.hex(),
                session_id=row.id,
                recipient=partial(self._recipient, row.portal_id),
                signer=self.signer,
                about=about,
                clock=clock,
                outside=self.outside,
            )
            beginning.paused, beginning.events = paused, [consent_of(settings, by=CUSTOMER_SEAT)]
            session.recorder = Recorder(parts, clock, beginning, tell=partial(self._tell, session))
        self.sessions[row.id] = session
        session.begin()
        return session

    def _go_on(self, found: Unfinished) -> None:
        """Take up a session where a stop left it; its recording goes on in a new part."""
        left = LeftParts(folder=self.folder, journal=self._journal)
        files = {one.part: (one.id, one.file) for one in found.parts}
        adopted, unread = left.adopted(found.session, files.keys())
        files |= adopted
        entries, settings = log_of(found.entries), settings_of(found.session.settings)
        # The first customer's consent stands in the first part; how far those of others came nobody knows.
        later = [seat.id for seat in found.seats if seat.token and seat.id != CUSTOMER_SEAT]
        beginning = Beginning(
            number=max(files, default=0) + 1,
            previous=partial(left.reached, [files[number] for number in sorted(files)], others_unread=unread),
            again=[*(consent_of(settings, by=seat) for seat in later), *entries],
            ended=found.session.state == SessionState.ENDED.value,
        )
        about = _about(self.software, found.session, found.portal, found.agent.name)
        try:
            session = self._open(found.session, about, _seats(found), entries, beginning)
        except Exception:  # noqa: BLE001 - one that cannot go on must not keep the others from it
            _log.exception("session %s could not go on", found.session.id.hex())
            return
        session.people.update({one.person_id: one.id for one in found.seats if one.person_id is not None})

    def _unfinished(self) -> list[Unfinished]:
        with self.db.look() as tx:
            return unfinished(tx)

    def _recipient(self, portal_id: int) -> bytes:
        with self.db.look() as tx:
            return read_keyring(keyrings.get(tx, tx.get_one(models.Portal, portal_id))).recipient

    def _soon(self, do: Callable[[], None]) -> None:
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(do)

    def _tell(self, session: RunningSession, news: News) -> None:
        self._soon(partial(session.hear_news, news))

    async def _tick(self) -> None:
        for tick in itertools.count():
            await asyncio.sleep(1 / _TICKS)
            for session in tuple(self.sessions.values()):
                turn = tick - int.from_bytes(session.id[:2])  # not all of them at the same moment
                if turn % _TICKS:
                    continue
                try:
                    self._look_at(session, anchor=turn % (_TICKS * ANCHOR_S) == 0)
                except Exception:  # noqa: BLE001 - the others are looked at all the same
                    _log.exception("a session could not be looked at")

    def _look_at(self, session: RunningSession, *, anchor: bool) -> None:
        session.tick()
        if anchor:
            session.anchor()
        if session.over and not session.lines:
            del self.sessions[session.id]
            self.changed()


def _seats(found: Unfinished) -> list[Seat]:
    return [
        Seat(id=one.id, role=Role(one.role), name=one.name, joined=one.joined, left=one.gone, said=one.said)
        for one in found.seats
    ]


def _about(software: str, row: models.Session, portal: models.Portal, agent: str) -> About:
    return About(software=software, portal=portal.name, agent=agent, customer=row.customer)


def _paused(entries: list[Entry]) -> bool:
    # The server's own tell of trouble, which a pause outlasts.
    states = [entry.fields["state"] for entry in entries if entry.kind == "recording" and entry.by != SERVER]
    return bool(states) and states[-1] == RecordingIs.PAUSED
