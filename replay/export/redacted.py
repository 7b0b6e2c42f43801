"""Values without what is removed: a transcript, diagnostics, events, a verdict.  Pure.  SPEC.md §5.

Every text of them is looked at, wherever it stands, so that one that comes later is not forgotten.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final, TypeVar, cast

from recorder.format.diagnostics import Diagnostics
from recorder.format.events import Event
from recorder.format.transcript import Transcript
from replay.export.redaction import Redaction
from vault.verify import Verdict

_OURS: Final = ("kind", "session")  # no words of anybody
_AUDIENCES: Final = ("all", "agents")
_Value = TypeVar("_Value")


def redacted_transcript(transcript: Transcript, redaction: Redaction) -> Transcript:
    """Return a transcript without what is removed, that says so."""
    return replace(_redacted(transcript, redaction), redacted=redaction.sentence)


def redacted_diagnostics(diagnostics: Diagnostics, redaction: Redaction) -> Diagnostics:
    """Return diagnostics without what is removed, that say so."""
    return replace(_redacted(diagnostics, redaction), redacted=redaction.sentence)


def redacted_event(event: Event, redaction: Redaction) -> Event:
    """Return an event without what is removed from its texts."""
    return _redacted(event, redaction)


def redacted_verdict(verdict: Verdict, redaction: Redaction) -> Verdict:
    """Return a verdict without what is removed from the names of its signer."""
    return replace(
        verdict,
        signer_name=_redacted(verdict.signer_name, redaction),
        listed_name=_redacted(verdict.listed_name, redaction),
    )


def _redacted(value: _Value, redaction: Redaction) -> _Value:
    changed: Any = value
    if isinstance(value, str):
        changed = value if value in _AUDIENCES else redaction.text(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        # A number that is a card's is no number any more.
        said = redaction.text(str(value))
        changed = value if said == str(value) else said
    elif isinstance(value, tuple):
        changed = tuple(_redacted(one, redaction) for one in value)
    elif isinstance(value, Mapping):
        changed = {}
        for name, one in value.items():
            called = redaction.text(name)
            while called in changed:  # two that are called alike now are two all the same
                called += "█"
            changed[called] = _redacted(one, redaction)
    elif is_dataclass(value) and not isinstance(value, type):
        texts = {one.name: getattr(value, one.name) for one in fields(value) if one.name not in _OURS}
        changed = replace(value, **{name: _field(one, redaction) for name, one in texts.items()})
    return cast("_Value", changed)


def _field(value: object, redaction: Redaction) -> object:
    """Return the value of a field; its numbers are times, sizes and ids of ours."""
    return value if isinstance(value, int) else _redacted(value, redaction)
