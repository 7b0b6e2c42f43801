"""The page of an evidence bundle: the video, and beside it what was said and done.  SPEC.md §7.

It loads nothing but video.mp4 beside it, so that it works from a disk, without a network, and from a server.
"""

from collections.abc import Collection, Iterator
from datetime import tzinfo
from pathlib import Path
from typing import Final

from recorder.format.events import Marker
from recorder.format.markup import escaped
from recorder.format.quantities import length
from recorder.format.transcript import KINDS, Entry, Heading, Missing, Transcript
from recorder.format.transcript_text import LINE, happened
from recorder.format.visible import visible
from recorder.format.wall_times import in_zone
from replay.export.cut import Cut
from replay.export.facts_page import csp_hash
from replay.export.json_text import as_json

VIDEO: Final = "video.mp4"
_STYLE: Final = Path(__file__).with_name("bundle_page.css").read_text(encoding="utf-8")
_SCRIPT: Final = Path(__file__).with_name("bundle_page.js").read_text(encoding="utf-8")
_POLICY: Final = (
    f"default-src 'none'; script-src {csp_hash(_SCRIPT)}; style-src {csp_hash(_STYLE)}; media-src 'self' file:; "
    "base-uri 'none'; form-action 'none'"
)
_AS_WRITTEN: Final = (LINE, KINDS[Marker])
_LINKS: Final = {
    "README.txt": "Read me", "transcript.html": "Transcript", "transcript.pdf": "Transcript as PDF",
    "diagnostics.html": "Diagnostics", "diagnostics.txt": "Diagnostics as text",
    "verification.txt": "Verification", "events.json": "Events", "manifest.json": "Manifest",
}  # fmt: skip
_WATCH: Final = """\
<div id="player">
<div id="screen"><video id="video" controls preload="metadata" src="video.mp4" aria-label="What was recorded"></video>
<div id="strip" aria-hidden="true"></div></div>
<p class="note" id="broken" hidden>The video cannot be played. Unpack the whole ZIP, so that video.mp4 lies beside this
page; or open video.mp4 in another player.</p>
</div>
"""
_LIST: Final = """\
<section id="happened" aria-label="Chat and events">
<form role="search">
<input id="query" type="search" placeholder="Search" aria-label="Search" autocomplete="off">
<select id="kinds" aria-label="What is shown"><option value="all">Everything</option><option value="chat">Chat</option>
<option value="marker">Markers</option><option value="event">Events</option></select>
{follow}<output id="count"></output>
</form>
<div id="list"></div>
<p id="nothing" hidden>Nothing of that is here.</p>
<noscript><p class="note">This list needs JavaScript; see <a href="transcript.html">transcript.html</a>.</p></noscript>
</section>
"""
_FOLLOW: Final = (
    '<button type="button" id="follow" aria-pressed="true" title="Keep the line of this moment in view">Follow</button>'
)
_KEYS: Final = (
    '<p class="keys"><kbd>Space</kbd> plays and pauses, <kbd>←</kbd> <kbd>→</kbd> go 5 seconds, '
    "<kbd>↑</kbd> <kbd>↓</kbd> in the list and <kbd>Enter</kbd> go to a line, <kbd>/</kbd> searches</p>\n"
)


def bundle_page(transcript: Transcript, cut: Cut, *, zone: tzinfo, files: Collection[str]) -> Iterator[str]:
    """Give the page.  Shapes: files are the names in the bundle; with video.mp4 among them the page has a video."""
    heading, video = transcript.heading, VIDEO in files
    missing = [one for one in transcript.missing if one.from_us is None or _meets(one, cut)]
    yield _head(heading, transcript.redacted, zone, silent=not video)
    yield f'<main>\n<div id="watch">\n{_WATCH if video else ""}<div id="more">\n'
    yield '<div id="marked" hidden><h2>Markers</h2><div id="markers"></div></div>\n' if video else ""
    yield from _missing(missing, cut)
    yield f"<h2>Session</h2>\n<dl>{_facts(heading)}</dl>\n"
    links = "".join(f'<a href="{name}">{words}</a>' for name, words in _LINKS.items() if name in files)
    yield f'<h2>In this bundle</h2>\n<div class="files">{links}</div>\n' if links else ""
    yield f"{_KEYS if video else ''}</div>\n</div>\n{_LIST.format(follow=_FOLLOW if video else '')}</main>\n"
    yield from _told(transcript, missing, cut, zone)
    yield f"<script>{_SCRIPT}</script>\n</body>\n</html>\n"


def _head(heading: Heading, redacted: str | None, zone: tzinfo, *, silent: bool) -> str:
    title = escaped(heading.name)
    when = in_zone(heading.began_us, zone) if heading.began_us is not None else ""
    about = " · ".join(filter(None, [heading.portal, when, length(heading.duration_us), heading.outcome]))
    note = f'<p class="note">{escaped(redacted)}</p>\n' if redacted else ""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f'<body class="{"silent" if silent else "shown"}">\n'
        f"<header>\n<h1><bdi>{title}</bdi></h1>\n<p>{escaped(about)}</p>\n{note}</header>\n"
    )


def _facts(heading: Heading) -> str:
    told = {
        "Customer": ", ".join(heading.customers), "Agent": ", ".join(heading.agents), "Team": heading.team,
        "Question": heading.question, "Note": heading.note, "Recorded with": heading.software,
        "Session": heading.session,
    }  # fmt: skip
    return "".join(f"<dt>{name}</dt><dd><bdi>{escaped(text)}</bdi></dd>" for name, text in told.items() if text)


def _meets(one: Missing, cut: Cut) -> bool:
    until_us = one.from_us if one.until_us is None else one.until_us
    return one.from_us is not None and one.from_us < cut.until_us and (until_us or 0) >= cut.from_us


def _missing(missing: list[Missing], cut: Cut) -> Iterator[str]:
    if not missing:
        return
    yield "<h2>Missing</h2>\n<ul>"
    for one in missing:
        when = f'<span class="time">{_while(one, cut)}</span> ' if one.from_us is not None else ""
        yield f"<li>{when}<bdi>{escaped(one.why)}</bdi></li>"
    yield "</ul>\n"


def _while(one: Missing, cut: Cut) -> str:
    from_us, until_us = (cut.export_us(time_us or 0) for time_us in (one.from_us, one.until_us or one.from_us))
    return f"{length(from_us)} – {length(until_us)}" if until_us > from_us else length(from_us)


def _told(transcript: Transcript, missing: list[Missing], cut: Cut, zone: tzinfo) -> Iterator[str]:
    """Give what the script shows, as JSON that no text in it can end."""
    yield f'<script type="application/json" id="told">{{"length_ms": {cut.length_us // 1000}, "missing": ['
    timed = [one for one in missing if one.from_us is not None]
    yield ",".join(_inlined(_span(one, cut)) for one in timed) + '], "entries": ['
    between = "\n"
    for one in transcript.entries:
        if one.time_us in cut or one.time_us == cut.until_us:  # what ends a session is in its page
            yield between + _inlined(_entry(one, cut, zone))
            between = ",\n"
    yield "]}</script>\n"


def _span(one: Missing, cut: Cut) -> dict[str, object]:
    until_us = one.until_us or one.from_us or 0
    return {"from_ms": cut.export_us(one.from_us or 0) // 1000, "until_ms": cut.export_us(until_us) // 1000}


def _entry(one: Entry, cut: Cut, zone: tzinfo) -> dict[str, object]:
    line = one.kind == LINE
    fields = {
        "ms": cut.export_us(one.time_us) // 1000,
        "kind": one.kind,
        "text": visible(one.text if one.kind in _AS_WRITTEN else happened(one)),
        "wall": None if one.wall_us is None else in_zone(one.wall_us, zone),
        "who": visible(one.who or "somebody") if line else None,
        "role": visible(one.role) if line and one.role else None,
        "audience": one.audience,
    }
    return {name: value for name, value in fields.items() if value is not None}


def _inlined(value: object) -> str:
    return as_json(value).replace("<", "\\u003c")
