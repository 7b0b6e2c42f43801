"""What a running session leaves in the database, each as one change of a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, insert, select, update

from portal_core.db import models
from portal_core.db.database import Transaction
from portal_core.live.log import Entry
from portal_core.live.seats import Seat
from portal_core.recording_state import State as RecordingState
from portal_core.recording_state import without_end
from portal_core.running.news import PartStopped
from portal_core.running.parts import Begun
from vault.anchor import Anchor

_ENTRY: Final = models.Row.metadata.tables["entry"]
_SEAT: Final = models.Row.metadata.tables["seat"]
_ADD: Final = insert(_ENTRY)
_SAID: Final = (
    update(_SEAT)
    .where(_SEAT.c.session_id == bindparam("of"), _SEAT.c.id == bindparam("number"))
    .values(said=bindparam("said"), joined=bindparam("joined"), gone=bindparam("gone"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRows:
    """The rows of one session.  Shapes: session_id has 16 bytes.  Units: made_us since 1970, UTC."""

    session_id: bytes
    account_id: int
    made_us: int
    waits: bool = False  # the server is none of the places of its recording

    def add(self, tx: Transaction, entries: Sequence[Entry], seats: Sequence[Seat | None]) -> None:
        """Add entries, and what they changed of the seats and of the session."""
        # By the tables and not by objects: of all that a line of chat costs, that was the most.
        connection = tx.connection()
        connection.execute(
            _ADD,
            [
                {
                    "session_id": self.session_id,
                    "account_id": self.account_id,
                    "n": entry.n,
                    "at_us": entry.at_us,
                    "seat": entry.by,
                    "c": entry.c,
                    "kind": entry.kind,
                    "fields": dict(entry.fields),
                }
                for entry in entries
            ],
        )
        for entry in entries:
            self._follow(tx, entry)
        said = [
            {"of": self.session_id, "number": seat.id, "said": seat.said, "joined": seat.joined, "gone": seat.left}
            for seat in {seat.id: seat for seat in seats if seat}.values()
        ]
        if said:
            connection.execute(_SAID, said)

    def _follow(self, tx: Transaction, entry: Entry) -> None:
        session = update(models.Session).where(models.Session.id == self.session_id)
        if entry.kind == "outcome":
            tx.execute(session.values(outcome=entry.fields["outcome"], note=entry.fields["note"]))
        elif entry.kind == "ended":
            tx.execute(session.values(state="ended", ended_us=self.made_us + entry.at_us))
        elif entry.kind == "joined" and entry.fields["role"] == "agent":
            tx.execute(session.where(models.Session.state == "waiting").values(state="live"))

    def begin_part(self, tx: Transaction, begun: Begun) -> None:
        """Note a new part."""
        tx.add(self._part(begun))

    def _part(self, begun: Begun) -> models.Recording:
        return models.Recording(
            id=begun.recording_id,
            account_id=self.account_id,
            session_id=self.session_id,
            part=begun.number,
            file=f"{begun.path.parent.name}/{begun.path.name}",
            made_us=begun.writer.durable.time_us,
            state=RecordingState.RECORDING.value,
            waits=self.waits,
        )

    def stop_part(self, tx: Transaction, stopped: PartStopped) -> None:
        """Note that a part has no end: what is in it counts."""
        if stopped.begun:
            part = tx.get(models.Recording, stopped.begun.recording_id)
            if part is None:  # it stopped while it was begun
                part = self._part(stopped.begun)
                tx.add(part)
            state, part.why = without_end(stopped.blocks)
            part.state, part.size = state.value, stopped.size
        session = update(models.Session).where(models.Session.id == self.session_id)
        tx.execute(session.values(recording_why=stopped.why))

    def end_part(self, tx: Transaction, anchor: Anchor) -> None:
        """Note that a part is whole."""
        self.anchor(tx, anchor)
        tx.execute(
            update(models.Recording)
            .where(models.Recording.id == anchor.recording_id)
            .values(state=RecordingState.COMPLETE.value, fingerprint=anchor.hash, size=anchor.size)
        )

    def settle(self, tx: Transaction, *, whole: bool, screenless: bool) -> None:
        """Note at a session's end that all of it is recorded; or that what is missing waits for the next start."""
        session = update(models.Session).where(models.Session.id == self.session_id)
        parts = select(models.Recording).where(models.Recording.session_id == self.session_id)
        tx.execute(session.values(screenless=screenless))
        here = tx.scalars(parts.where(models.Recording.purged_us.is_(None)).order_by(models.Recording.part)).all()
        partial = [part for part in here if part.state == RecordingState.PARTIAL.value]
        if whole:
            tx.execute(session.values(recording_open=False))
            empty = [part for part in here if part.state == RecordingState.NONE.value and part.size]
            if len(empty) < len(here):
                partial += empty  # they were only begun: what was to be in them stands in the others
            for part in partial:
                part.state, part.why = RecordingState.RECOVERED.value, ""
        elif not partial and here:
            here[-1].state = RecordingState.PARTIAL.value
            here[-1].why = tx.get_one(models.Session, self.session_id).recording_why or ""

    def anchor(self, tx: Transaction, anchor: Anchor) -> None:
        """Note how far a part is durable."""
        key = (anchor.recording_id, anchor.block)
        if tx.get(models.Anchor, key) is None and tx.get(models.Recording, anchor.recording_id) is not None:
            tx.add(
                models.Anchor(
                    recording_id=anchor.recording_id,
                    block=anchor.block,
                    account_id=self.account_id,
                    digest=anchor.hash,
                    size=anchor.size,
                    at_us=anchor.time_us,
                )
            )
