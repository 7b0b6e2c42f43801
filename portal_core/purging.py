"""What goes from the server: sealed files, and chats.  SPEC.md F16, F20, F23.

Each part and each chat has a transaction of its own, and what fails of one stops no other: it is tried again.
"""

import contextlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from portal_core.db import keyrings, retention, sessions
from portal_core.db import models as rows
from portal_core.db.database import Database, Transaction
from portal_core.portals import Place
from portal_core.recording_state import WAITS_US, OnServer, State, forgets_chat, missing, on_server
from portal_core.running.parts import delete_part

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Purging:
    """What it needs.  Units: now_us since 1970."""

    db: Database
    recordings: Path
    now_us: Callable[[], int]

    def purge_copied(self) -> None:
        """Purge the parts that were here only until their copies are elsewhere, and no longer than a week."""
        now_us = self.now_us()
        with self.db.look() as tx:
            going = [part.id for part, session in sessions.waiting_parts(tx) if _goes(tx, part, session, now_us)]
        self._change(going, partial(retention.purge, everywhere=False, now_us=now_us))

    def purge_over(self) -> None:
        """Purge what was kept for as many days as the portal's settings said when its session began."""
        now_us = self.now_us()
        with self.db.look() as tx:
            parts, chats = retention.parts_over(tx, now_us=now_us), retention.chats_over(tx, now_us=now_us)
        self._change(parts, partial(retention.purge, everywhere=True, now_us=now_us))
        self._change(chats, sessions.forget_chat)

    def forget_chats(self) -> None:
        """Delete the chats of sessions whose portal has a passphrase, once the sealed copies are where they should."""
        now_us = self.now_us()
        with self.db.look() as tx:
            going = [
                one.id
                for portal_id in keyrings.with_passphrase(tx)
                for one in sessions.with_chat(tx, portal_id)
                if _forgets(tx, one, now_us)
            ]
        self._change(going, sessions.forget_chat)

    def delete_files(self) -> None:
        """Delete the files of what was purged."""
        with self.db.look() as tx:
            left = retention.still_here(tx)
        for part_id, file in left:
            path = self.recordings / file
            try:
                delete_part(path)
                if path.parent != self.recordings:
                    with contextlib.suppress(OSError):  # there are others in it, or it is gone already
                        path.parent.rmdir()
            except OSError as error:
                _log.error("a recording could not be deleted; it is tried again: %s", error)
            else:
                self._change([part_id], retention.deleted)

    def _change(self, ids: Iterable[bytes], change: Callable[[Transaction, bytes], None]) -> None:
        for one in ids:
            try:
                with self.db.begin() as tx:
                    change(tx, one)
            except Exception:  # noqa: BLE001 - whatever it was, the others go on
                _log.exception("%s could not be purged; it is tried again", one.hex())


def _goes(tx: Transaction, part: rows.Recording, session: rows.Session, now_us: int) -> bool:
    if part.state == State.RECORDING.value or session.ended_us is None:
        return False
    if session.recording_open and now_us - session.ended_us < WAITS_US:
        return False  # what is still to be recorded is found by the parts that are here
    places = sessions.settings_of(session.settings).places
    confirmed = [Place(one) for one in sessions.copies_of(tx, part.id)]
    fate = on_server(places, confirmed=confirmed, ended_us=session.ended_us, now_us=now_us)
    return fate is OnServer.GOES


def _forgets(tx: Transaction, session: rows.Session, now_us: int) -> bool:
    if session.ended_us is None or session.recording_open:
        return False
    parts, places = sessions.parts_of(tx, session.id), sessions.settings_of(session.settings).places
    confirmed = [{Place(one) for one in sessions.copies_of(tx, part.id)} for part in parts]
    return forgets_chat(
        missing={place for one in confirmed for place in missing(places - {Place.SERVER}, confirmed=one)},
        states=[State(part.state) for part in parts],
        ended_us=session.ended_us,
        now_us=now_us,
    )
