"""What a run of faults counted, and which of it must be nothing.

*Accepted*: a byte other than the original was given out, or a file that is not the original was called genuine.
*Undocumented*: an exception that the vault does not raise on purpose.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from vault.errors import VaultError

ACCEPTED: Final = "accepted"
UNDOCUMENTED: Final = "undocumented"
LOST: Final = "acknowledged and lost"
NOT_OPENED: Final = "does not open"
_EXAMPLES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One kind of fault: how often it was tried and what came of it."""

    fault: str
    executions: int
    wrong: Mapping[str, int]  # each of these must be 0
    seen: Mapping[str, int]
    examples: Sequence[str] = field(default=())  # of what went wrong
    skipped: str | None = None  # why it could not be tried here

    @property
    def holds(self) -> bool:
        return not any(self.wrong.values()) and (self.executions > 0 or self.skipped is not None)

    def __add__(self, other: "Counted") -> "Counted":
        """Join the shares of one fault."""
        assert self.fault == other.fault
        return Counted(
            fault=self.fault,
            executions=self.executions + other.executions,
            wrong=_sum(self.wrong, other.wrong),
            seen=_sum(self.seen, other.seen),
            examples=[*self.examples, *other.examples][:_EXAMPLES],
            skipped=self.skipped or other.skipped,
        )


class Tally:
    """Counts while a fault is tried again and again."""

    def __init__(self, fault: str, *, never: Sequence[str] = ()) -> None:
        self._fault = fault
        self._executions = 0
        self._wrong = Counter(dict.fromkeys((ACCEPTED, UNDOCUMENTED, *never), 0))
        self._seen = Counter[str]()
        self._examples: list[str] = []
        self._skipped: str | None = None

    def tried(self) -> None:
        self._executions += 1

    def saw(self, what: str) -> None:
        self._seen[what] += 1

    def went_wrong(self, what: str, example: str) -> None:
        assert what in self._wrong, what
        self._wrong[what] += 1
        if len(self._examples) < _EXAMPLES:
            self._examples.append(f"{what}: {example}")

    def skip(self, why: str) -> None:
        self._skipped = why

    @contextmanager
    def trying(self, example: str) -> Iterator[None]:
        """Note what the vault raises on purpose, and count as wrong what it does not."""
        try:
            yield
        except VaultError as error:
            self.saw(type(error).__name__)
        except Exception as error:  # noqa: BLE001 (the one place that looks for exceptions nobody planned)
            self.went_wrong(UNDOCUMENTED, f"{example}: {error!r}")

    def counted(self) -> Counted:
        return Counted(
            fault=self._fault,
            executions=self._executions,
            wrong=dict(self._wrong),
            seen=dict(sorted(self._seen.items())),
            examples=tuple(self._examples),
            skipped=self._skipped,
        )


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> Mapping[str, int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}
