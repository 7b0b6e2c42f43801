"""All texts that the portal tells people, found in its code; and the catalogues, brought up to date with them.

    python -m tests.portal_core.catalogues

writes every catalogue anew: what is new is there untranslated, what nothing says any more is gone.
"""

import ast
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_javascript, extract_python
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from portal_core import errors
from portal_core.codes import CodeState
from portal_core.portals import Mode
from portal_core.recording_state import Event, State
from portal_core.roles import Action, Role
from portal_core.texts import ENGLISH, LANGUAGES

ROOM: Final = Path(__file__).parents[2] / "portal_core"
LOCALES: Final = ROOM / "web" / "locales"
OTHERS: Final = tuple(code for code in LANGUAGES if code != ENGLISH)
# Words that errors get as values of these.
TABLES: Final[tuple[type[Enum], ...]] = (Role, Action, Mode, CodeState, State, Event)
RAISED: Final = {
    name for name, one in vars(errors).items() if isinstance(one, type) and issubclass(one, errors.PortalError)
}
# Fields of errors that are told as words; role and action come from a table.
WORDS: Final = {"what", "why", "state", "event"}

Found = Mapping[str, set[str]]  # by text: the files that say it


def found() -> Found:
    """Return all texts."""
    texts: dict[str, set[str]] = defaultdict(set)
    for path in sorted(ROOM.rglob("*")):
        where = path.relative_to(ROOM.parent).as_posix()
        for text in _of_file(path):
            texts[text].add(where)
    for hint in errors.HINTS.values():
        texts[hint].add("portal_core/errors.py")
    for table in TABLES:
        for one in table:
            texts[one.value].add(f"{table.__module__.replace('.', '/')}.py")
    return texts


def _of_file(path: Path) -> Iterator[str]:
    match path.suffix:
        case ".html":
            with path.open("rb") as file:
                yield from _first(babel_extract(file, ("_",), (), {"trimmed": "true"}))
        case ".js":
            with path.open("rb") as file:
                yield from _first(extract_javascript(file, {"t": None}, (), {}))
        case ".py":
            source = path.read_bytes()
            yield from _first(extract_python(io.BytesIO(source), {"_": None, "Said": None}, (), {}))
            yield from _of_errors(ast.parse(source))


def _first(extracted: Iterable[tuple[object, object, object, object]]) -> Iterator[str]:
    """Give the first argument of each call, where that is a text."""
    for _, _, message, _ in extracted:
        text = message[0] if isinstance(message, tuple | list) and message else message
        if isinstance(text, str) and text:
            yield text


def _of_errors(tree: ast.Module) -> Iterator[str]:
    """Give the words that errors are raised with, also where a constant of the file stands for them."""
    constants = {
        one.target.id: one.value
        for one in tree.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    }
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            continue
        asks = call.func.id in RAISED or call.func.id in {"one_line", "require"}
        for argument in call.keywords if asks else ():
            value: ast.AST | None = argument.value
            if isinstance(value, ast.Name):
                value = constants.get(value.id)
            if argument.arg in WORDS and isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield value.value


def read(code: str) -> Catalog:
    with (LOCALES / f"{code}.po").open("rb") as file:
        return read_po(file, locale=code, abort_invalid=True)


def brought_up_to_date(code: str, texts: Found) -> bytes:
    """Return the catalogue of a language for these texts, with the translations that are there."""
    before = read(code) if (LOCALES / f"{code}.po").exists() else Catalog(locale=code)
    after = Catalog(locale=code, project="Sealcast", fuzzy=False)
    after.mime_headers = [("MIME-Version", "1.0"), ("Content-Type", "text/plain; charset=utf-8")]
    for text in sorted(texts):
        there = before.get(text)
        translated = there.string if there is not None else ""
        after.add(text, translated, locations=[(where, 0) for where in sorted(texts[text])])
    written = io.BytesIO()
    write_po(written, after, width=120, omit_header=True, include_lineno=False)
    return written.getvalue()


if __name__ == "__main__":
    for language in OTHERS:
        (LOCALES / f"{language}.po").write_bytes(brought_up_to_date(language, found()))
