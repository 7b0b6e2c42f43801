"""What differs between two snapshots of a machine.  Pure.  SPEC.md §3."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from recorder.format.snapshot import Category, Item, Snapshot, Value

KEYS: Final = ("name", "id", "pid", "device", "mount", "folder", "path", "file", "address", "kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A fact of an item that is there in both.  key is what tells the item, empty where it is the only one.

    before or after is None where the fact was not told.
    """

    key: Item
    fact: str
    before: Value | None
    after: Value | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryDifference:
    """What differs in a category; missing_before and missing_after say why it was not told."""

    name: str
    added: tuple[Item, ...] = ()
    removed: tuple[Item, ...] = ()
    changed: tuple[Change, ...] = ()
    missing_before: str | None = None
    missing_after: str | None = None


def difference(before: Snapshot, after: Snapshot) -> tuple[CategoryDifference, ...]:
    """Return what differs, in the order of the later snapshot; categories that are alike are not in it."""
    earlier, later = _by_name(before), _by_name(after)
    found = (_category(name, earlier.get(name), later.get(name)) for name in dict.fromkeys([*later, *earlier]))
    return tuple(one for one in found if _differs(one))


def _by_name(snapshot: Snapshot) -> Mapping[str, Category]:
    """Return its categories; of those with one name all items together."""
    found = dict[str, Category]()
    for one in snapshot.categories:
        known = found.get(one.name)
        found[one.name] = one if known is None else Category(
            name=one.name, items=(*known.items, *one.items), missing=known.missing or one.missing
        )  # fmt: skip
    return found


def _differs(one: CategoryDifference) -> bool:
    return bool(one.added or one.removed or one.changed) or one.missing_before != one.missing_after


def _category(name: str, before: Category | None, after: Category | None) -> CategoryDifference:
    earlier, later = _by_kind(before), _by_kind(after)
    added, removed, changed = list[Item](), list[Item](), list[Change]()
    for kind in dict.fromkeys([*later, *earlier]):
        olds, news = earlier.get(kind, []), later.get(kind, [])
        pairs, gone, come = _paired(olds, news)
        for key, old, new in pairs:
            changed += _changes(key, old, new)
        removed += gone
        added += come
    return CategoryDifference(
        name=name, added=tuple(added), removed=tuple(removed), changed=tuple(changed),
        missing_before=before.missing if before else None, missing_after=after.missing if after else None,
    )  # fmt: skip


def _by_kind(category: Category | None) -> dict[tuple[type, Value | None], list[Item]]:
    found = dict[tuple[type, Value | None], list[Item]]()
    for item in category.items if category else ():
        found.setdefault((type(item.get("kind")), item.get("kind")), []).append(item)
    return found


def _paired(olds: Sequence[Item], news: Sequence[Item]) -> tuple[list[tuple[Item, Item, Item]], list[Item], list[Item]]:
    """Return which are the same, with what tells them; which are gone; which have come."""
    fact = next((one for one in KEYS if _tells_apart(one, olds) and _tells_apart(one, news)), None)
    if fact is not None:
        earlier, later = ({_exact(item[fact]): item for item in items} for items in (olds, news))
        pairs = [(_only(fact, new), earlier[key], new) for key, new in later.items() if key in earlier]
        gone = [item for key, item in earlier.items() if key not in later]
        return pairs, gone, [item for key, item in later.items() if key not in earlier]
    if len(olds) == len(news) == 1:
        return [({}, olds[0], news[0])], [], []
    return [], list(_without(olds, news)), list(_without(news, olds))


def _only(fact: str, item: Item) -> Item:
    return {fact: item[fact]}


def _tells_apart(fact: str, items: Sequence[Item]) -> bool:
    return all(fact in item for item in items) and len({_exact(item[fact]) for item in items}) == len(items)


def _without(items: Sequence[Item], others: Sequence[Item]) -> Iterator[Item]:
    left = Counter(_whole(item) for item in others)
    for item in items:
        whole = _whole(item)
        if left[whole]:
            left[whole] -= 1
        else:
            yield item


def _changes(key: Item, old: Item, new: Item) -> Iterator[Change]:
    for fact in dict.fromkeys([*new, *old]):
        before, after = old.get(fact), new.get(fact)
        if (type(before), before) != (type(after), after):
            yield Change(key=key, fact=fact, before=before, after=after)


def _exact(value: Value) -> tuple[type, Value]:
    return type(value), value  # true is not 1


def _whole(item: Item) -> frozenset[tuple[str, tuple[type, Value]]]:
    return frozenset((name, _exact(value)) for name, value in item.items())
