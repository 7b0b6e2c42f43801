import threading

import pytest

from replay.recording import Recording
from replay.scene import Scene
from replay.screening import Screening
from replay.session import Session
from tests.memory import MemorySource
from tests.recorder.writing import SCREEN
from tests.replay.sessions import AGENT, KEYS, S, Watched, made
from tests.waiting import until
from vault.reader import SealedFile

OF = made(range(0, 40 * S, 250_000), (SCREEN, AGENT))
LONG = made(range(0, 60 * S, 100_000), every=9999)
TRACKS = (SCREEN, AGENT)


class Slow(Watched):
    """A disk that can be held."""

    def __init__(self, data: bytes) -> None:
        super().__init__(MemorySource(data))
        self.free = threading.Event()
        self.free.set()
        self.asked = threading.Event()

    def read(self, start: int, size: int) -> bytes:
        self.asked.set()
        assert self.free.wait(20)
        return super().read(start, size)


def session(data: bytes = OF.data) -> tuple[Session, Slow]:
    source = Slow(data)
    return Session([Recording(SealedFile(source, KEYS))]), source


def scene(screening: Screening, asked: int) -> Scene:
    until(lambda: screening.scene is not None and screening.scene.asked >= asked)
    assert screening.scene
    return screening.scene


def test_a_wish_becomes_a_scene() -> None:
    with Screening(session()[0]) as screening:
        assert screening.scene is None
        for time_us in (7 * S, 3 * S, 39 * S):
            found = scene(screening, screening.show(time_us, TRACKS))
            assert found.time_us == time_us
            assert [view.track for view in found.views] == list(TRACKS)
            assert all(OF.truth.agrees(view, time_us) for view in found.views)


@pytest.mark.parametrize("forward", [True, False])
def test_a_step_has_the_time_of_the_picture_it_came_to(*, forward: bool) -> None:
    with Screening(session()[0]) as screening:
        found = scene(screening, screening.step(7 * S + 1, TRACKS, forward=forward))
        assert found.time_us == 7 * S + (250_000 if forward else -250_000)
        assert all(OF.truth.agrees(view, found.time_us) for view in found.views)
        end_us = 40 * S if forward else 5
        assert scene(screening, screening.step(end_us, TRACKS, forward=forward)).time_us == end_us


def test_of_several_wishes_the_last_one_counts() -> None:
    opened, source = session()
    told: list[int] = []
    screening = Screening(opened, told=lambda: told.append(screening.scene.asked if screening.scene else 0))
    with screening:
        source.asked.clear()
        source.free.clear()
        first = screening.show(S, TRACKS)
        assert source.asked.wait(20)
        *_, last = [screening.show(at * S, TRACKS) for at in range(2, 30)]
        source.free.set()
        found = scene(screening, last)
        assert (found.asked, found.time_us) == (last, 29 * S)
    assert told == [first, last]


def test_a_disk_that_fails_is_told_and_then_all_is_as_before() -> None:
    opened, source = session()
    with Screening(opened) as screening:
        for time_us in (5 * S, 6 * S, 30 * S, 30 * S, 2 * S):
            source.failing = True
            failed = scene(screening, screening.step(time_us, TRACKS, forward=False))
            source.failing = False
            found = scene(screening, screening.show(time_us, TRACKS))
            assert all(OF.truth.agrees(view, time_us) for view in found.views)
            if failed.views[0].picture is None:  # else it was read before
                assert {view.why for view in failed.views} == {"the disk: it is gone"}
                assert failed.time_us == time_us


def test_it_ends_while_it_has_nothing_to_do() -> None:
    screening = Screening(session()[0])
    screening.close()
    assert not screening._thread.is_alive()
    screening.close()


@pytest.mark.parametrize("stepping", [True, False])
def test_it_ends_while_it_is_busy(*, stepping: bool) -> None:
    opened, source = session(LONG.data)
    told: list[int] = []
    screening = Screening(opened, told=lambda: told.append(1))
    source.asked.clear()
    source.free.clear()
    if stepping:
        screening.step(60 * S, [SCREEN], forward=True)
    else:
        screening.show(60 * S, [SCREEN])
    assert source.asked.wait(20)
    source.reads.clear()
    closing = threading.Thread(target=screening.close)
    closing.start()
    until(lambda: screening._ended)
    source.free.set()
    closing.join(20)
    assert not screening._thread.is_alive()
    assert sum(size for _, size in source.reads) < 3 * len(LONG.data)
