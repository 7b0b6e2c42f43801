"""One loop does what is due: messages are sent, codes expire, copies that wait on the server go.  SPEC.md F23."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from portal_core.db import codes, guesses, keyrings, mails, pushes, sessions
from portal_core.db import models as rows
from portal_core.db.database import Database, Transaction
from portal_core.mailing import Mailing, Message, NotDeliveredError, next_try_us
from portal_core.portals import Place
from portal_core.recording_state import Event, OnServer, RecordingState, State, forgets_chat, missing, on_server

PAUSE_S: Final = 1
_MAILS: Final = 20  # at a time
_CHECKPOINT: Final = 5  # pauses
_LOOK_AT_COPIES: Final = 60  # pauses
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What the loop needs.  Units: now_us since 1970."""

    db: Database
    mailing: Mailing
    sender: str
    recordings: Path
    now_us: Callable[[], int]

    async def run(self) -> None:
        """Do it until cancelled; what fails is done at the next time."""
        rounds = 0
        while True:
            try:
                await self.send_mail()
                if rounds % _CHECKPOINT == 0:
                    await asyncio.to_thread(self.db.checkpoint)
                if rounds % _LOOK_AT_COPIES == 0:
                    await asyncio.to_thread(self.tidy)
                    await asyncio.to_thread(self.forget_chats)
            except Exception:  # noqa: BLE001 - whatever it was, the loop goes on
                _log.exception("what was due could not be done")
            rounds += 1
            await asyncio.sleep(PAUSE_S)

    async def send_mail(self) -> None:
        """Try to deliver what waits."""
        for message, tries in await asyncio.to_thread(self._waiting):
            try:
                await self.mailing.deliver(message)
            except NotDeliveredError as error:
                await asyncio.to_thread(self._not_sent, message, tries, error)
            else:
                await asyncio.to_thread(self._sent, message)

    def tidy(self) -> None:
        """Let go of what is over: codes, counted guesses, pushes, sealed files that wait for their copies."""
        now_us = self.now_us()
        with self.db.begin() as tx:
            codes.expire(tx, now_us=now_us)
            guesses.forget(tx, now_us=now_us)
            pushes.give_up(tx, now_us=now_us)
        with self.db.begin() as tx:
            for part, session in sessions.waiting_parts(tx):
                self._look(tx, part, session, now_us)

    def forget_chats(self) -> None:
        """Delete the chats of sessions whose portal has a passphrase, once the sealed copies are where they should."""
        now_us = self.now_us()
        with self.db.begin() as tx:
            for session in (
                one for portal_id in keyrings.with_passphrase(tx) for one in sessions.with_chat(tx, portal_id)
            ):
                parts, places = sessions.parts_of(tx, session.id), sessions.settings_of(session.settings).places
                confirmed = [{Place(one) for one in sessions.copies_of(tx, part.id)} for part in parts]
                if forgets_chat(
                    missing={place for one in confirmed for place in missing(places - {Place.SERVER}, confirmed=one)},
                    states=[State(part.state) for part in parts],
                    ended_us=session.ended_us or now_us,
                    now_us=now_us,
                ):
                    sessions.forget_chat(tx, session.id)

    def _look(self, tx: Transaction, part: rows.Recording, session: rows.Session, now_us: int) -> None:
        places = sessions.settings_of(session.settings).places
        confirmed = [Place(one) for one in sessions.copies_of(tx, part.id)]
        fate = on_server(places, confirmed=confirmed, held=False, ended_us=session.ended_us or now_us, now_us=now_us)
        if fate is not OnServer.GOES:
            return
        (self.recordings / part.file).unlink(missing_ok=True)
        part.purged_us = now_us
        if not confirmed:
            state = RecordingState(state=State(part.state), why=part.why)
            part.state = state.after(Event.PURGED, now_us=now_us).state.value

    def _waiting(self) -> list[tuple[Message, int]]:
        with self.db.begin() as tx:
            return [
                (
                    Message(
                        id=one.id,
                        made_us=one.made_us,
                        sender=self.sender,
                        to=one.to,
                        subject=one.subject,
                        body=one.body,
                    ),
                    one.tries,
                )
                for one in mails.due(tx, now_us=self.now_us(), limit=_MAILS)
            ]

    def _sent(self, message: Message) -> None:
        with self.db.begin() as tx:
            mails.sent(tx, message.id, now_us=self.now_us())

    def _not_sent(self, message: Message, tries: int, error: NotDeliveredError) -> None:
        now_us = self.now_us()
        next_us = next_try_us(tries, made_us=message.made_us, now_us=now_us) if error.again else None
        with self.db.begin() as tx:
            mails.failed(tx, message.id, why=error.why, next_us=next_us)
