"""A part of a long row of cases, so that several processes share it and quick runs take only some."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Share:
    """One of so many equal shares, spread over the whole row; the only one is all of it."""

    one: int = 0
    of: int = 1

    def below(self, total: int) -> range:
        """Return the cases of this share, of cases numbered from 0."""
        return range(self.one, total, self.of)


ALL = Share()


def shares(of: int) -> list[Share]:
    """Return all shares of a row."""
    return [Share(one, of) for one in range(of)]
