"""Where somebody is in the library: what he typed, how it is ordered, which session is chosen.  Pure."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, Final

from replay.errors import BadQueryError
from replay.library_entries import Entry, Library, matching


class Column(Enum):
    """What stands beside each other in the list, by which it can be ordered."""

    DATE = "Date"
    CUSTOMER = "Customer"
    PORTAL = "Portal"
    LENGTH = "Length"
    STATE = "State"


_ORDER: Final[dict[Column, Callable[[Entry], Any]]] = {
    Column.DATE: lambda entry: entry.began_us,
    Column.CUSTOMER: lambda entry: customer(entry).casefold(),
    Column.PORTAL: lambda entry: (entry.portal or "").casefold(),
    Column.LENGTH: lambda entry: entry.length_us or 0,
    Column.STATE: lambda entry: entry.state.word,
}
_FALLING: Final = (Column.DATE, Column.LENGTH)  # these begin with the greatest


@dataclass(frozen=True, slots=True, kw_only=True)
class Browsing:
    """A state of the list.  shown are the entries in their order; chosen is the file of one of them."""

    library: Library
    text: str = ""
    column: Column = Column.DATE
    turned: bool = False  # the other way round
    chosen: Path | None = None
    shown: tuple[Entry, ...] = ()
    trouble: str | None = None  # why it cannot be searched for what was typed

    @staticmethod
    def of(library: Library) -> "Browsing":
        """Return the beginning: everything, the newest first and chosen."""
        return _renewed(Browsing(library=library))

    @property
    def rising(self) -> bool:
        """Whether the least comes first."""
        return (self.column in _FALLING) == self.turned

    @property
    def number(self) -> int | None:
        """Which of the entries shown is chosen; None when none is."""
        return next((at for at, entry in enumerate(self.shown) if entry.path == self.chosen), None)

    @property
    def entry(self) -> Entry | None:
        """The entry that is chosen."""
        return None if self.number is None else self.shown[self.number]

    def renewed(self, library: Library) -> "Browsing":
        """Take what is known by now; what is chosen stays."""
        return _renewed(replace(self, library=library))

    def searched(self, text: str) -> "Browsing":
        """Show only what fits the words."""
        return _renewed(replace(self, text=text))

    def ordered(self, column: Column) -> "Browsing":
        """Order by a column; by the same once more, the other way round."""
        return _renewed(replace(self, column=column, turned=column is self.column and not self.turned))

    def choose(self, number: int) -> "Browsing":
        """Choose one that is shown, the nearest there is."""
        if not self.shown:
            return self
        return replace(self, chosen=self.shown[min(max(0, number), len(self.shown) - 1)].path)

    def move(self, by: int) -> "Browsing":
        """Choose one further up or down."""
        return self.choose(by - 1 if self.number is None and by > 0 else (self.number or 0) + by)


def _renewed(state: Browsing) -> Browsing:
    try:
        found, trouble = matching(state.library.entries, state.text), None
    except BadQueryError as error:
        found, trouble = [], error.why
    found.sort(key=_ORDER[state.column], reverse=not state.rising)
    renewed = replace(state, shown=tuple(found), trouble=trouble)
    return renewed if renewed.number is not None else replace(renewed, chosen=found[0].path if found else None)


def customer(entry: Entry) -> str:
    """Return who was helped; where that is not told, what the session or the file is called."""
    return entry.customer or entry.title or entry.name
