"""A page of facts for people: one file, nothing loaded, no script; light and dark; a print sheet.  SPEC.md §3."""

import hashlib
from binascii import b2a_base64
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from recorder.format.diagnostics import TakenSnapshot
from recorder.format.markup import attribute, escaped
from recorder.format.quantities import length

_STYLE: Final = Path(__file__).with_name("facts_page.css").read_text(encoding="utf-8")
END: Final = "</body>\n</html>\n"


def csp_hash(text: str) -> str:
    """Return by what a content security policy knows a style or script that stands in a page."""
    return f"'sha256-{b2a_base64(hashlib.sha256(text.encode()).digest(), newline=False).decode()}'"


def beginning(title: str, *, session: str, redacted: str | None) -> Iterator[str]:
    """Give a page up to its first section."""
    policy = f"default-src 'none'; style-src {csp_hash(_STYLE)}; base-uri 'none'; form-action 'none'"
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escaped(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<h1>{escaped(title)}</h1>\n<p class="muted">Session <bdi class="mono">{escaped(session)}</bdi></p>\n'
    )
    if redacted:
        yield f'<p class="note">{escaped(redacted)}</p>\n'


def origin(taken: TakenSnapshot, wall: str) -> str:
    """Return when and whose a snapshot is, as HTML."""
    whose = f" · machine of <bdi>{escaped(taken.of)}</bdi>" if taken.of else ""
    role = f" ({escaped(taken.role)})" if taken.of and taken.role else ""
    source = f" · source: <bdi>{escaped(taken.snapshot.source)}</bdi>"
    return f"{escaped(wall)}, {length(taken.time_us)} into the session{whose}{role}{source}"


def section(name: str, count: str, *, at: str = "") -> str:
    """Return the beginning of a collapsible section."""
    place = f' id="{attribute(at)}"' if at else ""
    said = f'<span class="muted">{escaped(count)}</span>' if count else ""
    return f'<details open{place}><summary><bdi>{escaped(name)}</bdi>{said}</summary>\n<div class="scroll">\n'


SECTION_END: Final = "</div></details>\n"
