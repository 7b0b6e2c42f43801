"""What a hostile recording may fill the memory with: no more than was set, and what is left out is told."""

from dataclasses import replace
from pathlib import Path

import pytest

from recorder.format.events import About as AboutEvent
from recorder.format.events import Joined, Line
from recorder.format.pack import pack
from recorder.format.packet import Flag, Piece
from recorder.format.screen import Configuration
from replay.glance import look
from replay.library import recordings_in
from replay.opening import OpenSession, parts_of
from replay.projector import Projector
from replay.sayings import MAX_NAME, Heard, sayings
from replay.searching import Searching
from tests.recorder.writing import SCREEN
from tests.replay.hostile import piece, sealed, session, squeezed
from tests.replay.sessions import KEYS, S, write_parts
from tests.waiting import until
from vault.local import LocalGrowing


def test_names_as_long_as_a_book_are_cut(tmp_path: Path) -> None:
    path, long = tmp_path / "one.sealcast", "é" * 30_000
    about = AboutEvent(software="his", portal=long, agent=long, customer=long, title=long)
    sealed(LocalGrowing(path), [(0, [piece(about, 0)])])
    part = look(path, identity=KEYS)
    assert part.opened
    assert {len(name or "") for name in (part.portal, part.agent, part.customer, part.title)} == {200}
    heard = Heard()
    joined = Joined(id=1, role="agent", name=long)
    opened = session([(0, [piece(joined, 0), piece(Line(by=1, text="hello"), 0)])])
    found = list(sayings(opened.recordings[0], heard))
    assert {len(one.who or "") for one in found} == {MAX_NAME}
    assert len(heard.people[1]) == MAX_NAME


def test_more_than_fits_is_searched_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replay.searching.MAX_KEPT", 100_000)
    lines = [(at * S, [piece(Line(by=1, text=f"{'word ' * 100} n{at}"), at * S)]) for at in range(300)]
    searching = Searching(session(lines))
    for text, count in (("n299", 1), ("word", 300), ("elsewhere", 0)):
        searching.ask(text)
        until(lambda text=text: searching.found.text == text)  # type: ignore[misc]  # it is called now
        assert len(searching.found.hits) == count
    assert searching._kept is None
    searching.close()
    assert not searching._thread.is_alive()


def test_who_finds_nothing_is_told_that_parts_are_damaged() -> None:
    bad = Piece("chat", S, Flag.COMPRESSED, b"no frame")
    searching = Searching(session([(0, [piece(Line(by=1, text="hello"), 0), bad])]))
    for text, told in (("nothing", True), ("hello", False)):
        searching.ask(text)
        until(lambda text=text: searching.found.text == text)  # type: ignore[misc]  # it is called now
        assert ("damaged" in (searching.found.trouble or "")) == told
    searching.close()


def test_what_is_not_shown_does_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replay.projector._MAX_AHEAD", 1_000_000)
    codec = Configuration(codec="h264", width_px=64, height_px=48).to_payload()[1:]
    configuration = squeezed(SCREEN, S, b"\x84" + codec + pack("x") + pack(b"x" * 100_000), Flag.CONFIGURATION)
    pointer = squeezed("pointer/customer", S, pack([1, 1, 0, b"x" * 100_000]))
    for one in (configuration, pointer, Piece(SCREEN, S, Flag.COMPRESSED, b"no frame")):
        opened = session([(at * S, [replace(one, time_us=at * S)] * 50) for at in range(1, 20)])
        projector = Projector(opened)
        projector.next_us(0, [SCREEN])
        (screen,) = projector._screens.values()
        assert len(screen._ahead) + len(screen._moves) < 20
        assert screen.size < 1_200_000


def test_links_to_one_folder_do_not_multiply_what_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("replay.library.MAX_NAMES", 50)
    much = tmp_path / "much"
    much.mkdir()
    for number in range(20):
        (much / f"{number}.sealcast").touch()
    for number in range(30):
        (tmp_path / f"link {number}").symlink_to(much)
    assert len(recordings_in(tmp_path)) == 50


def test_of_a_session_in_too_many_parts_some_are_opened_and_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("replay.opening.MAX_PARTS", 2)
    parts = write_parts(tmp_path, 3)
    with OpenSession(parts_of(parts.paths[0]), KEYS) as opened:
        assert len(opened.sources) == 2
        assert opened.left_out == ["1 more part, too many to open"]
        assert opened.missing
