"""Portals: their modes, types, settings and addresses.  SPEC.md C1, C2, C9, C13, D3, E5, F2, F16, F22.

Settings come in once, as the plain values of a form or a row, and are right from then on.
"""

import re
import unicodedata
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from typing import Final, Self, TypeVar

from portal_core.codes import ACTIVE_CODES, DEFAULT_ACTIVE_CODES, DEFAULT_LIFE_MINUTES, LIFE_MINUTES, one_line
from portal_core.errors import BadNameError, BadSettingsError
from portal_core.said import Said, listed

Plain = str | int | Sequence[str]
_Word = TypeVar("_Word", bound=Enum)

KEEP_DAYS: Final = (1, 3650)
DEFAULT_KEEP_DAYS: Final = 90
FOR_EVER: Final = "for ever"
MAX_GREETING: Final = 2_000
FIRST_SUBPORTAL: Final = "Main"

_MAX_ADDRESS: Final = 40
_NAMELESS: Final = "portal"  # the address of a name that has no letter of ASCII
# Letters that have no decomposition, as people without them on the keyboard write them.
_SPELLED: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}
)

_MISSING: Final = Said("it is missing")
_UNKNOWN: Final = Said("there is no such setting")
_NO_TEXT: Final = Said("it holds a control character or half a letter")
_OTHER_MODE: Final = Said("the account is not set up for this mode")
_NO_PLACE: Final = Said("a recording needs a place to lie: server, agent or customer")
_NOT_RECORDED: Final = Said("This session is not recorded.")


class Mode(Enum):
    """How customers and agents find each other."""

    WEB = "web"
    PHONE = "phone"
    QUEUE = "queue"


class PortalType(Enum):
    """What a customer meets at the portal."""

    SMART_MATCH = "SmartMatch"
    SMART_BOX = "SmartBox"
    SMART_BUTTON = "SmartButton"
    SMART_PIN = "SmartPin"


TYPES: Final[Mapping[Mode, frozenset[PortalType]]] = {
    Mode.WEB: frozenset({PortalType.SMART_MATCH, PortalType.SMART_BOX, PortalType.SMART_BUTTON}),
    Mode.PHONE: frozenset({PortalType.SMART_PIN}),
    Mode.QUEUE: frozenset({PortalType.SMART_BOX}),
}


class Beginning(Enum):
    """What a session begins with."""

    WEB_CHAT = "web chat"
    REQUEST_TO_SHARE = "request to share"


class Recording(Enum):
    """Whether sessions are recorded."""

    OFF = "off"
    WHEN_POSSIBLE = "when possible"
    REQUIRED = "required"


class Consent(Enum):
    """How a customer agrees to be recorded."""

    NOTICE = "notice"
    BOX = "box"


class Place(Enum):
    """Where a copy of a recording lies."""

    SERVER = "server"
    AGENT = "agent"
    CUSTOMER = "customer"


_RECORDED: Final[Mapping[Recording, Said]] = {
    Recording.WHEN_POSSIBLE: Said("This session is recorded where that is possible: chat, screens and what happens."),
    Recording.REQUIRED: Said("This session is recorded: chat, screens and what happens."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PortalSettings:
    """What a manager sets of a portal.  Units: keep_days counts from a session's end; None keeps for ever."""

    name: str
    mode: Mode
    type: PortalType
    greeting: str = ""
    begins: Beginning = Beginning.WEB_CHAT
    code_life_minutes: int = DEFAULT_LIFE_MINUTES
    active_codes: int = DEFAULT_ACTIVE_CODES
    recording: Recording = Recording.WHEN_POSSIBLE
    consent: Consent = Consent.NOTICE
    places: frozenset[Place] = frozenset({Place.SERVER})  # none exactly when recording is off
    keep_days: int | None = DEFAULT_KEEP_DAYS

    def __post_init__(self) -> None:
        if self.type not in TYPES[self.mode] or bool(self.places) == (self.recording is Recording.OFF):
            raise ValueError("settings that contradict each other; parse says which")

    @classmethod
    def parse(cls, plain: Mapping[str, Plain], *, modes: Collection[Mode]) -> Self:
        """Read the values of a form or a row, for an account that is set up for these modes.

        What is absent has its default; where recording is off, no places are kept.
        Errors: BadSettingsError, which names every field that is wrong.
        """
        found = _Fields(plain)
        found.refuse_unknown({one.name for one in fields(cls)})
        mode, type_ = found.word("mode", Mode), found.word("type", PortalType)
        recording = found.word("recording", Recording, default=Recording.WHEN_POSSIBLE)
        places = found.words("places", Place, default=(Place.SERVER,))
        name, greeting = found.name("name"), found.text("greeting", longest=MAX_GREETING)
        begins = found.word("begins", Beginning, default=Beginning.WEB_CHAT)
        life_minutes = found.number("code_life_minutes", LIFE_MINUTES, default=DEFAULT_LIFE_MINUTES)
        active_codes = found.number("active_codes", ACTIVE_CODES, default=DEFAULT_ACTIVE_CODES)
        consent = found.word("consent", Consent, default=Consent.NOTICE)
        keep_days = (
            None
            if plain.get("keep_days") == FOR_EVER
            else found.number("keep_days", KEEP_DAYS, default=DEFAULT_KEEP_DAYS)
        )
        fits = type_ in TYPES[mode] or "mode" in found.faults  # a mode that is none says nothing of the type
        found.check("mode", why=_OTHER_MODE, right=mode in modes)
        found.check(
            "type", why=Said("a portal of mode {mode} cannot be of this type", mode=Said(mode.value)), right=fits
        )
        found.check("places", why=_NO_PLACE, right=recording is Recording.OFF or bool(places))
        if found.faults:
            raise BadSettingsError(faults=found.faults)
        return cls(
            name=name,
            mode=mode,
            type=type_,
            greeting=greeting,
            begins=begins,
            code_life_minutes=life_minutes,
            active_codes=active_codes,
            recording=recording,
            consent=consent,
            places=frozenset() if recording is Recording.OFF else frozenset(places),
            keep_days=keep_days,
        )

    def to_plain(self) -> dict[str, Plain]:
        """Return what parse reads."""
        return {
            "name": self.name,
            "mode": self.mode.value,
            "type": self.type.value,
            "greeting": self.greeting,
            "begins": self.begins.value,
            "code_life_minutes": self.code_life_minutes,
            "active_codes": self.active_codes,
            "recording": self.recording.value,
            "consent": self.consent.value,
            "places": [one.value for one in Place if one in self.places],
            "keep_days": FOR_EVER if self.keep_days is None else self.keep_days,
        }

    @property
    def takes_codes(self) -> bool:
        """Whether agents make session codes for it."""
        return self.type is PortalType.SMART_PIN


def recording_notice(settings: PortalSettings) -> Said:
    """Return what a customer is told before he joins, and agrees to by joining.  SPEC.md E5."""
    if settings.recording is Recording.OFF:
        return _NOT_RECORDED
    said = {
        Place.SERVER: _kept(settings.keep_days),
        Place.AGENT: Said("on the agent's computer"),
        Place.CUSTOMER: Said("on your own computer"),
    }
    where = listed([said[one] for one in Place if one in settings.places])
    return Said("{recorded} The recording is kept {where}.", recorded=_RECORDED[settings.recording], where=where)


def _kept(days: int | None) -> Said:
    if days is None:
        return Said("on the portal's server for as long as its owner wishes")
    if days == 1:
        return Said("on the portal's server for one day")
    return Said("on the portal's server for {count} days", count=days)


def address_of(name: str, *, taken: Container[str]) -> str:
    """Return a portal's address, made once of its name: lower case, ASCII, dashes; none of those taken."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold().translate(_SPELLED))
    bare = "".join(char for char in folded if not unicodedata.combining(char))
    stem = re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:_MAX_ADDRESS].strip("-") or _NAMELESS
    address, number = stem, 1
    while address in taken:
        number += 1
        address = f"{stem}-{number}"
    return address


def _number_from(bounds: tuple[int, int]) -> Said:
    return Said("it is a whole number from {least} to {most}", least=bounds[0], most=bounds[1])


class _Fields:
    """Fields of a form, taken one by one; it gathers what is wrong with them.  What a faulty one gives is not used."""

    def __init__(self, plain: Mapping[str, Plain]) -> None:
        self._plain = plain
        self.faults: dict[str, str] = {}

    def check(self, name: str, *, why: str, right: bool) -> None:
        if not right:
            self.faults.setdefault(name, why)

    def refuse_unknown(self, known: Collection[str]) -> None:
        for name in self._plain:
            self.check(name, why=_UNKNOWN, right=name in known)

    def word(self, name: str, kind: type[_Word], *, default: _Word | None = None) -> _Word:
        words, value = {one.value: one for one in kind}, self._plain.get(name)
        if value is None and default is not None:
            return default
        self.check(name, why=_MISSING, right=value is not None)
        right = isinstance(value, str) and value in words
        self.check(name, why=Said("it is one of: {words}", words=", ".join(words)), right=right)
        return words[value] if right else next(iter(kind))

    def words(self, name: str, kind: type[_Word], *, default: Sequence[_Word]) -> Sequence[_Word]:
        words, value = {one.value: one for one in kind}, self._plain.get(name)
        if value is None:
            return default
        if isinstance(value, str | int) or not all(isinstance(one, str) and one in words for one in value):
            self.check(name, why=Said("it is a list of: {words}", words=", ".join(words)), right=False)
            return default
        return [words[one] for one in value]

    def number(self, name: str, bounds: tuple[int, int], *, default: int) -> int:
        value = self._plain.get(name)
        if value is None:
            return default
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value.strip()):
            value = int(value)
        # A bool is an int to Python, and no number to people.
        if isinstance(value, int) and not isinstance(value, bool) and bounds[0] <= value <= bounds[1]:
            return value
        self.check(name, why=_number_from(bounds), right=False)
        return default

    def name(self, name: str) -> str:
        value = self._plain.get(name)
        self.check(name, why=_MISSING, right=value is not None)
        try:
            return one_line(value if isinstance(value, str) else "", what="name of a portal")
        except BadNameError as error:
            self.check(name, why=error.why, right=False)
            return ""

    def text(self, name: str, *, longest: int) -> str:
        value = self._plain.get(name, "")
        if not isinstance(value, str) or len(value) > longest:
            self.check(name, why=Said("it is text of at most {count} characters", count=longest), right=False)
            return ""
        text = unicodedata.normalize("NFC", value.replace("\r\n", "\n"))
        right = not any(unicodedata.category(char) in ("Cc", "Cs") for char in text if char not in "\n\t")
        self.check(name, why=_NO_TEXT, right=right)
        return text
