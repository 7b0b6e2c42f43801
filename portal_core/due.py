"""What is due is done: messages are sent, codes expire, what is over is purged, alarms are told.

Each thing fails for itself: what could not be done is logged, and done at its next time.
"""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from portal_core import guessing
from portal_core.db import codes, guesses, mails, pushes
from portal_core.db.database import Database
from portal_core.mailing import Mailing, Message, NotDeliveredError, next_try_us
from portal_core.purging import Purging
from portal_core.texts import Texts

PAUSE_S: Final = 1
_MAILS: Final = 20  # at a time
_CHECKPOINT: Final = 5  # pauses
_MINUTE: Final = 60
_HOUR: Final = 3_600
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What the loop needs.  Units: now_us since 1970."""

    db: Database
    mailing: Mailing
    sender: str
    recordings: Path
    now_us: Callable[[], int]
    texts: Texts

    async def run(self) -> None:
        """Do it until cancelled.  A mail server may let everybody wait; nothing else waits for it."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._mail())
            tasks.create_task(self._do_rounds())

    async def _mail(self) -> None:
        while True:
            await _survive(self.send_mail())
            await asyncio.sleep(PAUSE_S)

    async def _do_rounds(self) -> None:
        for rounds in itertools.count():
            await self.do(rounds)
            await asyncio.sleep(PAUSE_S)

    async def do(self, rounds: int) -> None:
        """Do what is due after so many pauses, but for the mail."""
        purging = Purging(db=self.db, recordings=self.recordings, now_us=self.now_us)
        for every, act in (
            (1, self.tell_alarm),
            (_CHECKPOINT, self.db.checkpoint),
            (_MINUTE, self.tidy),
            (_MINUTE, purging.purge_copied),
            (_MINUTE, purging.forget_chats),
            (_HOUR, purging.purge_over),
            (_MINUTE, purging.delete_files),
        ):
            if rounds % every == 0:
                await _survive(asyncio.to_thread(act))

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
        """Let go of codes and counted guesses that are over, and of pushes of which nothing comes any more."""
        now_us = self.now_us()
        with self.db.begin() as tx:
            codes.expire(tx, now_us=now_us)
            guesses.forget(tx, now_us=now_us)
            pushes.give_up(tx, now_us=now_us)

    def tell_alarm(self) -> None:
        """Tell of many wrong codes, once: the server's log, the audit log, and the company managers by mail."""
        with self.db.look() as tx:
            if not guesses.everyone(tx).untold:
                return
        now_us = self.now_us()
        with self.db.begin() as tx:
            for person in guesses.take_alarm(tx, now_us=now_us):
                _ = self.texts.for_language(person.language)
                mails.put(
                    tx,
                    account_id=person.account_id,
                    to=person.email,
                    subject=_(guessing.ALARM_SUBJECT),
                    body=_(guessing.ALARM_BODY),
                    now_us=now_us,
                )
        _log.warning("more than %d wrong session codes within an hour: somebody may be guessing", guessing.ALARM)

    def _waiting(self) -> list[tuple[Message, int]]:
        # Whoever takes them waits for all who write, and they for him; mostly there is none.
        with self.db.look() as tx:
            if not mails.any_due(tx, now_us=self.now_us()):
                return []
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


async def _survive(doing: Awaitable[None]) -> None:
    try:
        await doing
    except Exception:  # noqa: BLE001 - whatever it was, the loop goes on
        _log.exception("what was due could not be done")
