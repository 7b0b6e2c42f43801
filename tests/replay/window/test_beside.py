"""What stands beside the picture: found, in an order that helps, and gone through."""

from dataclasses import replace
from pathlib import Path

import pytest

from recorder.format.events import Joined, Line, Taken
from recorder.format.snapshot import Category, Snapshot
from replay.opening import OpenSession, parts_of
from replay.search import Hit
from replay.window.beside import Beside, in_order, machine_title, time_of, to_choose
from replay.window.view import Side, beginning
from tests.replay.sessions import KEYS, Maker
from tests.replay.window.moments import SECOND_US, chatting, view
from tests.waiting import until
from vault.local import LocalGrowing


def hit(time_us: int, track: str) -> Hit:
    return Hit(time_us=time_us, track=track, who=None, snippet="x", matches=((0, 1),))


def test_what_people_said_stands_before_what_machines_told() -> None:
    found = (hit(0, Taken.TRACK), hit(1, "chat"), hit(2, Taken.TRACK), hit(3, "markers"), hit(4, "chat"))
    assert [one.time_us for one in in_order(found)] == [1, 3, 4, 0, 2]


@pytest.mark.parametrize(
    ("side", "chosen", "by", "expected"),
    [
        (Side.SEARCH, -1, 1, 0), (Side.SEARCH, -1, -1, 0), (Side.SEARCH, 1, 1, 2), (Side.SEARCH, 2, 8, 2),
        (Side.CHAT, -1, 1, 5), (Side.CHAT, -1, -8, 0), (Side.CHAT, -1, 50, 12), (Side.DIAGNOSTICS, -1, 1, None),
        (None, -1, 1, None),
    ],
)  # fmt: skip
def test_keys_choose_what_stands_above_and_below(side: Side | None, chosen: int, by: int, expected: int | None) -> None:
    hits = tuple(hit(at, "chat") for at in range(3))
    shown = view(chatting(10), side=side, hits=hits, chosen=chosen, current=4)
    assert len(shown.rows) == 13
    assert to_choose(shown, by) == expected


def test_a_row_leads_to_its_time() -> None:
    shown = view(chatting(10), side=Side.SEARCH, hits=(hit(7, "chat"),))
    assert [time_of(shown, number) for number in (-1, 0, 1)] == [None, 7, None]
    assert time_of(replace(shown, side=Side.CHAT), 3) == shown.rows[3].time_us
    assert time_of(replace(shown, side=Side.DIAGNOSTICS), 0) is None


def test_snapshots_are_read_beside_and_shown_from_their_time_on(tmp_path: Path) -> None:
    path = tmp_path / "a.sealcast"
    maker = Maker(LocalGrowing(path))
    maker.writer.put_event(Joined(id=1, role="customer", name="Grace"), time_us=0)
    maker.writer.put_event(Line(by=1, text="the printer again"), time_us=SECOND_US)
    for second, name in ((2, "first"), (5, "second")):
        told = Snapshot(taken_us=0, source=name, categories=(Category(name="system", items=({"printer": name},)),))
        maker.writer.put_event(Taken(of=1, snapshot=told), time_us=second * SECOND_US)
    maker.finish()
    with OpenSession(parts_of(path), KEYS) as opened:
        beside = Beside(opened.session)
        moment = [replace(beginning(opened.session.timeline, "a", began=None), side=Side.DIAGNOSTICS)]

        def shows(position_us: int, name: str) -> bool:
            moment[0] = beside.taken(replace(moment[0], position_us=position_us))
            return moment[0].snapshot == (("system", ""), ("Printer", name))

        for second, name, taken in ((0, "first", 2), (3, "first", 2), (6, "second", 5)):
            until(lambda second=second, name=name: shows(second * SECOND_US, name))  # type: ignore[misc]  # bound now
            title = machine_title(name, taken * SECOND_US, opened.session.timeline.duration_us)
            assert moment[0].snapshot_title == title == f"{name}, taken at 0:0{taken}"
        # The chat stands before the machine, which was asked earlier and later.
        moment[0] = beside.searched(beside.opened(moment[0], Side.SEARCH), "printer")

        def found() -> bool:
            moment[0] = beside.taken(moment[0])
            return [one.time_us // SECOND_US for one in moment[0].hits] == [1, 2, 5]

        until(found)
        beside.close()
