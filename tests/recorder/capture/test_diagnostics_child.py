"""A snapshot is asked for in a process of its own: machines that hang, children that fail, more than fits."""

import json
import os
import signal
import sys
from pathlib import Path

import pytest

from recorder.capture.diagnostics.probe import MissingError, told
from recorder.capture.diagnostics.snapshot import fitted, take_snapshot
from recorder.capture.diagnostics.table import ORDER
from recorder.format.snapshot import MAX_SIZE, Category, Snapshot
from tests.waiting import until

HANGS = """
import sys, threading
from recorder.capture.diagnostics import portable
from recorder.capture.diagnostics.child import tell
from recorder.capture.diagnostics import portable
from recorder.capture.diagnostics.probe import output_of, told

def stuck(): threading.Event().wait()
def command(): output_of("sh", "-c", "sleep 600 & echo $! > PIDS; wait", within_s=600)
def slow(): output_of("sleep", "600", within_s=0.1)
def broken(): raise ValueError("\\udcff")
def too_large(): return told("power", [{"x": 1 << 70}])
def loud(): print("noise"); return portable.memory()

table = {"disks": stuck, "software": command, "services": slow, "log": broken, "power": too_large, "memory": loud}
tell(table, within_s=float(sys.argv[1]))
"""


def test_what_hangs_is_missing_and_ended_and_the_rest_is_there(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    taken = take_snapshot(now_us=1, within_s=2, child=(sys.executable, "-c", HANGS.replace("PIDS", str(pids))))
    found = {category.name: category for category in taken.categories}
    assert found["memory"].items
    assert found["memory"].missing is None
    assert found["disks"].missing == found["software"].missing == "it did not answer within 2 s"
    assert found["services"].missing == "sleep did not answer within 0.1 s"
    assert (found["log"].missing or "").startswith("asking failed: ValueError")
    assert (found["power"].missing or "").startswith("asking failed: FormatError")
    pid = int(pids.read_text())
    until(lambda: ended(pid))


def ended(pid: int) -> bool:
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_a_child_that_cannot_be_ended_is_left_behind_and_what_it_told_is_kept(tmp_path: Path) -> None:
    line = json.dumps({"name": "system", "items": [{"name": "vm"}]})
    pids = tmp_path / "pids"
    # What holds its pipe is in another session, so that killing does not close it: as when a disk holds the child.
    program = f"echo '{line}'; printf %s '{line[:9]}'; setsid sleep 600 & echo $! > {pids}; sleep 600"
    taken = take_snapshot(now_us=1, within_s=0.5, child=("sh", "-c", program))
    os.kill(int(pids.read_text()), signal.SIGKILL)
    assert taken.categories[0] == Category(name="system", items=({"name": "vm"},))
    assert {category.missing for category in taken.categories[1:]} == {"it did not answer within 0.5 s"}


@pytest.mark.parametrize(
    ("child", "why"),
    [
        (("/nowhere/python",), "could not be started"),
        ((sys.executable, "-c", "raise SystemExit('no \\x1b memory')"), "failed: no \ufffd memory"),
    ],
    ids=["not there", "fails"],
)
def test_a_child_that_cannot_tell_leaves_every_category_with_the_reason(child: tuple[str, ...], why: str) -> None:
    taken = take_snapshot(now_us=1, child=child)
    assert [category.name for category in taken.categories] == list(ORDER)
    for category in taken.categories:
        assert category.missing
        assert why in category.missing


def test_too_much_is_halved_until_it_fits() -> None:
    large = Category(name="log", items=({"entry": "x" * 4000},) * 3000)
    small = Category(name="memory", items=({"total_bytes": 1},))
    categories = fitted([small, large])
    assert categories[0] == small
    assert categories[1].items == large.items[:750]
    assert categories[1].missing
    Snapshot.read(Snapshot(taken_us=1, source="native", categories=categories).to_fields())
    assert fitted([small]) == (small,)
    assert sum(category.size for category in categories) < MAX_SIZE


def test_too_many_items_are_cut_with_a_note() -> None:
    category = told("processes", ({"pid": pid} for pid in range(10_001)), missing="and something")
    assert len(category.items) == 10_000
    assert category.missing == "the first 10000 of 10001 are listed; and something"


def test_nothing_found_is_missing() -> None:
    with pytest.raises(MissingError):
        told("power", [{"percent": None}])
