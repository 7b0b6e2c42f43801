"""What the window shows of a recording at a moment: painted here from the file, to be compared with what is seen."""

from dataclasses import replace
from pathlib import Path

from replay.checking import Checking
from replay.opening import OpenSession, parts_of
from replay.window.local_time import LONG, local_day
from replay.window.paint import Panel
from replay.window.player_panels import player_panels
from replay.window.rows import row_at, rows
from replay.window.view import View, beginning
from tests.journeys.played import PAGE
from tests.replay.sessions import KEYS
from tests.waiting import until
from vault.header import Identity


def view_of(path: Path, *, identity: Identity = KEYS, **more: object) -> View:
    """Return the moment at which a session begins, all of it checked, or another one."""
    with OpenSession(parts_of(path), identity) as opened:
        checking = Checking(opened, trusted=())
        until(lambda: checking.standing.verified)
        checking.close()
        timeline = opened.session.timeline
    began = None if timeline.began_wall_us is None else local_day(timeline.began_wall_us, LONG)
    view = beginning(timeline, opened.parts[0].path.stem, began=began)
    return moment(replace(view, rows=rows(timeline), standing=checking.standing), **more)


def moment(view: View, **more: object) -> View:
    """Return another moment."""
    later = replace(view, **more)  # type: ignore[arg-type]  # what a test varies
    return replace(later, current=row_at(later.rows, later.position_us))


def panel(name: str, view: View) -> Panel:
    """Return a panel of that moment."""
    return next(one for one in player_panels(view, PAGE, 1.0) if one.name == name)
