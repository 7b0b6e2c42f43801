"""The languages of the portal: one catalogue each, whose ids are the English texts.  The portal's door to Babel.

A text that a catalogue lacks stays English; a test sees to it that none does.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final, Self
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from babel.messages.pofile import read_po

from portal_core.errors import PortalError
from portal_core.said import Said

ENGLISH: Final = "en"
LANGUAGES: Final[Mapping[str, str]] = MappingProxyType({ENGLISH: "English", "de": "Deutsch", "fr": "Français"})

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CATALOGUES: Final = Path(__file__).parent / "web" / "locales"
# As people write times; English without an American order of day and month, which others misread.
_DATES: Final = {ENGLISH: "en_GB", "de": "de_DE", "fr": "fr_FR"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """One language.  Called with an English text and its facts it gives the text in its own; templates call it _."""

    code: str
    catalogue: Mapping[str, str]
    javascript: Mapping[str, str]  # what pages' scripts say, by the English text; nothing for English

    def __call__(self, text: str, **facts: object) -> str:
        """Return a text in this language."""
        said = text if isinstance(text, Said) else Said(text, **facts)
        return said.in_language(self._translate)

    def sentence(self, said: PortalError | str) -> str:
        """Return what an error or a rule says, as a sentence of a page: with a capital and an end."""
        text = self(said.said if isinstance(said, PortalError) else said)
        end = "" if not text or text.endswith((".", "!", "?")) else "."
        return text[:1].upper() + text[1:] + end

    def time(self, time_us: int, zone: str) -> str:
        """Return a time in µs since 1970 as people of a time zone write it."""
        return format_datetime(
            _EPOCH + timedelta(microseconds=time_us), "medium", tzinfo=ZoneInfo(zone), locale=_DATES[self.code]
        )

    def _translate(self, template: str) -> str:
        return self.catalogue.get(template, template)


class Texts:
    """All languages."""

    def __init__(self, languages: Mapping[str, Language]) -> None:
        self._languages = languages

    @classmethod
    def read(cls, folder: Path = _CATALOGUES) -> Self:
        """Read the catalogues.  Errors: OSError; ValueError for one that is malformed."""
        english = Language(code=ENGLISH, catalogue={}, javascript={})
        others = {code: _read(folder, code) for code in LANGUAGES if code != ENGLISH}
        return cls({ENGLISH: english, **others})

    def for_language(self, code: str) -> Language:
        """Return a language; English for one that is not here."""
        return self._languages.get(code, self._languages[ENGLISH])

    def choose(self, *, own: str | None, chosen: str | None, accepted: str) -> str:
        """Return the code of a person's own language, else the one he chose, else the first his browser accepts.

        Source: of Accept-Language, RFC 9110 §12.5.4.
        """
        wanted = [one for one in (own, chosen) if one] + _by_liking(accepted)
        return next((one for one in wanted if one in self._languages), ENGLISH)


def _read(folder: Path, code: str) -> Language:
    with (folder / f"{code}.po").open("rb") as file:
        found = read_po(file, locale=code, abort_invalid=True)
    messages = [one for one in found if one.id and one.string]
    catalogue = {str(one.id): str(one.string) for one in messages}
    scripts = {str(one.id) for one in messages if any(where.endswith(".js") for where, _ in one.locations)}
    return Language(code=code, catalogue=catalogue, javascript={one: catalogue[one] for one in scripts})


def _by_liking(accepted: str) -> list[str]:
    """Return the languages of an Accept-Language header, the best first."""
    liked: list[tuple[float, str]] = []
    for part in accepted[:1000].split(","):
        tag, _, liking = part.strip().partition(";q=")
        try:
            weight = float(liking) if liking else 1.0
        except ValueError:
            continue
        if weight > 0:
            liked.append((weight, tag.partition("-")[0].strip().lower()))
    return [tag for _, tag in sorted(liked, key=lambda one: -one[0])]
