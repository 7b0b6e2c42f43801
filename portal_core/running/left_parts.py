"""What lies on the disk of a session's recording when the portal is started again: how far it came, and is it known."""

import contextlib
import logging
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from portal_core.db import models
from portal_core.db.database import Transaction
from portal_core.db.sessions import settings_of
from portal_core.portals import Place
from portal_core.recording_state import State, without_end
from portal_core.running.journal import Journal
from portal_core.running.marks import newest_entry
from portal_core.running.parts import Ending, ending_of, newest_of
from portal_core.running.recorder import Reached
from vault.errors import StoreUnavailableError
from vault.header import PreviousPart
from vault.primitives import HASH_SIZE

_LOOKED_AT: Final = (State.RECORDING.value, State.PARTIAL.value)  # at a start; of the others all is known
_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftParts:
    """The parts under the folder of all recordings; what is found of them is noted through the journal."""

    folder: Path
    journal: Journal

    def adopted(self, session: models.Session, known: Collection[int]) -> tuple[dict[int, tuple[bytes, str]], bool]:
        """Note parts that were begun just before a stop, and are in no row; one without a beginning goes.

        Shapes: by their numbers, ids and files; and whether there is one that cannot be read at present.
        """
        adopted, unread = dict[int, tuple[bytes, str]](), False
        for path in (self.folder / session.id.hex()).glob("*.sealcast"):
            if not path.stem.isdecimal() or int(path.stem) in known:
                continue
            try:
                ending = ending_of(path)
            except StoreUnavailableError as error:
                _log.warning("%s cannot be read at present: %s", path, error.why)
                unread = True
                continue
            if ending is None:
                with contextlib.suppress(OSError):
                    path.unlink()
                continue
            row = models.Recording(
                id=ending.last.recording_id,
                account_id=session.account_id,
                session_id=session.id,
                part=int(path.stem),
                file=f"{session.id.hex()}/{path.name}",
                made_us=session.made_us,
                state=State.RECORDING.value,
                waits=Place.SERVER not in settings_of(session.settings).places,
            )
            self.journal.put(partial(_add, row))
            adopted[row.part] = (row.id, row.file)
        return adopted, unread

    def reached(self, files: list[tuple[bytes, str]], *, others_unread: bool) -> Reached:
        """Find where the parts end, and note of those without an end that they were interrupted."""
        endings, unread = list[Ending | None](), dict[bytes, str]()
        for recording_id, file in files:
            try:
                endings.append(ending_of(self.folder / file))
            except StoreUnavailableError as error:
                endings.append(None)
                unread[recording_id] = error.why

        def note(tx: Transaction) -> None:
            for (recording_id, _), ending in zip(files, endings, strict=True):
                part = tx.get(models.Recording, recording_id)
                if part is None or part.purged_us is not None or part.state not in _LOOKED_AT:
                    continue
                if recording_id in unread:
                    part.state, part.why = State.PARTIAL.value, unread[recording_id]
                    continue
                state, part.why = without_end(ending.last.block if ending else 0)
                if ending and ending.finished:  # only the row did not come to know
                    state, part.fingerprint = State.COMPLETE, ending.last.hash
                part.state, part.size = state.value, ending.size if ending else 0

        self.journal.put(note)
        # Of one that is no more it can only be said that it is missing.
        lost = PreviousPart(recording_id=files[-1][0], block=0, hash=bytes(HASH_SIZE)) if files else None
        marked = (
            newest_entry(self.folder / file, block=ending.last.block)
            for (_, file), ending in zip(files, endings, strict=True)
            if ending
        )
        unread_at_all = others_unread or bool(unread)
        return Reached(last=newest_of(endings) or lost, entry=max(marked, default=0), unread=unread_at_all)


def _add(row: models.Recording, tx: Transaction) -> None:
    tx.add(row)
