"""What the portal tells people: English text that knows its template and facts, so that another language can say it.

Pure.  To every other code it is a str.  A fact that is itself Said is translated, too; any other, such as a name that
somebody chose, is put in as it is.
"""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Self

_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})


class Said(str):
    """A text in English.  The template has its facts in braces, as str.format takes them."""

    __slots__ = ("facts", "template")

    template: str
    facts: Mapping[str, object]

    def __new__(cls, template: str, **facts: object) -> Self:
        """Return the text with its facts put in."""
        made = super().__new__(cls, template.format(**facts) if facts else template)
        made.template = template
        made.facts = MappingProxyType(facts) if facts else _NOTHING
        return made

    def in_language(self, translate: Callable[[str], str]) -> str:
        """Return it as another language says it, given how that says a template."""
        facts = {name: _fact(value, translate) for name, value in self.facts.items()}
        template = translate(self.template)
        return template.format(**facts) if facts else template


def listed(texts: Sequence[Said]) -> Said:
    """Return some of the same kind, at least one, as one: a, b and c."""
    *before, last = texts
    if not before:
        return last
    start = before[0]
    for one in before[1:]:
        start = Said("{some}, {another}", some=start, another=one)
    return Said("{some} and {another}", some=start, another=last)


def _fact(value: object, translate: Callable[[str], str]) -> object:
    return value.in_language(translate) if isinstance(value, Said) else value
