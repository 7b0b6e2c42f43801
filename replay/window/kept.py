"""What was made of a time line, kept while that is shown: a time line may have a hundred thousand happenings."""

from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

from replay.timeline import Timeline

_MOST: Final = 4  # of two sizes, or two looks
_Key = TypeVar("_Key", bound=Hashable)
_Value = TypeVar("_Value")


class Kept(Generic[_Key, _Value]):
    """A function of a time line, and of little more, that remembers its last values.

    A time line is known by its identity, and kept so that no other one takes that.
    """

    def __init__(self, make: Callable[[Timeline, _Key], _Value]) -> None:
        self._make = make
        self._made: dict[tuple[int, _Key], tuple[Timeline, _Value]] = {}

    def of(self, timeline: Timeline, more: _Key) -> _Value:
        """Return what is made of a time line; nobody writes to it."""
        key = id(timeline), more
        if key not in self._made:
            while len(self._made) >= _MOST:
                del self._made[next(iter(self._made))]
            self._made[key] = timeline, self._make(timeline, more)
        return self._made[key][1]
