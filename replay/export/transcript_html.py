"""A transcript as one HTML file: nothing loaded, no script, light and dark, and for paper.  Pure.  SPEC.md §2.5.

Every text of people goes through escaped(), and there are few enough places to see that it does: a template would be a
second language for a heading and a row, and takes twice as long for a hundred thousand of them.
"""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Final

from recorder.format.markup import escaped
from recorder.format.quantities import length
from recorder.format.transcript import AGENTS, Entry, Transcript
from recorder.format.transcript_text import LINE, facts, happened, of_day
from recorder.format.visible import on_one_line
from recorder.format.wall_times import in_utc, in_zone

_STYLE: Final = """\
:root { color-scheme: light dark; --text: #1d2129; --soft: #626a76; --line: #e3e6ea; --ground: #fff; --page: #f4f5f7;
  --accent: #2457c5; --inside: #fff6dd; --inside-text: #7a5200; --gap: #fdecea; --gap-text: #9b1c10 }
@media (prefers-color-scheme: dark) { :root { --text: #e6e9ee; --soft: #9aa4b2; --line: #2d333c; --ground: #191d23;
  --page: #111418; --accent: #8db2ff; --inside: #2e2714; --inside-text: #f0c869; --gap: #38191a; --gap-text: #ff9d93 } }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--text);
  font: 15px/1.5 Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif }
main { max-width: 1000px; margin: 32px auto; padding: 32px 40px 40px; background: var(--ground);
  border: 1px solid var(--line); border-radius: 12px }
h1 { margin: 0 0 16px; font-size: 24px; line-height: 1.25; overflow-wrap: anywhere }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 24px; margin: 0 0 28px }
dt { color: var(--soft) }
dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere }
dd.redacted, dd.missing { color: var(--gap-text) }
table { width: 100%; border-collapse: collapse; table-layout: fixed }
th { padding: 6px 12px 6px 0; color: var(--soft); font-size: 13px; font-weight: 500; text-align: start;
  border-bottom: 1px solid var(--line) }
th:first-child, th.day { width: 88px }
th.who { width: 180px }
td { padding: 7px 12px 7px 0; vertical-align: top; overflow: hidden; border-bottom: 1px solid var(--line) }
td:first-child, th:first-child { padding-left: 12px }
.time { font-variant-numeric: tabular-nums; white-space: nowrap }
.time, .day, .who small, tr:not(.line) > td { color: var(--soft) }
.day { font-variant-numeric: tabular-nums; white-space: nowrap }
.who { overflow-wrap: anywhere }
td.who b { font-weight: 600 }
td.who small { display: block; font-size: 13px; line-height: 1.35 }
td.text { white-space: pre-wrap; overflow-wrap: anywhere }
tr[data-audience="agents"] > td { background: var(--inside) }
tr[data-audience="agents"] em { display: block; color: var(--inside-text); font-style: normal; font-weight: 600 }
tr.marker > td.text { color: var(--accent); font-weight: 600 }
tr.missing > td, tr.trouble > td { background: var(--gap); color: var(--gap-text) }
tr:target > td { box-shadow: inset 0 2px var(--accent), inset 0 -2px var(--accent) }
.empty { color: var(--soft) }
@media (max-width: 640px) { main { margin: 0; padding: 20px 16px; border: 0; border-radius: 0 } .day { display: none }
  th.who { width: 110px } th:first-child { width: 76px } td:first-child, th:first-child { padding-left: 4px } }
@media print { :root { color-scheme: light; --text: #000; --soft: #555; --line: #ccc; --ground: #fff; --page: #fff;
  --accent: #000; --inside: #f3f3f3; --inside-text: #000; --gap: #f3f3f3; --gap-text: #000 }
  @page { size: A4; margin: 16mm } body { font-size: 10pt } thead { display: table-header-group }
  main { max-width: none; margin: 0; padding: 0; border: 0 } }
"""


def as_html(transcript: Transcript, zone: tzinfo) -> Iterator[str]:
    """Give a transcript as an HTML document."""
    heading = transcript.heading
    title = escaped(on_one_line(heading.name))
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Transcript: {title}</title>\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<h1 dir="auto">{title}</h1>\n<dl>\n'
    )
    for name, value in facts(transcript, zone):
        if name != "Title":
            yield f'<dt>{name}</dt><dd class="{name.lower()}" dir="auto">{escaped(value)}</dd>\n'
    yield "</dl>\n"
    if transcript.entries:
        yield from _table(transcript, zone)
    else:
        yield '<p class="empty">Nothing was said.</p>\n'
    yield "</main>\n</body>\n</html>\n"


def _table(transcript: Transcript, zone: tzinfo) -> Iterator[str]:
    dated = transcript.heading.began_us is not None
    day = '<th class="day">Clock</th>' if dated else ""
    yield f'<table>\n<thead><tr><th>Time</th>{day}<th class="who">Who</th><th>What</th></tr></thead>\n<tbody>\n'
    before_us = -1
    for entry in transcript.entries:
        # Of entries at one time the first has its name, names being given once in a document.
        name = f' id="t-{entry.time_us}"' if entry.time_us != before_us else ""
        before_us = entry.time_us
        clock = f'<td class="day">{_clock(entry.wall_us, zone)}</td>' if dated else ""
        only = ' data-audience="agents"' if entry.audience == AGENTS else ""
        time = f'<td class="time">{length(entry.time_us)}</td>'
        yield f'<tr{name} class="{escaped(entry.kind)}"{only}>{time}{clock}{_what(entry)}</tr>\n'
    yield "</tbody>\n</table>\n"


def _what(entry: Entry) -> str:
    if entry.kind != LINE:
        return f'<td class="text" colspan="2" dir="auto">{escaped(happened(entry))}</td>'
    only = "<em>to agents only</em>" if entry.audience == AGENTS else ""
    who, role = escaped(on_one_line(entry.who or "somebody")), escaped(on_one_line(entry.role or "unknown"))
    return (
        f'<td class="who"><b dir="auto">{who}</b><small>{role}{only}</small></td>'
        f'<td class="text" dir="auto">{escaped(entry.text)}</td>'
    )


def _clock(wall_us: int | None, zone: tzinfo) -> str:
    shown = of_day(wall_us, zone)
    if wall_us is None or not shown:
        return ""
    return f'<time datetime="{in_utc(wall_us)}" title="{in_zone(wall_us, zone)}">{shown}</time>'
