"""What stands beside the picture, and the library: what was found, a customer's machine, a recording by its name."""

from dataclasses import replace
from pathlib import Path

import pytest

from recorder.format.events import Event, Joined, Line, Marker, Taken
from recorder.format.snapshot import Category, Snapshot
from replay.browsing import Browsing
from replay.keys import KeysNearby
from replay.library_loading import LibraryLoading
from replay.query import Query
from replay.sayings import Heard, sayings
from replay.search import search
from replay.window.beside import machine_title
from replay.window.box import Box
from replay.window.cards import help_card, help_size
from replay.window.library_page import SHORTCUTS, Shelves, library_page
from replay.window.local_time import local_day
from replay.window.machine import machine_rows
from replay.window.paint import Panel
from replay.window.view import Side
from tests.journeys.played import EACH_US, PAGE, S, film, put_key_file, viewer
from tests.journeys.shown import moment, panel, view_of
from tests.replay.sessions import CREATED_US, recording_of
from tests.waiting import until

MACHINE = Snapshot(
    taken_us=CREATED_US,
    source="desktop recorder",
    categories=(
        Category(name="system", items=({"name": "Debian GNU/Linux 12", "uptime_s": 86_400, "virtual": False},)),
        Category(name="memory", items=({"total_bytes": 16_777_216_000, "free_bytes": 9_663_676_416},)),
        Category(name="disks", items=({"name": "/", "free": "11 %"}, {"name": "/home", "free": "64 %"})),
        Category(name="printers", missing="no print service answers"),
    ),
)
EVENTS: tuple[tuple[int, Event], ...] = (
    (0, Joined(id=1, role="customer", name="Grace Hopper")),
    (1 * S, Line(by=1, text="The export button does nothing. The invoices are due today.")),
    (3 * S, Taken(of=1, snapshot=MACHINE)),
    (6 * S, Marker(name="the invoices come out")),
    (8 * S, Line(by=1, text="Thank you!", audience="agents")),
)


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = film(tmp_path_factory.mktemp("calls") / "a call.sealcast", range(41), events=EVENTS)
    put_key_file(path)
    return path


def test_what_is_found_stands_beside_the_picture(recording: Path, tmp_path: Path) -> None:
    said = list(sayings(recording_of(recording.read_bytes()), Heard()))
    hits = tuple(search(Query.parse("invoices"), said))
    assert [hit.time_us for hit in hits] == [1 * S, 6 * S]
    begun = view_of(recording)
    found = moment(begun, side=Side.SEARCH, query="invoices", hits=hits, typing=True)
    with viewer(tmp_path, recording) as person:
        person.waits_for_page(panel("side", begun))
        person.press("ctrl+f")
        person.type("invoices")
        person.waits_for_page(panel("side", found))
        person.waits_for(0)
        person.press("Return")
        person.waits_for(1 * S // EACH_US)
        person.waits_for_page(panel("side", moment(found, typing=False, chosen=0)))
        person.press("Down")
        person.waits_for(6 * S // EACH_US)
        person.waits_for_page(panel("side", moment(found, typing=False, chosen=1)))
        person.press("Escape")
        person.waits_for_page(panel("side", moment(begun, position_us=6 * S)))
        person.quits()


def test_the_machine_stands_beside_the_picture(recording: Path, tmp_path: Path) -> None:
    begun = view_of(recording)
    title = machine_title(MACHINE.source, 3 * S, begun.timeline.duration_us)
    assert title == "desktop recorder, taken at 0:03"
    told = moment(begun, side=Side.DIAGNOSTICS, snapshot=machine_rows(MACHINE, day=local_day), snapshot_title=title)
    with viewer(tmp_path, recording) as person:
        person.press("d")
        person.waits_for_page(panel("side", told))
        person.press("d")
        person.waits_for_page(panel("controls", moment(begun, side=None)))
        person.quits()


def test_the_library_finds_a_recording_by_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "calls"
    folder.mkdir()
    names = [
        f"2026-11-{20 + number} 14.05.09 Support - Ada - {customer}"
        for number, customer in enumerate(("Grace Hopper", "Alan Turing", "Edith Clarke"))
    ]
    for number, name in enumerate(names):
        path = folder / f"{name}.sealcast"
        put_key_file(film(path, range(100 * number, 100 * number + 8), session_id=bytes([number + 1]) * 16))
    loading = LibraryLoading(folder, KeysNearby(own=()))
    until(lambda: loading.loaded)
    loading.close()
    shelves = Shelves(browsing=Browsing.of(loading.library), day=local_day)
    with viewer(tmp_path, "--folder", folder) as person:
        person.waits_for_page(shown(shelves))
        person.press("question")
        keys = Panel(name="help", box=Box(0, 0, *PAGE), key=0, paint=lambda canvas: help_card(canvas, SHORTCUTS))
        person.waits_for_part(keys, Box(0, 0, *PAGE).centred(*help_size(PAGE, SHORTCUTS)).inset(20))
        person.press("Escape")
        person.waits_for_page(shown(shelves))
        person.press("slash")
        person.type("edith")
        found = replace(shelves, browsing=shelves.browsing.searched("edith"), typing=True)
        assert len(found.browsing.shown) == 1
        person.waits_for_page(shown(found))
        person.press("Return")
        person.waits_for(200)
        # Whoever comes back finds it as he left it.
        person.press("ctrl+w")
        person.waits_for_page(shown(replace(found, typing=False)))
        person.press("Escape")
        person.waits_for_page(shown(replace(shelves, browsing=found.browsing.searched(""))))
        person.quits()


def shown(shelves: Shelves) -> Panel:
    return Panel(name="library", box=Box(0, 0, *PAGE), key=0, paint=lambda canvas: library_page(canvas, shelves))
