"""A snapshot of a machine: what diagnostics hold, as a value.  SPEC.md §4.7.

Wall time, source, categories in their order; a category has items (facts by name), or says in one sentence why this
machine cannot give it, or both when it gives a part.  Names are free text, units end them (size_bytes, uptime_s); who
does not know one keeps it.  Snapshots also come from outside, so reading is strict and bounded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from recorder.format.errors import FormatError, OversizeError
from recorder.format.pack import MAX_EVENT, fields_of, list_of, number_of, pack

# SPEC.md §4.7.  A desktop has 13 categories, 3 000 packages, 500 processes, a dozen facts about each.
MAX_CATEGORIES: Final = 32
MAX_ITEMS: Final = 10_000
MAX_FACTS: Final = 64
MAX_NAME: Final = 64  # characters; a name of a category, a fact or a source
MAX_VALUE: Final = 4096  # characters
MAX_SIZE: Final = MAX_EVENT  # bytes, packed

Value = str | int | bool
Item = Mapping[str, Value]
_WHAT: Final = "snapshot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """Facts of one kind; items and their facts keep their order."""

    name: str
    items: tuple[Item, ...] = ()
    missing: str | None = None

    @property
    def size(self) -> int:
        """Bytes when packed."""
        return len(pack(self.to_fields()))

    def to_fields(self) -> dict[str, object]:
        """Return it as a plain map."""
        fields: dict[str, object] = {"name": self.name, "items": [dict(item) for item in self.items]}
        if self.missing is not None:
            fields["missing"] = self.missing
        return fields

    @classmethod
    def read(cls, value: object) -> Self:
        """Return the category of a map; unknown fields are skipped.  Errors: FormatError, OversizeError."""
        fields = fields_of(value, what=_WHAT)
        missing = fields.get("missing")
        return cls(
            name=_name(fields.get("name")),
            items=tuple(_item(one) for one in _list(fields.get("items"), limit=MAX_ITEMS)),
            missing=None if missing is None else _text(missing),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a machine told of itself.  Units: taken_us is wall time since 1970 UTC."""

    taken_us: int
    source: str
    categories: tuple[Category, ...]

    @property
    def size(self) -> int:
        """Bytes when packed."""
        return len(pack(self.to_fields()))

    def to_fields(self) -> dict[str, object]:
        """Return it as a plain map."""
        categories = [category.to_fields() for category in self.categories]
        return {"taken_us": self.taken_us, "source": self.source, "categories": categories}

    @classmethod
    def read(cls, value: object) -> Self:
        """Return the snapshot of a map; unknown fields are skipped, a summary's has no categories.

        Errors: FormatError, OversizeError.
        """
        fields = fields_of(value, what=_WHAT)
        snapshot = cls(
            taken_us=number_of(fields.get("taken_us"), what=_WHAT),
            source=_name(fields.get("source")),
            categories=tuple(Category.read(one) for one in _list(fields.get("categories", []), limit=MAX_CATEGORIES)),
        )
        if snapshot.size > MAX_SIZE:
            raise OversizeError(what=_WHAT, limit=MAX_SIZE)
        return snapshot


def _list(value: object, *, limit: int) -> list[object]:
    found = list_of(value, what=_WHAT)
    if len(found) > limit:
        raise OversizeError(what=_WHAT, limit=limit)
    return found


def _item(value: object) -> Item:
    fields = fields_of(value, what=_WHAT)
    if len(fields) > MAX_FACTS:
        raise OversizeError(what=_WHAT, limit=MAX_FACTS)
    return {_name(name): _value(one) for name, one in fields.items()}


def _value(value: object) -> Value:
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return number_of(value, what=_WHAT, least=-(2**63), limit=2**64)  # what MessagePack counts
    return _text(value)


def _name(value: object) -> str:
    name = _text(value, limit=MAX_NAME)
    if not name:
        raise FormatError(what=_WHAT, why="a name is empty")
    return name


def _text(value: object, *, limit: int = MAX_VALUE) -> str:
    if not isinstance(value, str):
        raise FormatError(what=_WHAT, why="something else stands where text should")
    if len(value) > limit:
        raise OversizeError(what=_WHAT, limit=limit)
    try:
        value.encode()
    except UnicodeEncodeError as error:  # JSON can spell half a character
        raise FormatError(what=_WHAT, why="a text is not Unicode") from error
    return value
