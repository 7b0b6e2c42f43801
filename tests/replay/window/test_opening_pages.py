"""Opening a recording: the window goes on meanwhile, and whoever leaves leaves nothing behind."""

import threading
from pathlib import Path

import pytest

from replay.opening import OpenSession, parts_of
from replay.window.acts import Do
from replay.window.ask_page import Telling
from replay.window.box import Box
from replay.window.opening_pages import Opened, OpeningPage
from replay.window.page import Follow
from replay.window.paint import Canvas
from replay.window.theme import DARK
from tests.replay.sessions import KEYS, Maker
from tests.waiting import until
from vault.errors import StoreUnavailableError
from vault.local import LocalGrowing

TELLING = Telling(title="a", why="b", hint="c")


class Slow:
    """An opening that takes until it is let go on."""

    def __init__(self, outcome: Opened) -> None:
        self.outcome = outcome
        self.go = threading.Event()
        self.opened: list[Opened] = []
        self.page = OpeningPage(Path("/calls/a call.sealcast"), self._open, opened=self.opened.append)

    def _open(self) -> Opened:
        self.go.wait(20)
        return self.outcome

    def look(self) -> bytes:
        (panel,) = self.page.panels((640.0, 400.0), 1.0)
        canvas = Canvas(box=Box.of((640.0, 400.0)), theme=DARK, scale=1.0)
        panel.paint(canvas)
        return canvas.image.tobytes()


def test_what_takes_long_is_said_and_does_not_hold_up_the_window() -> None:
    slow = Slow(TELLING)
    slow.page.tick(now_us=10_000_000)
    at_first = slow.look()
    for second in range(11, 20):
        slow.page.tick(now_us=second * 1_000_000)
    assert not slow.opened
    assert slow.look() != at_first
    slow.go.set()

    def came() -> bool:
        slow.page.tick(now_us=20_000_000)
        return slow.opened == [TELLING]

    until(came)


def test_whoever_does_not_wait_goes_back_and_the_files_are_let_go(tmp_path: Path) -> None:
    path = tmp_path / "a.sealcast"
    maker = Maker(LocalGrowing(path))
    maker.picture(0, keyframe=True)
    maker.finish()
    session = OpenSession(parts_of(path), KEYS)
    slow = Slow(session)
    slow.page.act(Do.BACK, now_us=0)
    assert slow.page.follow == Follow()
    slow.page.close()
    slow.go.set()
    (source,) = session.sources

    def closed() -> bool:
        try:
            source.size()
        except StoreUnavailableError:
            return True
        return False

    until(closed)
    slow.page.tick(now_us=0)
    assert not slow.opened


@pytest.mark.parametrize("act", [Do.TOGGLE, Do.ENTER, Do.SEARCH])
def test_nothing_else_is_done_meanwhile(act: Do) -> None:
    slow = Slow(TELLING)
    slow.page.act(act, now_us=0)
    assert slow.page.follow is None
    slow.go.set()
