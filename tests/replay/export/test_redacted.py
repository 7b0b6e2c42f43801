"""No text of any value keeps what is removed, whatever field it stands in."""

from dataclasses import fields, is_dataclass
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

from recorder.format.diagnostics import Diagnostics, TakenSnapshot
from recorder.format.events import Event, Taken
from recorder.format.snapshot import Category, Item, Snapshot
from recorder.format.transcript import Entry, Heading, Missing, Transcript
from replay.export.redacted import redacted_diagnostics, redacted_event, redacted_transcript
from replay.export.redaction import Redaction

WORD = "tulpenweg"
CARD = 4_111_111_111_111_111
TEXTS = st.sampled_from([WORD, f"at {WORD.upper()} 5", f"{WORD} 4111 1111 1111 1111"])
KEPT = ("kind", "session")  # words of ours


def leaks(value: object, *, name: str = "") -> list[str]:
    """Return where the word or the card's number still stands."""
    if isinstance(value, str):
        return [name] if name not in KEPT and (WORD in value.lower() or "1111 1111" in value) else []
    if is_dataclass(value):
        return [one for field in fields(value) for one in leaks(getattr(value, field.name), name=field.name)]
    if isinstance(value, dict):
        return [one for key, each in value.items() for one in (*leaks(key, name=name), *leaks(each, name=name))]
    if isinstance(value, tuple):
        return [one for each in value for one in leaks(each, name=name)]
    return [name] if value == CARD else []


def filled(kind: type[Any]) -> st.SearchStrategy[Any]:
    return st.builds(kind, **{field.name: of_type(str(field.type)) for field in fields(kind)})


def of_type(name: str) -> st.SearchStrategy[Any]:
    if name.startswith("tuple[str"):
        return st.lists(TEXTS, max_size=2).map(tuple)
    if "str" in name:
        return TEXTS
    return st.integers(0, 9) if "int" in name else st.booleans()


@given(filled(Heading), filled(Entry))
def test_what_is_filled_would_leak(heading: Heading, entry: Entry) -> None:
    assert len(leaks(heading)) >= 6
    assert len(leaks(entry)) >= 5


@given(filled(Heading), st.lists(filled(Entry), max_size=3), st.lists(filled(Missing), max_size=2))
def test_a_transcript_keeps_none(heading: Heading, entries: list[Entry], missing: list[Missing]) -> None:
    made = Transcript(heading=heading, entries=tuple(entries), missing=tuple(missing))
    assert leaks(redacted_transcript(made, Redaction(words=[WORD]))) == []


@given(st.one_of(*(filled(kind) for kind in get_args(Event) if kind is not Taken)))
def test_an_event_keeps_none(event: Event) -> None:
    assert leaks(redacted_event(event, Redaction(words=[WORD]))) == []


@given(TEXTS, TEXTS, TEXTS)
def test_diagnostics_keep_none_and_lose_no_fact(source: str, name: str, value: str) -> None:
    item: Item = {name: value, name.title(): CARD, "cores": 6, "virtual": True}
    category = Category(name=name, items=(item,), missing=value)
    snapshot = Snapshot(taken_us=1, source=source, categories=(category,))
    taken = TakenSnapshot(number=1, time_us=1, snapshot=snapshot, of=source, role=value)
    found = redacted_diagnostics(Diagnostics(session="ab", snapshots=(taken,)), Redaction(words=[WORD]))
    assert leaks(found) == []
    (kept,) = found.snapshots[0].snapshot.categories[0].items
    assert len(kept) == len(item)
    assert (kept["cores"], kept["virtual"]) == (6, True)
