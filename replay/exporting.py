"""Exports recordings one after the other: opened, written whole, told; what fails is told, and the rest goes on."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from recorder.format.errors import RecordingError
from recorder.format.quantities import counted, length
from recorder.format.transcript import Missing, Transcript
from recorder.format.transcript_text import missing as words
from replay.errors import ReplayError
from replay.export.redaction import Redaction, card_numbers
from replay.export.verified import follow_all, verified
from replay.export_options import Wish
from replay.key_choice import Keys
from replay.keys import KeysNearby
from replay.opening import OpenSession, PartPlace, parts_of
from replay.portal_commands import hosted_at, keys_at
from replay.unlocking import Unlocking
from vault import ask
from vault.durable import draft_of, plain_errors
from vault.errors import VaultError
from vault.trust_commands import trusted_signers
from vault.verify import Verdict

_PLAIN: Final = (
    "What is exported is plain: the passphrase protects it no more. Keep it where only those can read it who may."
)
_MOST_GAPS: Final = 5


class Exporting:
    """One run of a command.  It owns what it tells once, and the count of failures."""

    def __init__(self, wish: Wish) -> None:
        self._wish = wish
        self._hosted = hosted_at(wish.where) if wish.where else None
        keys: Keys = KeysNearby(keyring=wish.keyring, key_file=wish.key_file)
        if self._hosted:
            keys = keys_at(self._hosted, keyring=wish.keyring, key_file=wish.key_file)
        self._unlocking = Unlocking(wish.given, keys)
        self._trusted = trusted_signers()
        self._done: set[bytes] = set()  # sessions
        self._warned = False
        self.failed = 0

    def each(self, export: Callable[[Path, OpenSession], None]) -> None:
        """Export each session, opened and read as far as it goes."""
        for path in dict.fromkeys(self._wish.files):
            try:
                with plain_errors(str(path)):
                    self._one(path, export)
            except (VaultError, RecordingError, ReplayError) as error:
                if len(self._wish.files) == 1:
                    raise
                self.failed += 1
                ask.say(f"{ask.shown(path)}: {ask.shown(error)}")

    def _one(self, path: Path, export: Callable[[Path, OpenSession], None]) -> None:
        if self._hosted:
            path = self._hosted.find(str(path))  # from now on what it would be called in a folder
        parts: Sequence[PartPlace] = self._hosted.parts_of(path) if self._hosted else parts_of(path)
        own = next(part.header for part in parts if part.path == path)
        session = own.about.session_id + own.signer
        if session in self._done:
            ask.say(f"{ask.shown(path)}: a part of a session that is exported already")
            return
        with OpenSession(parts, self._unlocking.identity(own, path)) as opened:
            follow_all(opened)
            export(path, opened)
            self._done.add(session)

    def verify(self, opened: OpenSession) -> tuple[Verdict, ...]:
        """Verify the parts, so that what is damaged is known."""
        return tuple(verified(opened, self._trusted))

    def write(self, path: Path, chunks: Iterable[bytes]) -> None:
        """Write a file whole or not at all.  Errors: of draft_of."""
        with self.draft(path) as draft, draft.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)

    @contextmanager
    def draft(self, path: Path) -> Iterator[Path]:
        """Give a draft of a file; when all went well it is there, and told.  Errors: of draft_of."""
        self.warn()
        with draft_of(path, replace=False) as draft:
            yield draft
        click.echo(ask.shown(path))

    def warn(self) -> None:
        """Say once what a plain file is."""
        if not self._warned:
            self._warned = True
            ask.say(_PLAIN)

    def tell_missing(self, missing: Sequence[Missing]) -> None:
        """Tell what should be there and is not."""
        for one in missing[:_MOST_GAPS]:
            ask.say(f"missing: {ask.shown(words(one))}")
        if len(missing) > _MOST_GAPS:
            ask.say(f"missing: … and {counted(len(missing) - _MOST_GAPS, 'more while')}")


def tell_unfound(redaction: Redaction | None) -> None:
    """Tell which words to leave out were nowhere: they may be written in another way."""
    for word in redaction.unfound if redaction else ():
        ask.say(f"{ask.shown(word)!r} was found nowhere in its texts; in pictures only --redact-region paints over.")


def warn_of_cards(told: Transcript) -> None:
    """Tell that there seem to be card numbers in what is exported."""
    found = next((one for one in told.entries if any(card_numbers(one.text))), None)
    if found:
        ask.say(f"At {length(found.time_us)} there seems to be a card number; --redact-cards leaves such out.")
