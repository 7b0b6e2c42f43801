"""What is done once beside the window: taken when it is there, let go of when nobody waits."""

import threading

import pytest

from replay.window.work import Work
from tests.waiting import until


def test_what_comes_of_it_is_taken_once() -> None:
    go = threading.Event()
    work = Work(lambda: go.wait(20) and 7)
    assert work.take() is None
    go.set()
    taken = list[int | None]()

    def came() -> bool:
        taken[:] = [work.take()]
        return taken != [None]

    until(came)
    assert taken == [7]
    assert work.take() is None


@pytest.mark.parametrize("early", [True, False])
def test_what_nobody_waits_for_is_let_go(*, early: bool) -> None:
    go, done, unwanted = threading.Event(), threading.Event(), list[int]()

    def do() -> int:
        go.wait(20)
        done.set()
        return 7

    work = Work(do, unwanted=unwanted.append)
    if early:
        work.close()
    go.set()
    done.wait(20)
    if not early:
        until(lambda: bool(work._results))
        work.close()
    until(lambda: unwanted == [7])
    assert work.take() is None


def test_what_goes_wrong_is_raised_where_somebody_waits() -> None:
    def do() -> int:
        raise ZeroDivisionError

    work, raised = Work(do), list[bool]()

    def came() -> bool:
        try:
            work.take()
        except ZeroDivisionError:
            raised.append(True)
        return bool(raised)

    until(came)
